export type JobStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

export interface FakeJob {
  readonly id: string;
  readonly input: unknown;
  readonly webhook: string | undefined;
  readonly sync: boolean;
  queuedAt: number;
  status: JobStatus;
  startedAt: number | null;
  endedAt: number | null;
  workerId: string | null;
  output: unknown;
  error: unknown;
  readonly stream: unknown[];
  /** Of the stream: how many were given out. */
  streamed: number;
  /** Told to its worker by job-stop. */
  stopTold: boolean;
  readonly executionTimeoutMs: number;
  readonly ttlMs: number;
  readonly lowPriority: boolean;
}

const ENDED = new Set<JobStatus>(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']);
export const isEnded = ({ status }: FakeJob) => ENDED.has(status);

/** How long a result is kept, ms. */
const KEPT = { run: 30 * 60_000, sync: 60_000 };
export const isForgotten = (job: FakeJob, now: number) =>
  job.endedAt !== null && now > job.endedAt + (job.sync ? KEPT.sync : KEPT.run);

export function jobView(job: FakeJob, now: number) {
  const { id, status, startedAt, endedAt, queuedAt, workerId, output, error } = job;
  return {
    id,
    status,
    ...(startedAt !== null && {
      delayTime: Math.round(startedAt - queuedAt),
      ...(endedAt !== null && { executionTime: Math.round((endedAt ?? now) - startedAt) }),
    }),
    ...(workerId !== null && { workerId }),
    ...(output !== undefined && { output }),
    ...(error !== undefined && { error }),
  };
}
