import { PRIORITIES, type Priority } from '../../contract/priority.ts';
import type { AppError } from '../../errors.ts';
import { shareOf } from '../../fair-share.ts';
import { type Appointment, Appointments } from './appointments.ts';
import { LEAST_WAIT_MS, MORE, MOST_APPOINTMENTS, PLANNED } from './law.ts';
import { Line, OLDEST_EVERY } from './line.ts';
import { type Begun, Pace } from './pace.ts';
import { notBegun, ownTooMany, type Told, tooMany } from './refusals.ts';

/** Who shares a server's time with others by this name. */
export type Caller = string;
/** Of who is alone, as on stdio: all places are its own. */
export const ALONE: Caller = 'alone';

export interface Entrant {
  readonly caller: Caller;
  readonly priority: Priority;
  /** When its time is over, ms of the clock. */
  readonly until: number;
  readonly signal: AbortSignal;
  /** What it asks, the same each time; null: that is not known. */
  readonly question: string | null;
}

export interface GateOptions {
  /** Analyses that run at once: it may change. */
  readonly atOnce: () => number;
  /** That wait. */
  readonly most: number;
  /** Of one analysis, waiting included, ms. */
  readonly limitMs: number;
  /** Told of each change. */
  readonly onChange?: (waiting: Readonly<Record<Priority, number>>, running: number) => void;
  /** Milliseconds of `performance`. */
  readonly clock?: () => number;
  /** 0..1. */
  readonly random?: () => number;
}

type Asking = Pick<Waiting, 'caller' | 'rank' | 'question'>;

interface Waiting extends Entrant {
  readonly rank: number;
  readonly since: number;
  readonly begin: (begun: Begun) => void;
  readonly refuse: (error: AppError) => void;
}

/** Where nobody knows how long one takes, so many wait for each that runs. */
const MODEST = 4;
/** Of the time limit, what is left to one whose turn comes at last, at least and at most. */
const RESERVE = { least: 0.05, most: 0.3 } as const;
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Before the part of an analysis that costs: few run side by side, so that each is done soon, and the others wait in one line, by
 * urgency and in turns between callers, with nothing done for them. What would not be done in time at the pace lately seen
 * is refused at once and told when there will be a place, which is then kept.
 */
export class AnalysisGate {
  private readonly options: GateOptions;
  private readonly clock: () => number;
  private readonly random: () => number;
  private readonly line = new Line<Waiting>(PRIORITIES.length);
  private readonly appointments: Appointments;
  private readonly pace: Pace;
  private running = 0;

  constructor(options: GateOptions) {
    this.options = options;
    this.clock = options.clock ?? (() => performance.now());
    this.random = options.random ?? Math.random;
    this.appointments = new Appointments(MOST_APPOINTMENTS, this.clock);
    this.pace = new Pace(this.clock);
  }

  /** Throws SYSTEM_002 or RATE_001 where it is not begun, and the signal's reason. */
  async run<T>(who: Entrant, work: () => Promise<T>): Promise<T> {
    who.signal.throwIfAborted();
    const isFree = this.running < this.options.atOnce() && this.line.size === 0;
    if (isFree) this.appointments.redeem(who.caller, who.question);
    const begun = isFree ? this.begin() : await this.turn(who);
    let isDone = false;
    try {
      const result = await work();
      isDone = true;
      return result;
    } finally {
      this.leave(begun, isDone || !who.signal.aborted);
    }
  }

  /** Analyses that run at once. */
  get atOnce(): number {
    return this.options.atOnce();
  }

  /** For one that is turned away before anybody looked at what it asks; `held`: its caller's that are under way, in the line or before it. */
  refusal(caller: Caller, priority: Priority, held: number): AppError {
    const who = { caller, rank: PRIORITIES.indexOf(priority), question: null };
    const waitMs = this.appoint(who, null, Math.max(0, held - this.line.of(caller) - this.running));
    return ownTooMany({ retryAfterS: inSeconds(waitMs), own: held, waiting: this.line.size });
  }

  /** Seconds after which there is a place for one that was begun and not ended in time. */
  comeBack(caller: Caller, priority: Priority): number {
    return inSeconds(this.appoint({ caller, rank: PRIORITIES.indexOf(priority), question: null }, null));
  }

  private begin(): Begun {
    this.running += 1;
    this.changed();
    return this.pace.begin();
  }

  private leave(begun: Begun, isDone: boolean): void {
    this.running -= 1;
    this.pace.end(begun, isDone);
    while (this.running < this.options.atOnce()) {
      const next = this.line.take();
      if (next === undefined) break;
      next.begin(this.begin());
    }
    this.changed();
  }

