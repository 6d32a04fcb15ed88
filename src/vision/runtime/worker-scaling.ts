/** Share of the time of the workers in which they ran something. */
const DOWN = 0.3;
const LOOK_MS = 10_000;
/** Looks in a row below: the next burst loads the model again in each worker that was ended. */
const LOOKS = 3;

export interface ScalingParts {
  /** Workers there are. */
  readonly workers: () => number;
  /** Ends one that is idle; there is more than one. False: it could not now. */
  readonly retire: () => boolean;
  /** Told at each look. */
  readonly measured: (workers: number, pressure: number) => void;
  /** So many more, or fewer, than at the look before. */
  readonly scaled: (direction: 'up' | 'down', by: number) => void;
  /** Milliseconds; never goes back. */
  readonly clock?: () => number;
}

/**
 * How many workers of one model there are, between one and the most that are configured. One more starts as soon as a run finds all of
 * them busy (the pressure is 1 at that moment, and the pool does it); one is ended, with the memory of its session, when the
 * pressure was below DOWN in three looks in a row, one every ten seconds.
 */
export class WorkerScaling {
  private readonly parts: ScalingParts;
  private readonly clock: () => number;
  private readonly looking: NodeJS.Timeout;
  private running = 0;
  /** Milliseconds that runs took since the last look. */
  private busyMs = 0;
  private since: number;
  private lookedAt: number;
  private below = 0;
  /** Workers there were; the first one starts whatever the pressure is. */
  private known = 1;

  constructor(parts: ScalingParts) {
    this.parts = parts;
    this.clock = parts.clock ?? (() => performance.now());
    this.since = this.clock();
    this.lookedAt = this.since;
    this.looking = setInterval(() => this.look(), LOOK_MS).unref();
  }

  /** A run begins; call what it returns when it has ended. */
  begin(): () => void {
    this.count();
    this.running += 1;
    return () => {
      this.count();
      this.running -= 1;
    };
  }

  look(): void {
    this.count();
    const workers = this.parts.workers();
    const ms = this.since - this.lookedAt;
    const pressure = workers === 0 || ms === 0 ? 0 : Math.min(1, this.busyMs / (ms * workers));
    this.busyMs = 0;
    this.lookedAt = this.since;
    if (workers > this.known) this.parts.scaled('up', workers - this.known);
    this.known = Math.max(1, workers);
    this.parts.measured(workers, pressure);
    this.below = pressure < DOWN && workers > 1 ? this.below + 1 : 0;
    if (this.below < LOOKS || !this.parts.retire()) return;
    this.below = 0;
    this.known = workers - 1;
    this.parts.scaled('down', 1);
  }

  close(): void {
    clearInterval(this.looking);
  }

  private count(): void {
    const now = this.clock();
    this.busyMs += this.running * (now - this.since);
    this.since = now;
  }
}
