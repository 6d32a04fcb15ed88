import { LRUCache } from 'lru-cache';
import type { Analysis } from '../contract/analysis.ts';

const MOST = 500;
const MOST_CHARACTERS = 16 * 2 ** 20;
/** What is deleted elsewhere is not held for longer, though nobody is given it, ms. */
const LONGEST_MS = 300_000;

/**
 * Stored answers as this process last saw them, by the part of their cache key that needs no look into the store. They spare
 * reading and checking the same record again; whether it is still there, and still the answer, the store and the cache say.
 */
export class FinishedAnswers {
  private readonly answers = new LRUCache<string, Analysis>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
    ttl: LONGEST_MS,
    sizeCalculation: (analysis) => JSON.stringify(analysis).length,
  });

  get(key: string): Analysis | undefined {
    return this.answers.get(key);
  }

  /** Nobody may change it from now on. */
  keep(key: string, analysis: Analysis): void {
    this.answers.set(key, frozen(analysis));
  }

  drop(key: string): void {
    this.answers.delete(key);
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
