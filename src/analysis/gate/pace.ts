/** Of the newest measurement in the mean, once there are a few. */
const NEWEST = 0.15;

/** What was known as one began. */
export interface Begun {
  readonly at: number;
  readonly area: number;
  /** None had been done before: it may have waited for the model to load, and says nothing of the pace. */
  readonly isFirst: boolean;
}

/**
 * How much time passes from one analysis that is done to the next, as lately seen while there was work. One that took `t` while `n`
 * ran side by side says `t / n`: that holds for a full server and, a little too long, for one that had less to do.
 */
export class Pace {
  private readonly clock: () => number;
  private running = 0;
  /** Analyses that ran × how long, up to `since`. */
  private area = 0;
  private since: number;
  /** When one ended the last time, or work came back. */
  private moved: number;
  private mean: number | null = null;
  private measured = 0;
  private isWarm = false;

  constructor(clock: () => number) {
    this.clock = clock;
    this.since = clock();
    this.moved = this.since;
  }

  begin(): Begun {
    this.advance();
    if (this.running === 0) this.moved = this.since;
    this.running += 1;
    return { at: this.since, area: this.area, isFirst: !this.isWarm };
  }

  /** `isDone`: it was not broken off. */
  end({ at, area, isFirst }: Begun, isDone: boolean): void {
    this.advance();
    this.running -= 1;
    const took = this.since - at;
    const each = took > 0 ? took ** 2 / (this.area - area) : 0;
    // What was broken off would have taken longer.
    if (!isFirst && (isDone || each > (this.mean ?? Number.POSITIVE_INFINITY))) {
      this.measured += 1;
      const share = Math.max(NEWEST, 1 / this.measured);
      this.mean = this.mean === null ? each : this.mean + share * (each - this.mean);
    }
    if (isDone) this.isWarm = true;
    this.moved = this.since;
  }

  /** Milliseconds; null: nothing was measured yet. Where nothing has ended for long, it is that long at least. */
  get ms(): number | null {
    if (this.mean === null) return null;
    const still = this.running === 0 ? 0 : (this.clock() - this.moved) / this.running;
    return Math.max(this.mean, still);
  }

  private advance(): void {
    const now = this.clock();
    this.area += this.running * (now - this.since);
    this.since = now;
  }
}
