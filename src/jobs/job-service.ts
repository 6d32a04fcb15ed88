import type { CallContext } from '../contract/call-context.ts';
import type { Job, JobImage, JobKind, JobState } from '../contract/job.ts';
import type { Page, PageRequest } from '../contract/page.ts';
import type { Permission } from '../contract/principal.ts';
import { AppError } from '../errors.ts';
import type { JobCallback } from './job-callbacks.ts';

/** A longer result is none. */
export const MAX_RESULT_CHARACTERS = 16 * 2 ** 20;

export const resultTooLong = () =>
  new AppError('SYSTEM_002', {
    message: `The result is longer than ${MAX_RESULT_CHARACTERS} characters.`,
    advice: 'Ask for it without "Prefer: respond-async": it is sent as it is read, however long.',
  });

export interface JobResult {
  readonly contentType: string;
  readonly text: string;
  /** Stored analyses that it speaks of: it is good as long as they are there. */
  readonly analysisIds?: readonly string[];
  /** There is a result, and yet nothing was done: why. */
  readonly failure?: AppError;
}

/** What came of one more photo, and the result should the job end now; null: that stays as it is. */
export type KeepPart = (image: JobImage, partial: JobResult | null) => void;

export interface JobWork {
  readonly kind: JobKind;
  readonly permission: Permission;
  /** What it holds in memory until it has run, bytes. */
  readonly inputBytes: number;
  /** Names of its photos. */
  readonly images?: readonly string[];
  /** Heeds the signal and tells the progress of the context that it is given. */
  run(ctx: CallContext, keep: KeepPart): Promise<JobResult>;
}

/** What belongs to others is not there: JOB_001. Results and cancelling are for those who may do the work: AUTH_003. */
export interface JobService {
  /** Throws AUTH_003, SYSTEM_002 where too much waits. */
  start(ctx: CallContext, work: JobWork): Job;
  /** The same; when it resolves, its end is told there, whatever is killed. Throws VALIDATION_007 too. */
  startTold(ctx: CallContext, work: JobWork, callback: JobCallback): Promise<Job>;
  /** Ends of jobs that killed servers left behind. */
  tellOfLost(): Promise<void>;
  /** The caller's own, newest first; all that are remembered. */
  list(ctx: CallContext, state?: JobState): Job[];
  page(ctx: CallContext, filter: { readonly state?: JobState | undefined }, page: PageRequest): Page<Job>;
  get(ctx: CallContext, id: string): Job;
  /** Of one that was cancelled or failed what it had done. Throws JOB_002 where it has not ended or there is nothing, ANALYSIS_008 once an analysis of it was deleted, what the job failed with. */
  result(ctx: CallContext, id: string): Promise<JobResult>;
  /** Ends one that waits or runs; what had ended is forgotten with its result. */
  cancel(ctx: CallContext, id: string): Job;
  close(): Promise<void>;
}
