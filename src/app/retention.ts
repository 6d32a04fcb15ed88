import { BATCH, daysAgo, deleteAnalyses } from '../analysis/delete-analyses.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Records } from '../ports/records.ts';
import type { JsonFile } from '../storage/disk/json-file.ts';
import type { Log } from '../telemetry/log.ts';
import { type ClockRecord, checkClock, trustedFrom } from './clock-check.ts';
import type { KeptKind } from './kept-kinds.ts';

export interface RetentionParts {
  readonly blobs: Blobs;
  readonly records: Records;
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  /** Analyses that are older are deleted; undefined: none. */
  readonly retentionDays: number | undefined;
  /** Of the registry; absent: only what says itself when it expires. */
  readonly keptKinds?: readonly KeptKind[];
  /** Lines of the audit log: removes what is older, in steps; how many. */
  readonly audit?: {
    readonly days: number;
    readonly removeBefore: (time: Date, signal?: AbortSignal) => Promise<number>;
  };
  /** Hears what went, for metrics and the audit log. */
  readonly told?: (what: RemovedByAge) => Promise<void>;
  /** What earlier rounds knew of the clock. */
  readonly clock: JsonFile<ClockRecord>;
}

export interface RemovedByAge {
  /** `analysis`, `audit`, or a kind of the registry. */
  readonly kind: string;
  readonly count: number;
  readonly days: number;
}

/** Entries of the registry that go in one write. */
const ENTRIES = 500;

/**
 * Deletes everybody's analyses and photos, and other things, that are older than they may be; nothing while the clock is in doubt.
 * Never throws.
 */
export async function deleteExpired(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  const { retentionDays, keptKinds = [], audit, log } = parts;
  const all = [retentionDays, audit?.days, ...keptKinds.map(({ days }) => days)].filter((days) => days !== undefined);
  if (all.length === 0 || signal.aborted) return;
  let now: Date;
  try {
    now = parts.now();
    if (!(await trusts(parts, now, Math.min(...all)))) return;
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, days: retentionDays }, 'what is too old could not be deleted');
    return;
  }
  if (retentionDays !== undefined) await deleteOldAnalyses(parts, retentionDays, now, signal);
  for (const { kind, days } of keptKinds) {
    await inSteps(parts, kind, days, signal, () =>
      parts.records.registry.removeOlder(kind, daysAgo(now, days), ENTRIES),
    );
  }
  if (audit !== undefined) {
    let isDone = false;
    await inSteps(parts, 'audit', audit.days, signal, async () => {
      if (isDone) return 0;
      isDone = true;
      return audit.removeBefore(new Date(daysAgo(now, audit.days)), signal);
    });
  }
}

async function deleteOldAnalyses(parts: RetentionParts, days: number, now: Date, signal: AbortSignal): Promise<void> {
  const { log } = parts;
  let deleted = 0;
  try {
    // A command that is over meanwhile takes one batch along: on some machines nothing runs for longer.
    const most = signal.aborted ? { limit: BATCH } : { signal };
    const onBatch = (so: number) => {
      deleted = so;
    };
    await deleteAnalyses(parts, { until: daysAgo(now, days) }, { ...most, onBatch });
    if (deleted > 0) log.info({ deleted, days }, 'deleted analyses that were too old');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, days }, 'analyses that are too old could not all be deleted');
  }
  await tell(parts, { kind: 'analysis', count: deleted, days });
}

/** `step`: how many it removed; 0: none is left. */
async function inSteps(
  parts: RetentionParts,
  kind: string,
  days: number,
  signal: AbortSignal,
  step: () => Promise<number>,
): Promise<void> {
  let count = 0;
  try {
    for (let removed = 1; removed > 0 && !signal.aborted; count += removed) removed = await step();
    if (count > 0) parts.log.info({ kind, deleted: count, days }, 'deleted what was too old');
  } catch (error) {
    if (!signal.aborted) parts.log.warn({ err: error, kind, days }, 'what is too old could not all be deleted');
  }
  await tell(parts, { kind, count, days });
}

async function tell({ told, log }: RetentionParts, what: RemovedByAge): Promise<void> {
  if (what.count === 0) return;
  await told?.(what).catch((err: unknown) =>
    log.error({ err, ...what }, 'what went by its age is missing in the audit log'),
  );
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
