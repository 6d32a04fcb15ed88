import type { AppError } from '../errors.ts';

export interface Request {
  /** Of a computation in the catalogue. */
  readonly name: string;
  readonly input: unknown;
  /** Shared: [STOP] not 0: nobody wants the answer any more; [BEGUN] not 0: a thread works on it. */
  readonly state: Int32Array;
}

export const STOP = 0;
export const BEGUN = 1;

export type Failure = Pick<AppError, 'code' | 'message' | 'advice' | 'details' | 'retryAfterS'>;

export type Reply = { readonly output: unknown } | { readonly failure: Failure } | { readonly stopped: true };
