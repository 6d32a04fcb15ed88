import { BATCH, daysAgo, deleteAnalyses } from '../analysis/delete-analyses.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Records } from '../ports/records.ts';
import type { JsonFile } from '../storage/disk/json-file.ts';
import type { Log } from '../telemetry/log.ts';
import { type ClockRecord, checkClock, trustedFrom } from './clock-check.ts';

export interface RetentionParts {
  readonly blobs: Blobs;
  readonly records: Records;
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  /** Analyses that are older are deleted; undefined: none. */
  readonly retentionDays: number | undefined;
  /** What earlier rounds knew of the clock. */
  readonly clock: JsonFile<ClockRecord>;
}

/**
 * Deletes everybody's analyses and photos that are older than they may be; nothing while the clock is in doubt. Never throws.
 */
export async function deleteExpired(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  const { retentionDays: days, log } = parts;
  if (days === undefined || signal.aborted) return;
  try {
    const now = parts.now();
    if (!(await trusts(parts, now, days))) return;
    // A command that is over meanwhile takes one batch along: on some machines nothing runs for longer.
    const most = signal.aborted ? { limit: BATCH } : { signal };
    const deleted = await deleteAnalyses(parts, { until: daysAgo(now, days) }, most);
    if (deleted > 0) log.info({ deleted, days }, 'deleted analyses that were too old');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, days }, 'analyses that are too old could not all be deleted');
  }
}

async function trusts({ clock, records, log }: RetentionParts, now: Date, days: number): Promise<boolean> {
  const last = await clock.read();
  const { record, trusted } = await checkClock(last, now, days, async (since) => {
    const all = await records.analyses.count({});
    return all === 0 || all > (await records.analyses.count({ until: since.toISOString() }));
  });
  // On a full disk, deleting makes room.
  await clock.write(record).catch((err: unknown) => log.warn({ err }, 'the time of this round could not be kept'));
  if (record.doubted_since !== null && record.doubted_since !== last?.doubted_since) {
    const from = trustedFrom(record.doubted_since).toISOString();
    const text =
      'the clock is far ahead of the last start: analyses that are too old are not deleted before it has lasted';
    log.warn({ seen: last?.seen ?? null, now: record.seen, from }, text);
  }
  return trusted;
}
