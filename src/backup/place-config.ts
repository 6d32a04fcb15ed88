import { createHash, randomBytes } from 'node:crypto';
import { AppError, toAppError } from '../errors.ts';
import { quotedText } from '../plain-text.ts';
import { type BackupPlace, backupPlace, CONFIG, configCopyPlace, damagedBackup } from '../ports/backup-place.ts';
import { BackupId, MAX_MANIFEST, PLACE_VERSION, PlaceConfig } from './manifest.ts';
import { keyedSealing, openSealing, SALT_BYTES, SEAL_BYTES, type Sealing } from './sealing.ts';

const MAX_CONFIG = 4096;
/** Copies, or backups, that are looked at where the file itself is lost: a key takes its time to derive. */
const MAX_TRIED = 8;

export interface OpenedPlace {
  readonly sealing: Sealing;
  /** What the place says of itself, for a copy of it beside each backup. */
  readonly config: Buffer;
}

/**
 * What the file h200-backup.json of a place says, or, where it is lost or damaged, a copy of it that lies beside a backup: without
 * the salt in it nobody can read what is encrypted. Null where nothing is and `create` is not set, which also mends the file.
 */
export async function openConfig(
  place: BackupPlace,
  key: string | undefined,
  create: boolean,
): Promise<OpenedPlace | null> {
  const bytes = await unlessDamaged(place.get(CONFIG, MAX_CONFIG));
  const config = bytes === null ? null : configOf(bytes);
  if (bytes !== null && config !== null) return { sealing: await sealingOf(config, key), config: bytes };
  const saved = await fromCopies(place, key);
  if (saved !== null) {
    if (create) await place.put(CONFIG, saved.config);
    return saved;
  }
  if (bytes !== null) throw damagedBackup('the file h200-backup.json there is damaged, or of somebody else');
  if (!(await isEmpty(place))) throw configLost();
  if (!create) return null;
  const strange = await place.strange();
  if (strange !== null) throw notOurs(strange);
  return made(place, key);
}

async function made(place: BackupPlace, key: string | undefined): Promise<OpenedPlace> {
  const salt = randomBytes(SALT_BYTES);
  const proof = key === undefined ? null : (await keyedSealing(key, salt)).proof;
  await place.putNew(CONFIG, configBytes(proof === null ? null : { salt: salt.toString('hex'), proof }));
  // Somebody else may have been faster.
  const bytes = await place.get(CONFIG, MAX_CONFIG);
  const config = bytes && configOf(bytes);
  if (bytes === null || config === null) throw damagedBackup('what was just written is not there');
  return { sealing: await sealingOf(config, key), config: bytes };
}

/** The newest copy that the key fits. Throws BACKUP_003 where there are copies and it fits none. */
async function fromCopies(place: BackupPlace, key: string | undefined): Promise<OpenedPlace | null> {
  const ids = (await namesOf(place)).map((name) => name.slice('backups/'.length).replace(/\.json$/, ''));
  const newestFirst = [...new Set(ids)]
    .filter((id) => BackupId.safeParse(id).success)
    .toSorted()
    .toReversed();
  const tried = new Set<string>();
  let problem: unknown = null;
  for (const id of newestFirst) {
    const bytes = await unlessDamaged(place.get(configCopyPlace(id), MAX_CONFIG));
    if (bytes === null || tried.has(bytes.toString('latin1'))) continue;
    tried.add(bytes.toString('latin1'));
    const config = configOf(bytes);
    if (config === null) continue;
    try {
      return { sealing: await sealingOf(config, key), config: bytes };
    } catch (thrown) {
      if (toAppError(thrown).code !== 'BACKUP_003') throw thrown;
      problem ??= thrown;
    }
    if (tried.size === MAX_TRIED) break;
  }
  if (problem !== null) throw problem;
  if (key !== undefined) return null;
  // Without a key the file says nothing that whole backups do not show.
  for (const id of newestFirst.slice(0, MAX_TRIED)) {
    const name = backupPlace(id);
    const sealed = await unlessDamaged(place.get(name, MAX_MANIFEST + SEAL_BYTES));
    if (sealed === null) continue;
    const isOpen = await unlessDamaged(openSealing.open(name, sealed, MAX_MANIFEST, { pack: true }));
    if (isOpen !== null) return { sealing: openSealing, config: configBytes(null) };
  }
  return null;
}

async function namesOf(place: BackupPlace): Promise<string[]> {
  const names: string[] = [];
  for await (const name of place.list('backups/')) names.push(name);
  return names;
}

async function isEmpty(place: BackupPlace): Promise<boolean> {
  for (const prefix of ['backups/', 'objects/'] as const) for await (const _name of place.list(prefix)) return false;
  return true;
}

async function unlessDamaged<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (toAppError(thrown).code !== 'BACKUP_002') throw thrown;
    return null;
  }
}

async function sealingOf({ key: stored }: PlaceConfig, key: string | undefined): Promise<Sealing> {
  if (stored === null && key === undefined) return openSealing;
  if (stored === null) {
    throw wrongKey(
      'The backups there are not encrypted, and a key is given.',
      'Name an empty place for encrypted backups, or unset H200_BACKUP_KEY. Were they made with a key? Then somebody has changed the place: use another copy of it.',
    );
  }
  if (key === undefined) {
    throw wrongKey('The backups there are encrypted, and no key is given.', 'Set H200_BACKUP_KEY.');
  }
  const sealing = await keyedSealing(key, Buffer.from(stored.salt, 'hex'));
  if (sealing.proof === stored.proof) return sealing;
  throw wrongKey(
    'H200_BACKUP_KEY is not the key that the backups there were made with.',
    'Set the key of that time; nobody can read them without it.',
  );
}

/** Hash, line feed, JSON, so that no byte of it can change unseen. */
function configBytes(key: PlaceConfig['key']): Buffer {
  const config: PlaceConfig = { format: 'h200-mug backups', version: PLACE_VERSION, key };
  const text = `${JSON.stringify(config)}\n`;
  return Buffer.from(`${hashOf(Buffer.from(text))}\n${text}`);
}

/** Null where it is damaged, or of somebody else. */
function configOf(bytes: Buffer): PlaceConfig | null {
  const end = bytes.indexOf(0x0a);
  const text = bytes.subarray(end + 1);
  const { data } = PlaceConfig.safeParse(json(text.toString()));
  if (bytes.subarray(0, Math.max(end, 0)).toString('latin1') !== hashOf(text) || data === undefined) return null;
  if (data.version > PLACE_VERSION) {
    throw new AppError('BACKUP_002', {
      message: `The backups there have version ${data.version} of their format; this program reads version ${PLACE_VERSION}.`,
      advice: 'Use the version of the program that made them, or a newer one.',
    });
  }
  return data;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const wrongKey = (message: string, advice: string): AppError => new AppError('BACKUP_003', { message, advice });

const configLost = (): AppError =>
  new AppError('BACKUP_002', {
    message: 'Files of backups are there, and the file h200-backup.json, which says how to read them, is not.',
    advice:
      'Put h200-backup.json back from another copy of the place: the key alone does not open what is encrypted. New backups need an empty place.',
  });

const notOurs = (name: string): AppError =>
  new AppError('VALIDATION_001', {
    message: `Where backups are to be kept lies something else: ${quotedText(name)}.`,
    advice: 'Name an empty folder, or one that does not exist.',
  });

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
