import { sweepPictures } from '../analysis/file-link.ts';
import { keptForLostRecords } from '../analysis/older-than-store.ts';
import { sweepImages } from '../analysis/sweep-images.ts';
import { sweepCameraPictures } from '../watch/cameras/forget-camera.ts';
import { deleteExpired, type RetentionParts } from './retention.ts';
import type { StoreWatch } from './store-watch.ts';

/** Longer than any analysis or upload takes. */
const OLDER_THAN_MS = 3_600_000;
/** One round looks at so many files and so many images; the next one begins elsewhere. */
const LIMITS = { files: 50_000, images: 10_000 };
/**
 * The first round of clearing up does not compete with the start, and a command that is over by then does without. What
 * is too old goes at once: a machine on which nothing runs for longer must not keep it.
 */
const ROUNDS = { firstAfterMs: 15_000, everyMs: 3_600_000 };

/** What was damaged while nothing ran is told soon after the start, and reads no more than it must before. */
const CHECK_AFTER_MS = 2000;
/** What a process that ended before left undone for the search is done soon: a picture may be asked for at once. */
const PREPARE_AFTER_MS = 500;

interface HousekeepingParts extends RetentionParts {
  readonly watch?: StoreWatch;
  /** What is not yet found by a search becomes so. */
  readonly prepareSearch?: () => Promise<void>;
}

/** Deletes what is too old, looks whether the store is whole and clears up after killed processes, in the background. */
export function startHousekeeping(parts: HousekeepingParts, { firstAfterMs, everyMs } = ROUNDS) {
  const stop = new AbortController();
  let running = deleteExpired(parts, stop.signal);
  let timer: NodeJS.Timeout;
  const plan = (afterMs: number, isFirst = false) => {
    timer = setTimeout(() => {
      running = running
        .then(() => deleteExpired(parts, stop.signal))
        .then(() => tidyUp(parts, stop.signal))
        .then(() => (isFirst ? undefined : parts.watch?.check(stop.signal)))
        .then(() => {
          // Which takes as long as there is to do.
          if (!stop.signal.aborted) void parts.prepareSearch?.();
        })
        .then(() => {
          if (!stop.signal.aborted) plan(everyMs);
        });
    }, afterMs).unref();
  };
  plan(firstAfterMs, true);
  const first = setTimeout(() => {
    running = running.then(() => parts.watch?.check(stop.signal));
  }, CHECK_AFTER_MS).unref();
  const prepare = setTimeout(() => void parts.prepareSearch?.(), PREPARE_AFTER_MS).unref();
  return {
    /** Begins nothing more. */
    stop(): void {
      stop.abort();
      clearTimeout(timer);
      clearTimeout(first);
      clearTimeout(prepare);
    },
    /** Resolves when the step that was begun is over; it ends soon once the stores are closed. */
    done: () => running,
  };
}

async function tidyUp({ blobs, records, log, now }: RetentionParts, signal: AbortSignal): Promise<void> {
  try {
    await records.registry.removeExpired(now().toISOString());
    const { removed, restored } = await blobs.tidy({ olderThanMs: OLDER_THAN_MS, limit: LIMITS.files, signal });
    const older = { olderThanMs: OLDER_THAN_MS, limit: LIMITS.images, signal };
    const kept = await keptForLostRecords({ blobs, records }, { now: now(), limit: LIMITS.images, signal });
    if (kept !== null)
      log.warn(
        { until: kept.toISOString() },
        'photos lie here that no record speaks of and that are older than the record store: they stay until then; if the records were lost, bring them back (docs/operations.md)',
      );
    const images = kept === null ? await sweepImages({ blobs, records }, older) : 0;
    const ofLinks = await sweepPictures(blobs, { limit: LIMITS.images, signal });
    const { registry } = records;
    const pictures = ofLinks + (await sweepCameraPictures({ blobs, registry }, older));
    if (removed + restored + images + pictures > 0)
      log.info({ parts: removed, restored, images, pictures }, 'cleared up after broken writes');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'stored files could not be tidied');
  }
}
