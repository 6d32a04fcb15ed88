import { LRUCache } from 'lru-cache';
import type { CallName } from '../../records/store.ts';
import { CommitWatch } from './commit-watch.ts';

/** Reads of one row by its name, whose answers follow from the arguments and the store alone. */
const REMEMBERED: ReadonlySet<CallName> = new Set([
  'analysisHead',
  'calibrationHead',
  'getCalibration',
  'getEntry',
  'findEntry',
  'ruleHead',
  'rulesRevision',
]);

const MOST = 500;
const MOST_CHARACTERS = 4 * 2 ** 20;
const PER_ANSWER = 100;

/** What a read needs to be remembered. */
export interface Question {
  readonly key: string;
  /** Of the store before it was asked. */
  readonly state: string;
}

/**
 * Answers of the store's thread, for as long as nobody has written into the store: waking the thread costs many times what
 * looking at the count of commits does. An answer is as new as one of the thread: a write is told to its caller after its commit.
 */
export class RememberedReads {
  private readonly watch: CommitWatch;
  private readonly answers = new LRUCache<string, { readonly answer: unknown }>({
    max: MOST,
    maxSize: MOST_CHARACTERS,
  });
  /** Asked once; who asks no question twice needs no connection. */
  private readonly asked = new LRUCache<string, true>({ max: MOST });
  private state: string | null = null;

  constructor(file: string) {
    this.watch = new CommitWatch(file);
  }

  /** What is known already, or what `keep` needs to remember the answer; null: it is not to be remembered. */
  look(name: CallName, args: readonly unknown[]): { readonly answer: unknown } | Question | null {
    if (!REMEMBERED.has(name)) return null;
    const key = JSON.stringify([name, ...args]);
    if (!this.asked.has(key)) {
      this.asked.set(key, true);
      return null;
    }
    const state = this.watch.state();
    if (state !== this.state) this.answers.clear();
    this.state = state;
    if (state === null) return null;
    return this.answers.get(key) ?? { key, state };
  }

  keep({ key, state }: Question, answer: unknown): void {
    if (state !== this.state) return;
    const size = PER_ANSWER + key.length + (JSON.stringify(answer)?.length ?? 0);
    this.answers.set(key, { answer: Object.freeze(answer) }, { size });
  }

  /** Nothing is known any more, and no file is open, until the next question. */
  close(): void {
    this.answers.clear();
    this.state = null;
    this.watch.close();
  }
}
