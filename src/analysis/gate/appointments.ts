import { KEPT_MS } from './law.ts';

/** Who was told to come back, and when. */
export interface Appointment {
  readonly caller: string;
  readonly rank: number;
  /** What they asked, so that it is known again; null: that was not looked at. */
  readonly question: string | null;
  readonly due: number;
  readonly lapses: number;
}

/** Of what one was told to wait: who was to wait long may be late for longer. */
const KEPT_SHARE = 0.5;
/** Of the newest experience with those who were told. */
const NEWEST = 0.1;

/** Those who were turned away and told when to come: their places are not given to others meanwhile. */
export class Appointments {
  private readonly most: number;
  private readonly clock: () => number;
  private readonly all = new Set<Appointment>();
  private readonly known = new Map<string, Appointment>();
  /** The share of them that comes back, as lately seen. */
  private kept = 1;

  constructor(most: number, clock: () => number) {
    this.most = most;
    this.clock = clock;
  }

  /** Beyond the most, whoever comes back is like any other. */
  make(who: Omit<Appointment, 'due' | 'lapses'>, waitMs: number): void {
    if (this.all.size >= this.most) return;
    const due = this.clock() + waitMs;
    const made = { ...who, due, lapses: due + Math.max(KEPT_MS, KEPT_SHARE * waitMs) };
    this.all.add(made);
    if (who.question !== null) this.known.set(nameOf(who.caller, who.question), made);
  }

  /** What this one was told, which is fulfilled with it; null: nothing. */
  redeem(caller: string, question: string | null): Appointment | null {
    this.forgetOld();
    const found = (question !== null && this.known.get(nameOf(caller, question))) || this.unnamedOf(caller);
    if (found === null) return null;
    this.drop(found);
    this.experienced(1);
    return found;
  }

  /** How many are still to come before `due`, of each caller of a rank; by how many came back lately. */
  expected(rank: number, due: number): Map<string, number> {
    this.forgetOld();
    const counts = new Map<string, number>();
    for (const one of this.all) {
      if (one.rank !== rank || one.due >= due) continue;
      counts.set(one.caller, (counts.get(one.caller) ?? 0) + this.kept);
    }
    return counts;
  }

  /** One whose question nobody looked at may be any of the same caller's. */
  private unnamedOf(caller: string): Appointment | null {
    const now = this.clock();
    for (const one of this.all) if (one.question === null && one.caller === caller && one.due <= now) return one;
    return null;
  }

  private forgetOld(): void {
    const now = this.clock();
    for (const one of this.all) {
      if (one.lapses > now) continue;
      this.drop(one);
      this.experienced(0);
    }
  }

  private drop(one: Appointment): void {
    this.all.delete(one);
    if (one.question === null) return;
    const name = nameOf(one.caller, one.question);
    if (this.known.get(name) === one) this.known.delete(name);
  }

  private experienced(came: 0 | 1): void {
    this.kept += NEWEST * (came - this.kept);
  }
}

const nameOf = (caller: string, question: string) => JSON.stringify([caller, question]);
