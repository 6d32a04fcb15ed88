import { setTimeout as wait } from 'node:timers/promises';

/** One set of attacks: what it tries, and the bounds that it holds the product to. */
export interface AttackSet {
  readonly id: string;
  readonly title: string;
  readonly bounds: Bounds;
  run(tally: Tally, options: RunOptions): Promise<void>;
}

export interface Bounds {
  /** Slowest answer, ms. */
  readonly maxMs: number;
  /** Largest resident memory of the product's processes together, MB; checked where /proc tells it. */
  readonly maxRssMb: number;
}

export interface RunOptions {
  /** Part of the cases, 0 to 1; a set has at least a few. */
  readonly share: number;
  /** Folder of corpora that are not ours (`pillow`, `sharp`, `json`), or null. */
  readonly corpus: string | null;
}

export interface Report {
  readonly id: string;
  readonly title: string;
  readonly bounds: Bounds;
  readonly cases: number;
  readonly refused: number;
  readonly answered: number;
  readonly failures: readonly string[];
  readonly maxMs: number;
  readonly peakRssMb: number | null;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Counts of one run of a set. */
export class Tally {
  cases = 0;
  refused = 0;
  answered = 0;
  maxMs = 0;
  peakRssMb: number | null = null;
  slowest = '';
  readonly failures: string[] = [];
  readonly notes: string[] = [];
  readonly #bounds: Bounds;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** A case that ended as it may: with a typed refusal or an answer. */
  held(name: string, how: 'refused' | 'answered', ms: number): void {
    this.cases += 1;
    this[how] += 1;
    this.time(name, ms);
  }

  failed(name: string, why: string): void {
    this.cases += 1;
    this.fail(name, why);
  }

  /** A failure that is no case of its own. */
  fail(name: string, why: string): void {
    this.failures.push(`${name}: ${why}`);
  }

  time(name: string, ms: number): void {
    if (ms > this.maxMs) [this.maxMs, this.slowest] = [ms, name];
    if (ms > this.#bounds.maxMs) this.fail(name, `took ${Math.round(ms)} ms`);
  }

  memory(name: string, mb: number | null): void {
    if (mb === null) return;
    if (mb > this.#bounds.maxRssMb && (this.peakRssMb ?? 0) <= this.#bounds.maxRssMb)
      this.fail(name, `${Math.round(mb)} MB resident`);
    this.peakRssMb = Math.max(this.peakRssMb ?? 0, mb);
  }

  note(text: string): void {
    if (!this.notes.includes(text)) this.notes.push(text);
  }
}

/** Longest time for one set. */
const MOST_MS = 5 * 60_000;

export async function runSet(set: AttackSet, options: RunOptions): Promise<Report> {
  const tally = new Tally(set.bounds);
  const begun = performance.now();
  try {
    const late = wait(MOST_MS, undefined, { ref: false }).then(() => {
      throw new Error(`was not done within ${MOST_MS / 60_000} minutes`);
    });
    await Promise.race([set.run(tally, options), late]);
  } catch (error) {
    tally.fail('the set itself', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  if (tally.cases === 0) tally.fail('the set itself', 'it tried nothing');
  const { cases, refused, answered, failures, maxMs, peakRssMb, notes } = tally;
  const seconds = (performance.now() - begun) / 1000;
  const { id, title, bounds } = set;
  return { id, title, bounds, cases, refused, answered, failures, maxMs, peakRssMb, notes, seconds };
}
