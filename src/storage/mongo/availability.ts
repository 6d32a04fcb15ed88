import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreStatus } from '../../ports/records.ts';
import { late, StoreLost, storeError } from './driver-errors.ts';

type StoreState = StoreStatus['state'];

export interface AvailabilityLimits {
  /** How long a call waits for its answer, ms. */
  readonly answerMs: number;
  /** A lost server is asked again so long after it did not answer, ms. */
  readonly retryMs: number;
  /** One that refuses us: somebody has to change something first, ms. */
  readonly refusedMs: number;
  /** Calls wait for so long for a server that was lost just now, ms. */
  readonly patienceMs: number;
}

export const LIMITS: AvailabilityLimits = { answerMs: 3000, retryMs: 500, refusedMs: 10_000, patienceMs: 1000 };

export type StateListener = (state: StoreState, why: StoreLost | null) => void;

/**
 * Whether the server answers. A call that finds it gone costs its time once; those after it are refused at once, until one
 * probe at a time says that the server is back. No call waits for longer than `answerMs`.
 */
export class Availability {
  private readonly probe: () => Promise<unknown>;
  private readonly onState: StateListener;
  private readonly limits: AvailabilityLimits;
  private readonly stop = new AbortController();
  private why: StoreLost | null = null;
  private probing: Promise<void> | null = null;
  private firstProbe: Promise<void> = Promise.resolve();
  /** When the server was lost, or first asked for. */
  private since = 0;
  state: StoreState = 'connecting';

  /** `probe` connects where that is needed, and asks something. */
  constructor(probe: () => Promise<unknown>, onState: StateListener, limits: Partial<AvailabilityLimits> = {}) {
    this.probe = probe;
    this.onState = onState;
    this.limits = { ...LIMITS, ...limits };
  }

  /** Throws catalogue errors only. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.state !== 'connected') await this.wait();
    try {
      return await within(this.limits.answerMs, work());
    } catch (thrown) {
      const error = storeError(thrown);
      if (error instanceof StoreLost) this.lose(error);
      throw error;
    }
  }

  close(): void {
    this.stop.abort();
  }

  /** Until the server is there; throws when it is not after its first probe, or after some time. */
  private async wait(): Promise<void> {
    if (this.state === 'connecting') this.begin();
    const patience = this.state === 'connecting' ? this.limits.answerMs : this.limits.patienceMs;
    const left = this.since + patience - performance.now();
    if (left > 0) await Promise.race([this.firstProbe, sleep(left, undefined, { ref: false })]);
    if (this.state !== 'connected') throw this.why ?? late();
  }

  private lose(why: StoreLost): void {
    if (this.state === 'connected') this.begin();
    this.turn(why.refused ? 'refused' : 'unreachable', why);
  }

  private begin(): void {
    this.probing ??= this.untilBack().finally(() => {
      this.probing = null;
    });
  }

  private async untilBack(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.firstProbe = promise;
    this.since = performance.now();
    while (!this.stop.signal.aborted) {
      try {
        await this.probe();
        this.turn('connected', null);
        resolve();
        return;
      } catch (thrown) {
        const error = storeError(thrown);
        // What the server refuses as such (a newer schema, no right) is an answer all the same, and no use to anybody.
        const why = error instanceof StoreLost ? error : new StoreLost(error.message, error.advice, { refused: true });
        this.turn(why.refused ? 'refused' : 'unreachable', why);
        resolve();
        const wait = why.refused ? this.limits.refusedMs : this.limits.retryMs;
        await sleep(wait, undefined, { ref: false, signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private turn(state: StoreState, why: StoreLost | null): void {
    this.why = why;
    if (state === this.state || this.stop.signal.aborted) return;
    this.state = state;
    this.onState(state, why);
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const end = sleep(ms, undefined, { signal: over.signal, ref: true }).then(() => {
    throw late();
  });
  // What ends later than its call was told nobody waits for.
  work.catch(() => undefined);
  end.catch(() => undefined);
  try {
    return await Promise.race([work, end]);
  } finally {
    over.abort();
  }
}