  private turn(who: Entrant): Promise<Begun> {
    const { caller, priority, question, signal, until } = who;
    const rank = PRIORITIES.indexOf(priority);
    const appointment = this.appointments.redeem(caller, question);
    const refusal = this.tooMuch({ caller, rank, question }, until, appointment);
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const since = this.clock();
      const end = () => {
        clearTimeout(late);
        signal.removeEventListener('abort', abort);
      };
      const refuse = (error: AppError) => {
        end();
        reject(error);
      };
      const waiting: Waiting = {
        ...{ ...who, rank, since, refuse },
        begin(begun) {
          end();
          resolve(begun);
        },
      };
      const abort = () => {
        if (!this.line.remove(waiting)) return;
        end();
        reject(signal.reason);
        this.changed();
      };
      const late = setTimeout(() => this.giveUp(waiting), Math.max(0, until - since - this.reserve()));
      signal.addEventListener('abort', abort, { once: true });
      this.line.add(waiting);
      this.changed();
    });
  }

  /** There is not enough time left for it. */
  private giveUp(one: Waiting): void {
    if (!this.line.remove(one)) return;
    one.refuse(this.refused(one, this.clock() - one.since));
    this.changed();
  }

  /** Why it may not wait; null: it may. Whoever has to make room for it does. */
  private tooMuch(who: Asking, until: number, appointment: Appointment | null): AppError | null {
    if (this.line.size === 0) return null;
    const now = this.clock();
    const isDue = appointment !== null && appointment.due <= now + 1;
    const left = until - now;
    const places = this.options.atOnce();
    const ahead = this.ahead(who, appointment?.due ?? Number.POSITIVE_INFINITY);
    const isInTime = (ahead + 1 + places) * this.paceMs() <= left * (isDue ? 1 : PLANNED);
    const { most } = this.options;
    // Who was promised a place has one although others have come.
    const isOwn = this.line.of(who.caller) < (isDue ? 2 : 1) * this.share(who.caller);
    if (!isInTime || !isOwn) return this.refused(who, null, appointment);
    if (this.line.size < (isDue ? 2 : 1) * most) return null;
    const lesser = this.line.lesser(who);
    if (lesser === undefined) return this.refused(who, null, appointment);
    this.giveUp(lesser);
    return null;
  }

  /** That have their turn before one that comes now; of those who were told to come, who were told so for before `due`. */
  private ahead({ caller, rank }: Pick<Waiting, 'caller' | 'rank'>, due: number): number {
    let sum = 0;
    for (let urgent = 0; urgent < rank; urgent += 1) {
      sum += this.line.sizeOf(urgent);
      for (const count of this.appointments.expected(urgent, due).values()) sum += count;
    }
    const counts = this.appointments.expected(rank, due);
    for (const [other, waiting] of this.line.callers(rank)) counts.set(other, (counts.get(other) ?? 0) + waiting);
    const own = counts.get(caller) ?? 0;
    for (const [other, count] of counts) sum += other === caller ? own : Math.min(count, own + 1);
    const hasLess = PRIORITIES.some((_, less) => less > rank && this.line.sizeOf(less) > 0);
    return hasLess ? (sum * OLDEST_EVERY) / (OLDEST_EVERY - 1) : sum;
  }

  private refused(who: Asking, waitedMs: number | null, before: Appointment | null = null): AppError {
    const { caller } = who;
    const waitMs = this.appoint(who, before);
    const own = this.line.of(caller);
    const told: Told = { retryAfterS: inSeconds(waitMs), own, waiting: this.line.size };
    if (waitedMs !== null) return notBegun(told, waitedMs);
    const others = this.line.size - own;
    return caller !== ALONE && own > others ? ownTooMany(told) : tooMany(told);
  }

  /** `coming`: of the same caller, that will be in the line before it. */
  private appoint({ caller, rank, question }: Asking, before: Appointment | null, coming = 0): number {
    const waitMs = this.waitMs({ caller, rank }, before, coming);
    this.appointments.make({ caller, rank, question }, waitMs);
    return waitMs;
  }

  /** Until as many have ended as must, so that one more is done in time and has a place. */
  private waitMs(who: Pick<Waiting, 'caller' | 'rank'>, before: Appointment | null, coming: number): number {
    const pace = this.paceMs();
    const due = before?.due ?? Number.POSITIVE_INFINITY;
    const fits = Math.floor((PLANNED * this.options.limitMs) / pace);
    const byTime = this.ahead(who, due) + coming + 1 + this.options.atOnce() - fits;
    const expected = this.appointments.expected(who.rank, due);
    const callers = new Set([...[...this.line.callers(who.rank)].map(([caller]) => caller), ...expected.keys()]);
    const own = this.line.of(who.caller) + (expected.get(who.caller) ?? 0) + coming + 1 - this.share(who.caller);
    const all = [...expected.values()].reduce((sum, one) => sum + one, this.line.size) + 1 - this.options.most;
    const many = Math.max(1, byTime, own * Math.max(1, callers.size), all);
    const least = Math.max(LEAST_WAIT_MS, many * pace);
    return Math.min(LONGEST_WAIT_MS, least * (1 + MORE.always + MORE.byChance * this.random()));
  }

  private share(caller: Caller): number {
    return caller === ALONE ? this.options.most : shareOf(this.options.most);
  }

  /** From the end of one to the end of the next; where nobody knows it, so long that a modest number is done in time. */
  private paceMs(): number {
    const { limitMs, atOnce } = this.options;
    return this.pace.ms ?? (PLANNED * limitMs) / ((MODEST + 1) * atOnce() + 1);
  }

  /** What one takes as long as others run beside it. */
  private reserve(): number {
    const { limitMs, atOnce } = this.options;
    return Math.min(RESERVE.most * limitMs, Math.max(RESERVE.least * limitMs, atOnce() * (this.pace.ms ?? 0)));
  }

  private changed(): void {
    const waiting = Object.fromEntries(PRIORITIES.map((priority, rank) => [priority, this.line.sizeOf(rank)]));
    this.options.onChange?.(waiting as Record<Priority, number>, this.running);
  }
}

/** Not less than it is. */
const inSeconds = (ms: number) => Math.ceil(ms / 100) / 10;
