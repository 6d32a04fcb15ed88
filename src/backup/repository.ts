import { createHash } from 'node:crypto';
import { AppError, toAppError } from '../errors.ts';
import { type BackupPlace, backupPlace, configCopyPlace, damagedBackup, objectPlace } from '../ports/backup-place.ts';
import {
  BackupId,
  LINE_BYTES,
  MAX_MANIFEST,
  MAX_PHOTO,
  Manifest,
  PART_BYTES,
  PhotoHead,
  type Stream,
  timeOfBackup,
} from './manifest.ts';
import { Names } from './names.ts';
import { type OpenedPlace, openConfig } from './place-config.ts';
import type { Reread } from './reread.ts';
import { openSealing, SEAL_BYTES, type Sealing } from './sealing.ts';

const MAX_HEAD = 1024;

export interface Photo {
  readonly key: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Backups at one place: objects that several share, and what each consists of. */
export class Repository {
  readonly place: BackupPlace;
  private readonly sealing: Sealing;

  /** What the place says of itself. */
  private readonly config: Buffer;

  private constructor(place: BackupPlace, { sealing, config }: OpenedPlace) {
    this.place = place;
    this.sealing = sealing;
    this.config = config;
  }

  /**
   * Null where there is none and `create` is not set. Throws BACKUP_003 where the key is another one, is missing or has nothing to open,
   * BACKUP_002 where somebody else's files lie, or what says how to read the backups is lost.
   */
  static async open(place: BackupPlace, key: string | undefined, create = false): Promise<Repository | null> {
    const opened = await openConfig(place, key, create);
    return opened && new Repository(place, opened);
  }

  get isEncrypted(): boolean {
    return this.sealing !== openSealing;
  }

  /** All objects that are there. */
  async objects(signal?: AbortSignal): Promise<Names> {
    const names = new Names();
    for await (const name of this.place.list('objects/', signal)) names.add(name.slice(-64));
    return names;
  }

  nameOfPhoto = (key: string): string => this.sealing.nameOf('photo', key);

  async putPhoto({ key, contentType, bytes }: Photo): Promise<void> {
    const name = this.nameOfPhoto(key);
    const head = PhotoHead.parse({ key, content_type: contentType, sha256: hashOf(bytes) });
    const content = Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
    await this.place.put(objectPlace(name), await this.sealing.seal(name, content));
  }

  /** Throws BACKUP_002 where it is not there or not whole. */
  async photo(key: string): Promise<Photo> {
    // Never packed: so many bytes as it has there.
    const content = await this.object(this.nameOfPhoto(key), MAX_PHOTO + MAX_HEAD, false);
    const end = content.subarray(0, MAX_HEAD).indexOf(0x0a);
    const head = PhotoHead.safeParse(json(content.toString('utf8', 0, Math.max(end, 0))));
    const bytes = content.subarray(end + 1);
    if (!head.success || head.data.key !== key || hashOf(bytes) !== head.data.sha256) {
      throw damagedBackup('a photo is not what it must be');
    }
    return { key, contentType: head.data.content_type, bytes };
  }

  /** Whether it is there as it must be. */
  isWholePhoto = (key: string): Promise<boolean> => isWhole(this.photo(key));

  /** Parts that are `known` are there already; of some `reread` looks whether they are whole. */
  async putStream(source: AsyncIterable<Uint8Array>, known: Names, reread?: Reread): Promise<Stream> {
    const hash = createHash('sha256');
    const parts: string[] = [];
    let bytes = 0;
    for await (const part of inParts(source)) {
      hash.update(part);
      bytes += part.length;
      const name = this.sealing.nameOf('part', hashOf(part));
      const isThere = known.has(name);
      const isDamaged = isThere && reread?.isDue() === true && !(await isWhole(this.part(name)));
      if (!isThere || isDamaged)
        await this.place.put(objectPlace(name), await this.sealing.seal(name, part, { pack: true }));
      if (isDamaged && reread) reread.mended += 1;
      parts.push(name);
    }
    return { bytes, sha256: hash.digest('hex'), parts };
  }

