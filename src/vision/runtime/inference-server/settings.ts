/** A server of the Open Inference Protocol that runs the models in place of this machine. */
export interface InferenceServer {
  readonly url: string;
  /** As it is now: it may be replaced while the program runs. */
  readonly token: () => string | undefined;
  /** Of one run with all its tries, ms. */
  readonly timeoutMs: number;
  /** Runs of one model that it may have at once. */
  readonly requests: number;
  readonly fallback: 'local' | 'none';
}

/** The same for a worker: data that can be structured-cloned. */
export interface ServerStart {
  readonly url: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  /** Of one worker. */
  readonly requests: number;
}
