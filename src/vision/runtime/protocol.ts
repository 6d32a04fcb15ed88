import type { ErrorCode } from '../../errors.ts';
import type { ScaledPicture } from '../detect/picture.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { ModelState } from '../models/report.ts';

/** What the pool and its workers say to each other. Everything here can be structured-cloned. */

export type Provider = 'tensorrt' | 'cuda' | 'webgpu' | 'cpu';

export interface ProviderAttempt {
  readonly provider: string;
  readonly error: string;
}

/** Given to a worker when it starts. */
export interface WorkerStart {
  readonly entry: ModelEntry;
  readonly path: string;
  readonly provider: Provider | 'auto';
  readonly threads: number;
  /** Where the runtime is installed when the package came without it. */
  readonly dataDir: string;
  /** [0] is 1 while a caller waits for the model: warm-up runs on the processor are skipped then. */
  readonly hurry: Int32Array;
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
  /** The first dimension of the model's input may vary. */
  readonly dynamicBatch: boolean;
}

export interface WorkItem {
  readonly picture: ScaledPicture;
  /** 0..1 */
  readonly threshold: number;
}

export type Task =
  | { readonly kind: 'load' }
  | { readonly kind: 'infer'; readonly items: readonly WorkItem[] }
  /** The last task: the session is released. */
  | { readonly kind: 'end' };

/** Errors cross as data: a class does not survive the way between threads. */
export interface WorkerFailure {
  readonly code: ErrorCode;
  readonly message?: string;
  readonly advice?: string;
  readonly details: Record<string, unknown>;
  /** The session never came up: the whole pool is unusable, not only this task. */
  readonly atLoad: boolean;
}

export type Reply =
  | { readonly ok: true; readonly kind: 'load'; readonly threadId: number; readonly report: LoadReport }
  | {
      readonly ok: true;
      readonly kind: 'infer';
      readonly threadId: number;
      /** `pack`ed, one per item. */
      readonly found: readonly Float64Array[];
      /** `session.run` alone, ms. */
      readonly runMs: number;
      /** Tensor conversion, run and decoding, ms. */
      readonly totalMs: number;
    }
  | { readonly ok: true; readonly kind: 'end'; readonly threadId: number }
  | { readonly ok: false; readonly error: WorkerFailure };
