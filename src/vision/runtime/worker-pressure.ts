const LOOK_MS = 10_000;

export interface PressureParts {
  /** Workers there are. */
  readonly workers: () => number;
  /** Told at each look. */
  readonly measured: (workers: number, pressure: number) => void;
  /** Milliseconds; never goes back. */
  readonly clock?: () => number;
}

/** How busy the workers of one model are: the share of the last ten seconds in which they ran something, 0 to 1. */
export class WorkerPressure {
  private readonly parts: PressureParts;
  private readonly clock: () => number;
  private readonly looking: NodeJS.Timeout;
  private running = 0;
  /** Milliseconds that runs took since the last look. */
  private busyMs = 0;
  private since: number;
  private lookedAt: number;

  constructor(parts: PressureParts) {
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
    this.parts.measured(workers, workers === 0 || ms === 0 ? 0 : Math.min(1, this.busyMs / (ms * workers)));
    this.busyMs = 0;
    this.lookedAt = this.since;
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
