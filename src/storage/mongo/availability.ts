import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreStatus } from '../../ports/records.ts';
import { late, StoreLost, storeError } from './driver-errors.ts';

type StoreState = StoreStatus['state'];

export interface AvailabilityLimits {
  /** How long a call waits for its answer, ms. */
  readonly answerMs: number;
  /** So long a server may take to say that it is there, where a call has found that it is not, ms. */
  readonly doubtMs: number;
  /** A lost server is asked again so long after it did not answer, ms. */
  readonly retryMs: number;
  /** One that refuses us: somebody has to change something first, ms. */
  readonly refusedMs: number;
}

const LIMITS: AvailabilityLimits = { answerMs: 3000, doubtMs: 500, retryMs: 500, refusedMs: 10_000 };

export type StateListener = (state: StoreState, why: StoreLost | null) => void;

/**
 * Whether the server answers. A call that finds it gone, or waits for too long, has it asked; where it does not say that it
 * is there, all calls that wait end, and further ones are refused at once, until one question at a time is answered again.
 */
export class Availability {
  private readonly probe: () => Promise<unknown>;
  private readonly onState: StateListener;
  private readonly limits: AvailabilityLimits;
  private readonly stop = new AbortController();
  private why: StoreLost | null = null;
  private isDoubted = false;
  private seeking: Promise<void> | null = null;
  private firstAnswer = Promise.withResolvers<void>();
  /** Rejects for those who wait for an answer. */
  private gone = Promise.withResolvers<never>();
  state: StoreState = 'connecting';

  /** `probe` connects where that is needed, and asks something. */
  constructor(probe: () => Promise<unknown>, onState: StateListener, limits: Partial<AvailabilityLimits> = {}) {
    this.probe = probe;
    this.onState = onState;
    this.limits = { ...LIMITS, ...limits };
  }

  /** Throws catalogue errors only. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.state === 'connecting') {
      this.seek();
      await within(this.limits.answerMs, this.firstAnswer.promise).catch(() => {
        throw late().ofOthers();
      });
    }
    if (this.state !== 'connected') throw this.why?.ofOthers() ?? late();
    try {
      return await Promise.race([within(this.limits.answerMs, work()), this.gone.promise]);
    } catch (thrown) {
      const error = storeError(thrown);
      if (error instanceof StoreLost) void this.doubt(error);
      throw error;
    }
  }

  close(): void {
    this.stop.abort();
  }

  /** One connection that broke, one long answer: that need not be the server. */
  private async doubt(found: StoreLost): Promise<void> {
    if (this.isDoubted || this.state !== 'connected') return;
    this.isDoubted = true;
    try {
      await within(this.limits.doubtMs, this.probe());
    } catch {
      this.turn(found.refused ? 'refused' : 'unreachable', found);
      this.seek();
    } finally {
      this.isDoubted = false;
    }
  }

  private seek(): void {
    this.seeking ??= this.untilBack().finally(() => {
      this.seeking = null;
    });
  }

  private async untilBack(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.probe();
        this.turn('connected', null);
        return;
      } catch (thrown) {
        const error = storeError(thrown);
        // What the server refuses as such (a newer schema, no right) is an answer all the same, and no use to anybody.
        const why = error instanceof StoreLost ? error : new StoreLost(error.message, error.advice, { refused: true });
        this.turn(why.refused ? 'refused' : 'unreachable', why);
        const wait = why.refused ? this.limits.refusedMs : this.limits.retryMs;
        await sleep(wait, undefined, { ref: false, signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private turn(state: StoreState, why: StoreLost | null): void {
    this.why = why;
    const before = this.state;
    if (state === before || this.stop.signal.aborted) return;
    this.state = state;
    if (before === 'connected' && why !== null) this.gone.reject(why);
    if (state === 'connected') this.gone = unheeded();
    if (before === 'connecting') this.firstAnswer.resolve();
    this.onState(state, why);
  }
}

/** A rejection that nobody waits for is none. */
function unheeded(): PromiseWithResolvers<never> {
  const made = Promise.withResolvers<never>();
  made.promise.catch(() => undefined);
  return made;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const end = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw late();
  });
  // What ends later than its caller was told nobody waits for.
  work.catch(() => undefined);
  end.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    over.abort();
  }
}
