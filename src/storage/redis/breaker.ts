import { setTimeout as sleep } from 'node:timers/promises';
import { CACHE_ERRORS, type CacheErrorKind, type SharedCacheStatus } from '../../ports/cache.ts';
import { CacheFailure, type Failure, failureOf, NoAnswer } from './reply-errors.ts';

type State = SharedCacheStatus['state'];

export interface BreakerParts {
  /** Asks for what `key` names, where that is: in a cluster each key has its node. */
  probe(key: string): Promise<unknown>;
  /** `word`: what went wrong. */
  onState(state: State, word: string | null): void;
}

/** Longest wait of a call, ms. */
export const ANSWER_MS = 100;
/** At the start the connection may take so long before it counts as lost, ms. */
const FIRST_MS = 1000;
/** A server that is away is asked again after so long, ms. */
const PROBE_MS = 150;
/** So long somebody who asks for it by hand waits for an answer, ms. */
const PATIENT_MS = 3000;
/** Calls that may wait for answers at once; more are misses. */
const MOST_WAITING = 1000;

const NOT_ASKED: Failure = {
  kind: 'skipped',
  isAway: true,
  isRefused: false,
  isReadOnly: false,
  word: 'too many wait',
};

/**
 * Calls of a server that may be gone: each ends within 100 ms. The first that gets no answer ends all that wait, and further
 * ones are not sent until a probe, one at a time, is answered again.
 */
export class Breaker {
  private readonly parts: BreakerParts;
  private readonly answerMs: number;
  private readonly over = new AbortController();
  private readonly first: Promise<unknown>;
  private gone = unheeded();
  private woken = Promise.withResolvers<void>();
  private seeking = false;
  private waiting = 0;
  private key = '';
  /** What went wrong; null: nothing. */
  private word: string | null = null;
  /** What the client said of the connection. */
  private said: Failure | null = null;
  readonly errors = Object.fromEntries(CACHE_ERRORS.map((kind) => [kind, 0])) as Record<CacheErrorKind, number>;
  state: State = 'connecting';

  constructor(parts: BreakerParts, answerMs = ANSWER_MS) {
    this.parts = parts;
    this.answerMs = answerMs;
    this.first = this.seek();
  }

  /** What the work gives, or CacheFailure. Whoever comes first may wait for the connection as long as for an answer. */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (this.state === 'connecting') await Promise.race([this.first, sleep(this.answerMs)]);
    if (this.state === 'connecting') this.turn('unreachable', 'no connection');
    try {
      if (this.state !== 'connected' || this.waiting >= MOST_WAITING) {
        throw new CacheFailure({ ...NOT_ASKED, word: this.word ?? NOT_ASKED.word });
      }
      return await Promise.race([within(this.answerMs, this.counted(work)), this.gone.promise]);
    } catch (thrown) {
      const failure = failureOf(thrown);
      this.errors[failure.kind] += 1;
      if (failure.isAway && failure.kind !== 'skipped') this.open(key, failure);
      throw new CacheFailure(failure);
    }
  }

  /** As `run`, for what somebody asks for by hand: a server or machine that is slow for a moment is asked again. */
  async runPatiently<T>(key: string, work: () => Promise<T>): Promise<T> {
    const until = performance.now() + PATIENT_MS;
    for (;;) {
      try {
        return await this.run(key, work);
      } catch (thrown) {
        const { isAway, isRefused } = failureOf(thrown);
        const isOver = this.over.signal.aborted || performance.now() > until;
        if (!isAway || isRefused || this.state === 'refused' || isOver) throw thrown;
        await sleep(PROBE_MS);
      }
    }
  }

  /** The client has a connection (null), or says why it has none. */
  hear(thrown: unknown): void {
    this.said = thrown === null ? null : failureOf(thrown);
    this.woken.resolve();
    // Nobody may ask for anything for long: that it is gone is known all the same.
    if (this.said?.isAway && this.state === 'connected') void this.seek();
  }

  get isRefused(): boolean {
    return this.said?.isRefused ?? false;
  }

  close(): void {
    this.over.abort();
    this.woken.resolve();
    this.gone.reject(new CacheFailure(NOT_ASKED));
  }

  get isClosed(): boolean {
    return this.over.signal.aborted;
  }

  private open(key: string, failure: Failure): void {
    this.key = key;
    this.turn(failure.isRefused ? 'refused' : 'unreachable', failure.word);
    void this.seek();
  }

  private async seek(): Promise<void> {
    if (this.seeking) return;
    this.seeking = true;
    if (this.state === 'connecting') await this.wait(FIRST_MS);
    while (!this.over.signal.aborted) {
      const failure = await within(this.answerMs, this.parts.probe(this.key)).then(
        () => null,
        (thrown: unknown) => failureOf(thrown),
      );
      if (failure === null || !(failure.isAway || failure.kind === 'broken')) {
        this.turn('connected', null);
        break;
      }
      const why = this.said ?? failure;
      this.turn(why.isRefused ? 'refused' : 'unreachable', why.word);
      await this.wait(PROBE_MS * (0.75 + Math.random() / 2));
    }
    this.seeking = false;
  }

  private async wait(ms: number): Promise<void> {
    this.woken = Promise.withResolvers();
    const timer = setTimeout(this.woken.resolve, ms);
    timer.unref();
    await this.woken.promise;
    clearTimeout(timer);
  }

  private turn(state: State, word: string | null): void {
    this.word = word;
    const before = this.state;
    if (state === before || this.over.signal.aborted) return;
    this.state = state;
    if (before === 'connected') this.gone.reject(new CacheFailure({ ...NOT_ASKED, kind: 'lost', word: word ?? '' }));
    if (state === 'connected') this.gone = unheeded();
    this.parts.onState(state, word);
  }

  private async counted<T>(work: () => Promise<T>): Promise<T> {
    this.waiting += 1;
    try {
      return await work();
    } finally {
      this.waiting -= 1;
    }
  }
}

/** A rejection that nobody waits for is none. */
function unheeded(): PromiseWithResolvers<never> {
  const made = Promise.withResolvers<never>();
  made.promise.catch(() => undefined);
  return made;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  // An answer that came while this process was busy is read before the time counts as over.
  const timer = setTimeout(() => setImmediate(() => setImmediate(late.reject, new NoAnswer())), ms);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
