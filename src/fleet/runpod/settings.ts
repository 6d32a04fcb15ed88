import { setTimeout as wait } from 'node:timers/promises';

export interface RunpodSettings {
  /** As it is now; undefined: none is set. */
  readonly key: () => string | undefined;
  readonly restUrl: string;
  readonly jobsUrl: string;
  /** With {endpointId}. */
  readonly balancerUrl: string;
  /** With {podId} and {port}. */
  readonly podUrl: string;
  readonly networkVolumeId: string | null;
  readonly flashboot: boolean;
}

export interface RunpodLimits {
  /** From a request to the last byte of its answer, ms. */
  readonly timeoutMs: number;
  /** Of an answer. */
  readonly maxBytes: number;
  /** Of one call with all its tries: longest time spent waiting between them, ms; RunPod's shortest window is a minute. */
  readonly mostWaitMs: number;
  readonly tries: number;
  /** A stream of logs without a byte for so long is asked for again, ms. */
  readonly silenceMs: number;
}

export const LIMITS: RunpodLimits = {
  timeoutMs: 30_000,
  maxBytes: 16 * 2 ** 20,
  mostWaitMs: 90_000,
  tries: 4,
  silenceMs: 120_000,
};

/** Time between tries; tests have their own. */
export interface Clock {
  now(): number;
  /** Throws the signal's reason when that ends it. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const CLOCK: Clock = {
  now: Date.now,
  sleep: (ms, signal) => wait(ms, undefined, { signal }),
};
