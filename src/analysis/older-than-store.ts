import type { Blobs } from '../ports/blobs.ts';
import type { Records } from '../ports/records.ts';
import { IMAGE_PREFIX } from './stored-image.ts';

interface Parts {
  readonly blobs: Blobs;
  readonly records: Records;
}

/** So long photos stay that are older than the records: whoever lost these may bring them back. */
const KEPT_MS = 7 * 24 * 3_600_000;
/** Images that the store is asked about in one call. */
const BATCH = 200;

/**
 * Until when photos stay that no record speaks of and that are older than the whole record store: it was lost, moved away or dropped.
 * Null: there are none, or their time is over. `limit`: so many are looked at and no more.
 */
export async function keptForLostRecords(
  parts: Parts,
  { now, limit, signal }: { readonly now: Date; readonly limit: number; readonly signal?: AbortSignal | undefined },
): Promise<Date | null> {
  const born = await birthOf(parts.records, now);
  const until = new Date(born.getTime() + KEPT_MS);
  if (now >= until) return null;
  let [keys, seen]: [string[], number] = [[], 0];
  const hasUnknown = async () => {
    const used = new Set(await parts.records.analyses.imagesInUse(keys));
    const found = keys.some((key) => !used.has(key));
    keys = [];
    return found;
  };
  const olderThanMs = Math.max(0, now.getTime() - born.getTime());
  for await (const key of parts.blobs.list({ prefix: IMAGE_PREFIX, olderThanMs, signal })) {
    keys.push(key);
    seen += 1;
    if (keys.length === BATCH && (await hasUnknown())) return until;
    if (seen === limit) break;
  }
  return keys.length > 0 && (await hasUnknown()) ? until : null;
}

const ID = 'records';

async function birthOf({ registry }: Records, now: Date): Promise<Date> {
  const created_at = now.toISOString();
  const entry = { id: ID, lookup: null, owner: 'system', created_at, expires_at: null, version: 1, value: {} };
  if (await registry.add('store_birth', entry)) return now;
  const found = await registry.get('store_birth', ID);
  return found === null ? now : new Date(found.created_at);
}
