import { LRUCache } from 'lru-cache';
import type { Analysis } from '../contract/analysis.ts';
import type { CheckedRequest } from '../contract/analyze-request.ts';

const MOST = 500;
const MOST_CHARACTERS = 16 * 2 ** 20;
/** What is deleted elsewhere is not held for longer, though nobody is given it, ms. */
const LONGEST_MS = 300_000;
/** Of the image: what is longer is the image itself. */
const LONGEST_NAME = 4096;

/**
 * Stored answers as this process last saw them, by the part of their cache key that needs no look into the store. They spare
 * reading and checking the same record again; whether it is still there, and still the answer, the store and the cache say.
 */
export class FinishedAnswers {
  private readonly answers = new LRUCache<string, Analysis>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
    ttl: LONGEST_MS,
  });
  /** The key that a request had, by its words. */
  private readonly keys = new LRUCache<string, string>({ max: MOST });

  get(key: string): Analysis | undefined {
    return this.answers.get(key);
  }

  /** Nobody may change it from now on. */
  keep(key: string, analysis: Analysis): void {
    this.answers.set(key, analysis, { size: freeze(analysis) });
  }

  drop(key: string): void {
    this.answers.delete(key);
  }

  /** The key that the same words had the last time; it is the same unless the image is another one now. */
  keyOf(words: string): string | undefined {
    return this.keys.get(words);
  }

  rememberKey(words: string, key: string): void {
    this.keys.set(words, key);
  }
}

/** What tells requests that name their image apart; null for those that bring it, or their own detections. */
export function wordsOf(request: CheckedRequest, owner: string): string | null {
  if (request.bytes || request.detections || (request.image?.length ?? Number.POSITIVE_INFINITY) > LONGEST_NAME) {
    return null;
  }
  return JSON.stringify([owner, request]);
}

const PER_PART = 8;

/** All of it, and about how many characters it has as JSON. */
function freeze(value: unknown): number {
  if (typeof value === 'string') return value.length + PER_PART;
  if (typeof value !== 'object' || value === null) return PER_PART;
  let size = PER_PART;
  for (const [name, part] of Object.entries(value)) size += name.length + freeze(part);
  Object.freeze(value);
  return size;
}
