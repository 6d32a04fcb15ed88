import * as z from 'zod';
import { joined, Point, stepOf } from './point.ts';

export interface Tier {
  readonly name: string;
  readonly stepS: number;
  /** Of one entry in the store. */
  readonly chunkS: number;
  readonly keptS: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;
/** Minutes for a day, quarters of an hour for a month. */
export const FINE: Tier = { name: 'series-minutes', stepS: 60, chunkS: HOUR, keptS: 25 * HOUR };
export const COARSE: Tier = { name: 'series-quarters', stepS: 900, chunkS: DAY, keptS: 31 * DAY };

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
    const { stepS, chunkS, keptS } = this.tier;
    const t = stepOf(point.t, stepS);
    const begin = stepOf(t, chunkS);
    const chunk = this.chunks.get(begin) ?? new Map<number, Point>();
    const there = chunk.get(t);
    chunk.set(t, there === undefined ? { ...point, t } : joined(there, point));
    this.chunks.set(begin, chunk);
    this.changed.add(begin);
    for (const old of this.chunks.keys()) {
      if (old >= begin - keptS) continue;
      this.chunks.delete(old);
      this.changed.delete(old);
    }
  }

  of(begin: number): Point[] {
    return [...(this.chunks.get(begin)?.values() ?? [])].toSorted((a, b) => a.t - b.t);
  }

  all(): Point[] {
    return [...this.chunks.values()].flatMap((chunk) => [...chunk.values()]);
  }
}