  /** Throws BACKUP_002 at the end where it is not what was put, so whoever reads does nothing with it before. */
  async *stream({ bytes, sha256, parts }: Stream): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    let read = 0;
    for (const name of parts) {
      const part = await this.part(name);
      read += part.length;
      if (read > bytes) throw damagedBackup('it has more parts than it says');
      hash.update(part);
      yield part;
    }
    if (read !== bytes || hash.digest('hex') !== sha256) throw damagedBackup('its hash is another');
  }

  async putBackup(manifest: Manifest): Promise<void> {
    const name = backupPlace(manifest.id);
    const bytes = Buffer.from(JSON.stringify(Manifest.parse(manifest)));
    await this.place.put(configCopyPlace(manifest.id), this.config);
    await this.place.put(name, await this.sealing.seal(name, bytes, { pack: true }));
  }

  /** Oldest first. */
  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for await (const name of this.place.list('backups/')) ids.push(name.slice('backups/'.length));
    return ids.filter((id) => BackupId.safeParse(id).success).toSorted();
  }

  /** Throws BACKUP_005 where there is none, BACKUP_002 where it is not whole. */
  async backup(id: string): Promise<Manifest> {
    const sealed = BackupId.safeParse(id).success
      ? await this.place.get(backupPlace(id), MAX_MANIFEST + SEAL_BYTES)
      : null;
    if (sealed === null) throw new AppError('BACKUP_005', { message: 'There is no backup of that id.' });
    const bytes = await this.sealing.open(backupPlace(id), sealed, MAX_MANIFEST, { pack: true });
    const { data } = Manifest.safeParse(json(bytes.toString()));
    if (data === undefined || data.id !== id || Date.parse(data.created_at) !== timeOfBackup(id).getTime())
      throw damagedBackup('what it says of itself is not as it must be');
    return data;
  }

  async removeBackup(id: string): Promise<void> {
    await this.place.remove(backupPlace(id));
    await this.place.remove(configCopyPlace(id));
  }

  /** Keys of its photos, in order. */
  async *photoKeys({ photos }: Manifest): AsyncGenerator<string> {
    let rest = '';
    let count = 0;
    let before = '';
    for await (const part of this.stream(photos.list)) {
      const lines = (rest + part.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!/^image\/[0-9a-f]{64}$/.test(line)) throw damagedBackup('its list of photos names something else');
        // In order, so that none comes twice, and a list of so many has so many parts.
        if (line <= before) throw damagedBackup('its list of photos is not in order');
        before = line;
        count += 1;
        yield line;
      }
      if (rest.length >= LINE_BYTES) throw damagedBackup('its list of photos names something else');
    }
    if (rest !== '' || count !== photos.count) throw damagedBackup('its list of photos is not whole');
  }

  private async part(name: string): Promise<Buffer> {
    const part = await this.object(name, PART_BYTES, true);
    if (this.sealing.nameOf('part', hashOf(part)) === name) return part;
    throw damagedBackup('a part has the name of another');
  }

  private async object(name: string, maxBytes: number, pack: boolean): Promise<Buffer> {
    const sealed = await this.place.get(objectPlace(name), maxBytes + maxBytes / 8 + 1024);
    if (sealed === null) throw damagedBackup('a part of it is not there');
    return this.sealing.open(name, sealed, maxBytes, { pack });
  }
}

async function isWhole(read: Promise<unknown>): Promise<boolean> {
  try {
    await read;
    return true;
  } catch (thrown) {
    if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
    return false;
  }
}

/** All of `PART_BYTES` but the last. */
async function* inParts(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held = Buffer.allocUnsafe(PART_BYTES);
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const taken = Math.min(chunk.length - at, PART_BYTES - length);
      held.set(chunk.subarray(at, at + taken), length);
      length += taken;
      at += taken;
      if (length < PART_BYTES) continue;
      yield held;
      held = Buffer.allocUnsafe(PART_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield held.subarray(0, length);
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
