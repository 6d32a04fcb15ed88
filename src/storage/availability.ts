import { setTimeout as sleep } from 'node:timers/promises';
import type { AppError } from '../errors.ts';

export type ServerState = 'connecting' | 'connected' | 'unreachable' | 'refused';

/** Nothing can be asked of a server now. */
export interface ServerLost extends AppError {
  /** Somebody has to change something before it can work. */
  readonly refused: boolean;
  /** The same for a call that was not begun. */
  ofOthers(): ServerLost;
}

/** How the errors of one kind of server are read. */
export interface ServerErrors {
  /** Anything thrown, as an error of the catalogue. */
  of(thrown: unknown): AppError;
  isLost(error: AppError): error is AppError & ServerLost;
  /** The same as a reason why the server is of no use. */
  asLost(error: AppError): ServerLost;
  /** No answer within the time. */
  late(): ServerLost;
}

export interface AvailabilityLimits {
  /** How long a call waits for its answer, ms. */
  readonly answerMs: number;
  /** After so long without an answer the server is asked whether it is there, ms. */
  readonly slowMs: number;
  /** So long it may take to say so, ms. */
  readonly doubtMs: number;
  /** A lost server is asked again so long after it did not answer, ms. */
  readonly retryMs: number;
  /** One that refuses us: somebody has to change something first, ms. */
  readonly refusedMs: number;
}

const LIMITS: AvailabilityLimits = { answerMs: 15_000, slowMs: 2000, doubtMs: 1000, retryMs: 500, refusedMs: 10_000 };

export type StateListener = (state: ServerState, why: ServerLost | null) => void;

export interface ServerProbes {
  /** Asks something, besides the calls that wait. */
  answers(): Promise<unknown>;
  /** Connects where that is needed, on the way that the calls take. */
  connect(): Promise<unknown>;
}

/**
 * Whether the server answers. A call that finds it gone, or waits for long, has it asked; where it does not say that it is
 * there, all calls that wait end, and further ones are refused at once, until one question at a time is answered again.
 */
export class Availability {
  private readonly server: ServerProbes;
  private readonly errors: ServerErrors;
  private readonly onState: StateListener;
  private readonly limits: AvailabilityLimits;
  private readonly stop = new AbortController();
  private why: ServerLost | null = null;
  private isDoubted = false;
  private seeking: Promise<void> | null = null;
  private firstAnswer = Promise.withResolvers<void>();
  /** Rejects for those who wait for an answer. */
  private gone = Promise.withResolvers<never>();
  state: ServerState = 'connecting';

  constructor(
    server: ServerProbes,
    errors: ServerErrors,
    onState: StateListener,
    limits: Partial<AvailabilityLimits> = {},
  ) {
    this.server = server;
    this.errors = errors;
    this.onState = onState;
    this.limits = { ...LIMITS, ...limits };
  }

  /** Throws catalogue errors only. */
  async run<T>(work: () => Promise<T>, answerMs = this.limits.answerMs): Promise<T> {
    if (this.state === 'connecting') {
      this.seek();
      await this.within(this.limits.slowMs + this.limits.doubtMs, this.firstAnswer.promise).catch(() => {
        throw this.errors.late().ofOthers();
      });
    }
    if (this.state !== 'connected') throw this.why?.ofOthers() ?? this.errors.late();
    const slow = setTimeout(() => void this.doubt(this.errors.late()), this.limits.slowMs);
    try {
      return await Promise.race([this.within(answerMs, work()), this.gone.promise]);
    } catch (thrown) {
      const error = this.errors.of(thrown);
      if (this.errors.isLost(error)) void this.doubt(error);
      throw error;
    } finally {
      clearTimeout(slow);
    }
  }

  close(): void {
    this.stop.abort();
  }

  /** One connection that broke, one long answer: that need not be the server. */
  private async doubt(found: ServerLost): Promise<void> {
    if (this.isDoubted || this.state !== 'connected') return;
    this.isDoubted = true;
    try {
      await this.within(this.limits.doubtMs, this.server.answers());
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
        await this.server.connect();
        this.turn('connected', null);
        return;
      } catch (thrown) {
        const why = this.errors.asLost(this.errors.of(thrown));
        this.turn(why.refused ? 'refused' : 'unreachable', why);
        const wait = why.refused ? this.limits.refusedMs : this.limits.retryMs;
        await sleep(wait, undefined, { ref: false, signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private turn(state: ServerState, why: ServerLost | null): void {
    this.why = why;
    const before = this.state;
    if (state === before || this.stop.signal.aborted) return;
    this.state = state;
    if (before === 'connected' && why !== null) this.gone.reject(why);
    if (state === 'connected') this.gone = unheeded();
    if (before === 'connecting') this.firstAnswer.resolve();
    this.onState(state, why);
  }

  private async within<T>(ms: number, work: Promise<T>): Promise<T> {
    const over = new AbortController();
    const end = sleep(ms, undefined, { signal: over.signal }).then(() => {
      throw this.errors.late();
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
}

/** A rejection that nobody waits for is none. */
function unheeded(): PromiseWithResolvers<never> {
  const made = Promise.withResolvers<never>();
  made.promise.catch(() => undefined);
  return made;
}
