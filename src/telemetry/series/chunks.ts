import * as z from 'zod';
import { joined, Point, stepOf } from './point.ts';

export interface Tier {
  readonly name: string;
  readonly stepS: number;
  /** Of one entry in the store. */
  readonly chunkS: number;
  readonly keptS: number;
  /** Of one step; absent: as many as are measured. */
  readonly mostSums?: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Minutes for a day, quarters of an hour for a month. */
export const FINE: Tier = { name: 'series-minutes', stepS: 60, chunkS: HOUR, keptS: 25 * HOUR };
export const COARSE: Tier = { name: 'series-quarters', stepS: 900, chunkS: DAY, keptS: 31 * DAY };

/** Three for each rule. */
export const MOST_VERDICTS = 600;
const verdicts = { mostSums: MOST_VERDICTS } as const;
/** Of the verdicts of each person's rules: steps of five minutes for a day, of an hour for a month. */
export const RULES_FINE: Tier = { name: 'rules-minutes', stepS: 300, chunkS: HOUR, keptS: 25 * HOUR, ...verdicts };
export const RULES_COARSE: Tier = { name: 'rules-hours', stepS: HOUR, chunkS: DAY, keptS: 31 * DAY, ...verdicts };

/** What the store holds of a chunk: the steps in which one start of a server measured. */
export const StoredChunk = z.object({ run: z.string(), points: z.array(Point) });

/** The steps of one tier that this process measured, those that are too old forgotten. */
export class Chunks {
  readonly tier: Tier;
  private readonly chunks = new Map<number, Map<number, Point>>();
  /** Begins of chunks that have changed since they were written. */
  readonly changed = new Set<number>();

  constructor(tier: Tier) {
    this.tier = tier;
  }

  add(point: Point): void {
    const { stepS, chunkS, keptS, mostSums } = this.tier;
    const t = stepOf(point.t, stepS);
    const begin = stepOf(t, chunkS);
    const chunk = this.chunks.get(begin) ?? new Map<number, Point>();
    const there = chunk.get(t);
    chunk.set(t, there === undefined ? { ...point, t } : joined(there, point, mostSums));
    this.chunks.set(begin, chunk);
    this.changed.add(begin);
    for (const old of this.chunks.keys()) {
      if (old >= begin - keptS) continue;
      this.chunks.delete(old);
      this.changed.delete(old);
    }
  }

  has(begin: number): boolean {
    return this.chunks.has(begin);
  }

  /** What was written of a chunk before. */
  put(begin: number, points: readonly Point[]): void {
    this.chunks.set(begin, new Map(points.map((point) => [point.t, point])));
  }

  /** Of all chunks but the newest, what needs not be written any more. */
  forgetWritten(): void {
    const newest = Math.max(...this.chunks.keys());
    for (const begin of this.chunks.keys()) if (begin < newest && !this.changed.has(begin)) this.chunks.delete(begin);
  }

  of(begin: number): Point[] {
    return [...(this.chunks.get(begin)?.values() ?? [])].toSorted((a, b) => a.t - b.t);
  }

  all(): Point[] {
    return [...this.chunks.values()].flatMap((chunk) => [...chunk.values()]);
  }
}
