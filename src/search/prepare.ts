import { setTimeout as sleep } from 'node:timers/promises';
import { readImage } from '../analysis/stored-image.ts';
import { searchTerms } from '../contract/search-terms.ts';
import { isStoreGone, toAppError } from '../errors.ts';
import type { Image } from '../image/image.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Bus } from '../ports/bus.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { Records } from '../ports/records.ts';
import type { Log } from '../telemetry/log.ts';

export interface PreparationParts {
  readonly records: Records;
  /** Whether there is a store at all: looking through one makes it. */
  readonly exists?: () => boolean;
  readonly embedder: Embedder;
  readonly blobs: Blobs;
  readonly openStored: (bytes: Uint8Array, label: string) => Promise<Image>;
  readonly bus: Bus;
  readonly log: Log;
}

/** A new analysis is prepared so long after it, ms: a command that ends by then does without, and others come first. */
const AFTER_MS = 300;
/** So many wait at most; what is beyond is found again by looking through the store. */
const WAITING = 1000;
const TERMS_AT_ONCE = 50;
const MISSING_AT_ONCE = 20;
/** So long after one picture the next begins at most: half of one core, ms. */
const LONGEST_PAUSE_MS = 1000;

/** Makes analyses findable by what they look like, and older ones by what is in them, behind everything else. */
export function startPreparation(parts: PreparationParts, afterMs: number = AFTER_MS) {
  const stop = new AbortController();
  const waiting = new Set<string>();
  /** What could not be embedded is not tried again in this process. */
  const hopeless = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  let isCatchingUp = false;

  const begin = (work: () => Promise<void>) => {
    running = running.then(work).catch((thrown: unknown) => {
      if (!stop.signal.aborted && !isStoreGone(thrown)) parts.log.warn({ err: thrown }, 'preparing the search failed');
    });
  };
  const unheard = parts.bus.on((event) => {
    if (event.type !== 'positioning_analyzed' || stop.signal.aborted || waiting.size >= WAITING) return;
    waiting.add(event.analysis.analysis_id);
    timer ??= setTimeout(() => {
      timer = null;
      begin(() => embedWaiting());
    }, afterMs).unref();
  });

  async function embedWaiting(): Promise<void> {
    for (const id of waiting) {
      if (stop.signal.aborted) return;
      waiting.delete(id);
      await embed(id);
    }
  }

  async function embed(id: string): Promise<void> {
    const space = parts.embedder.space();
    if ('reason' in space || hopeless.has(id)) return;
    const started = performance.now();
    try {
      const head = await parts.records.analyses.head(id);
      const bytes = head?.imageKey ? await readImage(parts, head.imageKey, stop.signal) : undefined;
      if (bytes === undefined) return;
      const { vector, space: of } = await parts.embedder.ofImage(await parts.openStored(bytes, id), stop.signal);
      await parts.records.vectors.put(id, of, vector);
    } catch (thrown) {
      if (stop.signal.aborted) return;
      const { code } = toAppError(thrown);
      if (code === 'DB_001' || code === 'SYSTEM_002') throw thrown;
      hopeless.add(id);
      parts.log.debug({ err: thrown, analysis_id: id }, 'a stored picture could not be embedded');
    }
    const pause = Math.min(LONGEST_PAUSE_MS, performance.now() - started);
    await sleep(pause, undefined, { signal: stop.signal, ref: false }).catch(() => undefined);
  }

  async function catchUp(): Promise<void> {
    for (;;) {
      const ids = await parts.records.analyses.withoutTerms(TERMS_AT_ONCE);
      const done = ids.filter((id) => !hopeless.has(id));
      if (done.length === 0) break;
      for (const id of done) {
        if (stop.signal.aborted) return;
        await setTerms(id);
      }
    }
    const space = parts.embedder.space();
    let after: string | null = 'reason' in space ? null : '';
    while (after !== null && !stop.signal.aborted) {
      const found: { readonly ids: readonly string[]; readonly next: string | null } =
        await parts.records.vectors.missing('reason' in space ? '' : space.name, after, MISSING_AT_ONCE);
      for (const id of found.ids) {
        if (stop.signal.aborted) return;
        await embed(id);
      }
      after = found.next;
    }
  }

  /** What cannot be read is found by nothing. */
  async function setTerms(id: string): Promise<void> {
    try {
      const record = await parts.records.analyses.get(id);
      if (record !== null) await parts.records.analyses.setTerms(id, searchTerms(record.analysis));
    } catch (thrown) {
      if (toAppError(thrown).code !== 'DB_003') throw thrown;
      hopeless.add(id);
    }
  }

  return {
    /** Looks through the store for what an older version left, or a process that was killed. */
    catchUp(): Promise<void> {
      if (isCatchingUp || stop.signal.aborted || parts.exists?.() === false) return running;
      isCatchingUp = true;
      begin(() =>
        catchUp().finally(() => {
          isCatchingUp = false;
        }),
      );
      return running;
    },
    stop(): void {
      stop.abort();
      unheard();
      if (timer) clearTimeout(timer);
    },
    done: () => running,
  };
}
