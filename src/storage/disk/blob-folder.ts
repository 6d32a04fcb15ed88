import { createHash, randomUUID } from 'node:crypto';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a blob lies: two levels of folders by the key's sha256, so a key can never name a path. */
export const placeOf = (root: string, key: string): string => placeOfName(root, nameOf(key));

export const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export const placeOfName = (root: string, name: string): string => join(root, name.slice(0, 2), name);

/** `part`: being written. `aside`: being deleted, and perhaps put back. */
export type Unsettled = 'part' | 'aside';

export const besides = (file: string, kind: Unsettled): string => `${file}.${randomUUID()}.${kind}`;

export interface Found {
  readonly path: string;
  /** The blob's own place. */
  readonly place: string;
  readonly kind: 'blob' | Unsettled;
}

const NAME = /^([0-9a-f]{64})(?:\.[0-9a-f-]{36}\.(part|aside))?$/;
const SHARDS = 256;

/** Every file of the store that is ours by its name, one folder after the other, beginning anywhere. */
export async function* walk(root: string, signal?: AbortSignal): AsyncGenerator<Found> {
  const first = Math.floor(Math.random() * SHARDS);
  for (let n = 0; n < SHARDS; n += 1) {
    const folder = join(root, ((first + n) % SHARDS).toString(16).padStart(2, '0'));
    const entries = await opendir(folder).catch(() => null);
    if (entries === null) continue;
    for await (const { name } of entries) {
      signal?.throwIfAborted();
      const [, hash, kind] = NAME.exec(name) ?? [];
      if (hash === undefined) continue;
      yield { path: join(folder, name), place: join(folder, hash), kind: (kind as Unsettled | undefined) ?? 'blob' };
    }
  }
}
