export type GpuJobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled' | 'timed_out';

/** A job in the queue of a serverless server. Output and error are its worker's: a stranger's, not checked further. */
export interface GpuJob {
  readonly id: string;
  readonly state: GpuJobState;
  /** While it runs: its progress. */
  readonly output: unknown;
  readonly error: string | null;
  /** How long it waited for a worker, and how long that took, ms; null: not told. */
  readonly delayMs: number | null;
  readonly executionMs: number | null;
  readonly workerId: string | null;
}

export interface GpuJobLimits {
  /** Longest run, ms. */
  readonly executionTimeoutMs?: number;
  /** Longest time in the queue and running together, ms. */
  readonly ttlMs?: number;
}

export interface GpuQueueHealth {
  readonly jobs: {
    readonly queued: number;
    readonly running: number;
    readonly completed: number;
    readonly failed: number;
  };
  /** Null: not told. */
  readonly workers: {
    readonly idle: number;
    readonly initializing: number;
    readonly running: number;
    readonly throttled: number;
    readonly unhealthy: number;
  } | null;
}

/** The queue before serverless servers, by the provider's id of the server. Throws what `GpuCloud` throws. */
export interface GpuJobs {
  /** Not tried again where nobody knows whether it was taken: `details.may_exist` says so. */
  run(serverId: string, input: unknown, limits: GpuJobLimits, signal: AbortSignal): Promise<GpuJob>;
  /** The same, and waits up to so many ms (1,000 to 300,000) for its end; it may still run afterwards. */
  runAndWait(
    serverId: string,
    input: unknown,
    limits: GpuJobLimits & { readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<GpuJob>;
  /** Null: there is none, or its result is not kept any more. */
  status(serverId: string, jobId: string, signal: AbortSignal): Promise<GpuJob | null>;
  /** Null likewise. */
  cancel(serverId: string, jobId: string, signal: AbortSignal): Promise<GpuJob | null>;
  health(serverId: string, signal: AbortSignal): Promise<GpuQueueHealth>;
}
