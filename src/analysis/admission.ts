import type { Priority } from '../contract/priority.ts';
import { PRIORITIES } from '../contract/priority.ts';
import { AppError } from '../errors.ts';
import { RollingQuantile } from '../rolling-quantile.ts';
import { WaitingLine } from '../waiting-line.ts';

export interface AdmissionOptions {
  /** Pieces of work that go on at once; asked each time. */
  readonly width: () => number;
  /** So many may wait, of everybody. */
  readonly places: number;
  /** Told how many more, or fewer, of a priority wait. */
  readonly onDepth?: (priority: Priority, change: 1 | -1) => void;
  /** Milliseconds; never goes back. */
  readonly clock?: () => number;
}

/** Whose it is, and what its time is. */
export interface Applicant {
  readonly owner: string;
  readonly priority: Priority;
  readonly signal: AbortSignal;
  /** When its time is over, by the clock. */
  readonly until: number;
}

interface Waiting extends Applicant {
  readonly begin: () => void;
  readonly refuse: (reason: unknown) => void;
}

/**
 * Few pieces of work at once, so that each that was begun is ended soon; the others wait, the urgent ones first and among equals
 * each owner in turn. What cannot be done in its time at the pace of the last ones is refused, at once or when its turn comes, and
 * costs nothing.
 */
export class Admission {
  private readonly options: AdmissionOptions;
  private readonly clock: () => number;
  private readonly line = new WaitingLine<Waiting>(PRIORITIES.length);
  private readonly waiting: Waiting[][] = PRIORITIES.map(() => []);
  private readonly took = new RollingQuantile(64);
  /** When the next one that is turned away may come, by its owner. */
  private readonly told = new Map<string, number>();
  private running = 0;

  constructor(options: AdmissionOptions) {
    this.options = options;
    this.clock = options.clock ?? (() => performance.now());
  }

  /** Throws SYSTEM_002, and what the signal was aborted with while it waited. */
  async run<T>(who: Applicant, work: () => Promise<T>): Promise<T> {
    await this.enter(who);
    const begun = this.clock();
    try {
      const result = await work();
      this.took.add(this.clock() - begun);
      return result;
    } finally {
      this.running -= 1;
      this.next();
    }
  }

  /** Until what waits before the next of this owner's is begun, ms; null: nothing has ended yet. */
  waitMs({ owner, priority }: Pick<Applicant, 'owner' | 'priority'>): number | null {
    const median = this.took.quantile(0.5);
    if (median === null) return null;
    const before = this.waiting.slice(0, PRIORITIES.indexOf(priority) + 1).flat();
    const own = before.filter((one) => one.owner === owner).length;
    const owners = new Set([owner, ...before.map((one) => one.owner)]).size;
    const ahead = Math.min(before.length, (own + 1) * owners - 1);
    const rounds = Math.ceil((ahead + Math.min(this.running, this.options.width())) / this.options.width());
    return rounds * median;
  }

  /**
   * Seconds until what this owner has waiting will have been begun, and those that were told to come back before; who is told gets
   * a time of his own, since all at one time would be the next burst.
   */
  retryAfterS(who: Pick<Applicant, 'owner' | 'priority'>, unknown = UNKNOWN_MS): number {
    const now = this.clock();
    const each = (this.took.quantile(0.5) ?? unknown) / this.options.width();
    const mine = Math.max(now + (this.waitMs(who) ?? unknown), this.told.get(who.owner) ?? 0);
    this.told.delete(who.owner);
    this.told.set(who.owner, mine + each);
    const [oldest] = this.told.keys();
    if (this.told.size > MOST_TOLD && oldest !== undefined) this.told.delete(oldest);
    return seconds(mine - now);
  }

  private enter(who: Applicant): Promise<void> {
    if (who.signal.aborted) return Promise.reject(who.signal.reason);
    const count = this.waiting.reduce((sum, rank) => sum + rank.length, 0);
    if (count === 0 && this.running < this.options.width()) {
      this.running += 1;
      return Promise.resolve();
    }
    const left = who.until - this.clock();
    const needed = (this.waitMs(who) ?? 0) + (this.took.quantile(0.5) ?? 0);
    if (count >= this.options.places || needed > left) return Promise.reject(this.overloaded(who));
    return new Promise((resolve, reject) => {
      const rank = PRIORITIES.indexOf(who.priority);
      const leave = () => {
        who.signal.removeEventListener('abort', gone);
        this.waiting[rank] = this.waiting[rank]!.filter((other) => other !== one);
        this.options.onDepth?.(who.priority, -1);
      };
      const one: Waiting = {
        ...who,
        begin: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      const gone = () => {
        this.line.remove(one);
        one.refuse(who.signal.reason);
      };
      who.signal.addEventListener('abort', gone, { once: true });
      this.line.add(one, rank, who.owner);
      this.waiting[rank]!.push(one);
      this.options.onDepth?.(who.priority, 1);
    });
  }

  private next(): void {
    while (this.running < this.options.width()) {
      const one = this.line.take();
      if (one === undefined) return;
      // Even as fast as the faster ones it would end too late.
      if (one.until - this.clock() < (this.took.quantile(0.25) ?? 0)) {
        one.refuse(this.overloaded(one));
        continue;
      }
      this.running += 1;
      one.begin();
    }
  }

  private overloaded(who: Applicant): AppError {
    return new AppError('SYSTEM_002', { retryAfterS: this.retryAfterS(who, Math.max(0, who.until - this.clock())) });
  }
}

/** Where nothing has been measured. */
const UNKNOWN_MS = 1000;
/** Owners whose last time to come back is remembered. */
const MOST_TOLD = 1000;

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
