import { AppError, toAppError } from '../errors.ts';
import type { AnalysisFilter, RemovedAnalysis } from '../ports/records.ts';
import type { AnalysisDeps } from './deps.ts';
import { annotatedKey } from './file-link.ts';
import { removeIfUnused } from './stored-image.ts';

type Parts = Pick<AnalysisDeps, 'records' | 'blobs' | 'bus'>;

interface Options {
  /** So many and no more. */
  readonly limit?: number;
  /** No further batch is begun; one that was begun is ended. */
  readonly signal?: AbortSignal | undefined;
  readonly onBatch?: (deleted: number) => void;
}

/** Analyses that go in one transaction: other writes wait for no more than that. */
export const BATCH = 50;

/** Files that are removed at once: a server far away takes its time for each. */
const AT_ONCE = 8;

const DAY_MS = 86_400_000;

/** The time so many days ago, as records have it. */
export const daysAgo = (now: Date, days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();

/**
 * Deletes analyses, an owner's oldest first, and the images that no other analysis refers to; how many. An image that
 * cannot be removed stops nothing: the rest goes, then its error is thrown, and the sweep tries again.
 */
export async function deleteAnalyses(
  parts: Parts,
  filter: AnalysisFilter,
  { limit = Number.POSITIVE_INFINITY, signal, onBatch }: Options = {},
): Promise<number> {
  let deleted = 0;
  const failures: unknown[] = [];
  while (deleted < limit && !signal?.aborted) {
    const size = Math.min(BATCH, limit - deleted);
    const removed = await parts.records.analyses.removeMatching(filter, size);
    deleted += removed.length;
    failures.push(...(await afterRemoval(parts, removed)).slice(0, 1));
    onBatch?.(deleted);
    if (removed.length === 0) break;
  }
  if (deleted > 0) await parts.records.analyses.purge();
  if (failures.length > 0) throw imageLeft(failures[0]);
  return deleted;
}

/** The records are gone, and with them who may see the image; what is left of it is the sweep's. */
export function imageLeft(failure: unknown): unknown {
  const { code, message, retryAfterS, details } = toAppError(failure);
  if (!code.startsWith('STORAGE_') && code !== 'SYSTEM_002') return failure;
  return new AppError(code, {
    message: `Deleted, but not every photo of it yet: ${message}`,
    advice: 'Nothing need be done: a running server removes it within two hours after its store works again.',
    details,
    ...(retryAfterS !== undefined && { retryAfterS }),
    cause: failure,
  });
}

/** What follows once the records are gone: their images go, their owners hear of it. What failed. */
export async function afterRemoval(parts: Parts, removed: readonly RemovedAnalysis[]): Promise<unknown[]> {
  for (const owner of new Set(removed.map((one) => one.owner))) {
    const analysis_ids = removed.filter((one) => one.owner === owner).map(({ id }) => id);
    await parts.bus.emit({ type: 'analyses_deleted', analysis_ids, owner });
  }
  const failures: unknown[] = [];
  const images = new Set(removed.flatMap(({ imageKey }) => imageKey ?? []));
  const removals = [
    ...[...images].map((key) => () => removeIfUnused(parts, key)),
    ...removed.map(
      ({ id }) =>
        () =>
          parts.blobs.delete(annotatedKey(id)),
    ),
  ];
  for (let at = 0; at < removals.length; at += AT_ONCE) {
    const some = removals.slice(at, at + AT_ONCE);
    await Promise.all(some.map((remove) => remove().catch((error) => failures.push(error))));
  }
  return failures;
}
