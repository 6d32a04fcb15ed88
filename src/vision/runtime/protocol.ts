import type { ErrorCode } from '../../errors.ts';
import type { ModelState } from '../models/report.ts';
import type { ServerStart } from './inference-server/settings.ts';
import type { ModelFile } from './model-file.ts';

/** What the pool and its workers say to each other. Everything here can be structured-cloned. */

/** `remote`: an inference server, whatever that uses. */
export type Provider = 'tensorrt' | 'cuda' | 'webgpu' | 'cpu' | 'remote';

export interface ProviderAttempt {
  readonly provider: string;
  readonly error: string;
}

/** Given to a worker when it starts. */
export interface WorkerStart<Config = unknown> {
  /** URL of the module whose default export is the WorkerTask. */
  readonly task: string;
  readonly config: Config;
  readonly model: ModelFile;
  /** Runs the model in place of this machine, which then reads no file of it. */
  readonly server?: ServerStart;
  readonly provider: Provider | 'auto';
  readonly threads: number;
  /** Where the runtime is installed when the package came without it. */
  readonly dataDir: string;
  /** [0] is how many callers wait for the model: warm-up runs on the processor are skipped while there is one. */
  readonly skipWarmup: Int32Array;
  /** [0] is set by the first worker under `auto`: 1 + place in AUTO_ORDER; later ones begin there, without a trial. */
  readonly chosen: Int32Array;
  /** Turns of all workers of the process on WebGPU; see `oneAtATime`. */
  readonly graphics: Int32Array;
}

/** Sent by a worker whenever its model changes state. */
export interface StateMessage {
  readonly kind: 'state';
  readonly threadId: number;
  readonly state: ModelState;
}

export interface LoadReport {
  readonly provider: Provider;
  readonly attempts: readonly ProviderAttempt[];
  /** Reading, checking and session creation, ms. */
  readonly loadMs: number;
  /** Several inputs may go into one run. */
  readonly dynamicBatch: boolean;
}

export type Request<Input> =
  | { readonly kind: 'load' }
  /** `trace`: a traceparent, for a server that runs it. */
  | { readonly kind: 'run'; readonly inputs: readonly Input[]; readonly trace?: string | undefined }
  /** The last request. */
  | { readonly kind: 'dispose' }
  /** Has no answer: the thread ends. */
  | { readonly kind: 'retire' };

/** Errors cross as data: a class does not survive the way between threads. */
export interface WorkerFailure {
  readonly code: ErrorCode;
  readonly message?: string;
  readonly advice?: string;
  readonly details: Record<string, unknown>;
  /** The session never came up: the whole pool is unusable, not only this request. */
  readonly atLoad: boolean;
}

export type Reply<Output> =
  | { readonly ok: true; readonly kind: 'load'; readonly threadId: number; readonly report: LoadReport }
  | {
      readonly ok: true;
      readonly kind: 'run';
      readonly threadId: number;
      /** One per input. */
      readonly outputs: readonly Output[];
      /** `session.run` alone, ms. */
      readonly runMs: number;
      /** All that the task did for this run, ms. */
      readonly totalMs: number;
    }
  | { readonly ok: true; readonly kind: 'dispose'; readonly threadId: number }
  | { readonly ok: false; readonly error: WorkerFailure };
