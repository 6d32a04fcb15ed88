import { toAppError } from '../errors.ts';
import type { Records, StoreCheck } from '../ports/records.ts';
import type { StoreHealth } from '../services.ts';
import type { Log } from '../telemetry/log.ts';

/** One round of the check begins work for so long at most, ms; the next one goes on there. */
const CHECK_MS = 5000;
/** A store that is there and takes nothing in time is slow; only after so long it counts as one that takes nothing, ms. */
const SLOW_MS = 60_000;
const SLOW: ReadonlySet<string> = new Set(['DB_001', 'SYSTEM_002']);

type Refused = StoreHealth['writable'];

interface WatchParts {
  readonly records: Records;
  readonly log: Log;
  /** Whether there is a store; one that is not there yet is not made to be checked. */
  readonly exists: () => boolean;
  /** Milliseconds of `performance`. */
  readonly clock?: () => number;
}

/** What is known of the store besides that it answers. */
export function watchStore({ records, log, exists, clock = () => performance.now() }: WatchParts) {
  let last: StoreCheck | null = null;
  let refused: Refused = null;
  let slowSince: number | null = null;

  function heard(writable: Refused): void {
    if (writable !== null && refused === null)
      log.error({ code: writable }, 'nothing can be stored any more: h200-mug doctor says what to do');
    if (writable === null && refused !== null) log.info('what comes is stored again');
    refused = writable;
  }

  /** Why nothing can be stored; null: it can, or it may only take long. */
  function unlessSlow(code: Refused): Refused {
    if (code === null || !SLOW.has(code) || records.status().state !== 'connected') {
      slowSince = null;
      return code;
    }
    const now = clock();
    if (slowSince === null) log.warn({ code }, 'the record store did not answer in time: it is slow, or busy');
    slowSince ??= now;
    return now - slowSince < SLOW_MS ? refused : code;
  }
  return {
    /** Reads the store, or the next part of it. Never throws. */
    async check(signal: AbortSignal): Promise<void> {
      if (!exists()) return;
      try {
        last = await records.check({ limitMs: CHECK_MS, signal });
      } catch (error) {
        // That a server is gone was told when it went.
        const isThere = records.status().state === 'connected';
        if (!signal.aborted && isThere) log.warn({ err: error }, 'the record store could not be checked');
        return;
      }
      const { damage, unreadable, unreadableCount } = last;
      if (damage !== null) log.error({ damage }, 'the record store is damaged: h200-mug doctor says what to do');
      if (unreadableCount > 0) {
        log.error(
          { unreadable: unreadable.slice(0, 10), count: unreadableCount },
          'stored records cannot be read: h200-mug doctor says what to do',
        );
      }
    },
    async health(): Promise<StoreHealth> {
      const said = exists()
        ? await records.writable().then(
            () => null,
            (thrown: unknown) => toAppError(thrown).code,
          )
        : null;
      // What health says is how it is just now; nobody is woken by a store that is only slow.
      heard(unlessSlow(said));
      return {
        ...records.status(),
        writable: said,
        damage: last?.damage ?? null,
        unreadable: last === null ? null : last.unreadableCount,
      };
    },
  };
}

export type StoreWatch = ReturnType<typeof watchStore>;
