import { sweepImages } from '../analysis/sweep-images.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Records } from '../ports/records.ts';
import type { Log } from '../telemetry/log.ts';

interface Parts {
  readonly blobs: Blobs;
  readonly records: Records;
  readonly log: Log;
}

/** Longer than any analysis or upload takes. */
const OLDER_THAN_MS = 3_600_000;
/** One round looks at so many files and so many images; the next one begins elsewhere. */
const LIMITS = { files: 50_000, images: 10_000 };
/** The first round does not compete with the start, and a command that is over by then does without. */
const ROUNDS = { firstAfterMs: 15_000, everyMs: 3_600_000 };

/** Clears up after killed processes, in the background. */
export function startHousekeeping(parts: Parts, { firstAfterMs, everyMs } = ROUNDS) {
  const stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const plan = (afterMs: number) => {
    timer = setTimeout(() => {
      running = tidyUp(parts, stop.signal).then(() => {
        if (!stop.signal.aborted) plan(everyMs);
      });
    }, afterMs).unref();
  };
  plan(firstAfterMs);
  return {
    /** Begins nothing more. */
    stop(): void {
      stop.abort();
      clearTimeout(timer);
    },
    /** Resolves when the step that was begun is over; it ends soon once the stores are closed. */
    done: () => running,
  };
}

async function tidyUp({ blobs, records, log }: Parts, signal: AbortSignal): Promise<void> {
  try {
    const { removed, restored } = await blobs.tidy({ olderThanMs: OLDER_THAN_MS, limit: LIMITS.files, signal });
    const images = await sweepImages({ blobs, records }, { olderThanMs: OLDER_THAN_MS, limit: LIMITS.images, signal });
    if (removed + restored + images > 0)
      log.info({ parts: removed, restored, images }, 'cleared up after broken writes');
  } catch (error) {
    if (!signal.aborted) log.warn({ err: error }, 'stored files could not be tidied');
  }
}
