import { daysAgo, deleteAnalyses } from '../analysis/delete-analyses.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Records } from '../ports/records.ts';
import type { Log } from '../telemetry/log.ts';

export interface RetentionParts {
  readonly blobs: Blobs;
  readonly records: Records;
  readonly bus: Bus;
  readonly log: Log;
  readonly now: () => Date;
  /** Analyses that are older are deleted; undefined: none. */
  readonly retentionDays: number | undefined;
}

/** Deletes everybody's analyses and photos that are older than they may be. Never throws. */
export async function deleteExpired(parts: RetentionParts, signal: AbortSignal): Promise<void> {
  const { retentionDays: days, log } = parts;
  if (days === undefined) return;
  try {
    const deleted = await deleteAnalyses(parts, { until: daysAgo(parts.now(), days) }, { signal });
    if (deleted > 0) log.info({ deleted, days }, 'deleted analyses that were too old');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error, days }, 'analyses that are too old could not all be deleted');
  }
}
