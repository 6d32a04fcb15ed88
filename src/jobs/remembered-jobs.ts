import { LRUCache } from 'lru-cache';
import type { Job } from '../contract/job.ts';
import type { Permission } from '../contract/principal.ts';
import type { AppError } from '../errors.ts';
import type { JobResult } from './job-service.ts';

/** A job with what nobody else sees of it. */
export interface RunningJob {
  job: Job;
  readonly owner: string;
  /** Grows from one job to the next. */
  readonly place: number;
  /** Of its work: who has its result has what that tells. */
  readonly permission: Permission;
  result: JobResult | null;
  error: AppError | null;
  /** That its end is told, whatever is killed; null: it is not. */
  promised: Promise<void> | null;
  /** What it has done so far is written down for whoever tells its end; null: it is. */
  noting: Promise<void> | null;
  /** Resolves when its end was told. */
  told: Promise<unknown>;
  readonly end: AbortController;
  /** Gives its place back, once. */
  leave: () => void;
}

const KEPT_MS = 3_600_000;
/** Ended jobs and the characters of their results, of all callers; the oldest are forgotten first. */
const MOST = 1000;
const MOST_CHARACTERS = 64 * 2 ** 20;

/** Jobs that wait or run, and those that ended for an hour at most. */
export class RememberedJobs {
  readonly keptMs = KEPT_MS;
  private readonly open = new Map<string, RunningJob>();
  private readonly past: LRUCache<string, RunningJob>;

  constructor(clock: { now(): number }) {
    this.past = new LRUCache({
      max: MOST,
      maxSize: MOST_CHARACTERS,
      sizeCalculation: ({ result }) => (result?.text.length ?? 0) + 1,
      ttl: KEPT_MS,
      perf: clock,
    });
  }

  add(one: RunningJob): void {
    this.open.set(one.job.job_id, one);
  }

  ended(id: string): void {
    const one = this.open.get(id);
    if (one === undefined) return;
    this.open.delete(id);
    this.past.set(id, one);
  }

  forget(id: string): void {
    this.past.delete(id);
  }

  get(id: string): RunningJob | undefined {
    return this.open.get(id) ?? this.past.peek(id);
  }

  /** Newest first. */
  of(owner: string): RunningJob[] {
    const mine = this.all().filter((one) => one.owner === owner);
    return mine.toSorted((a, b) => b.place - a.place);
  }

  all(): RunningJob[] {
    this.past.purgeStale();
    return [...this.open.values(), ...this.past.values()];
  }
}
