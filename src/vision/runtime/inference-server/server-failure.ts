import { AppError } from '../../../errors.ts';
import { firstLine } from '../native-error.ts';
import { ShapeError } from '../shape-error.ts';

export type ServerFault =
  /** No connection, or it ended before the answer did. */
  | 'unreachable'
  | 'deadline'
  | 'unauthorized'
  | 'model_not_served'
  /** It says that it cannot now: 429, 502, 503, 504. */
  | 'overloaded'
  /** Any other refusal. */
  | 'refused'
  /** Not what the protocol or the manifest says. */
  | 'unusable_answer'
  | 'other_model';

/** The inference server gave nothing that can be used. */
export class ServerFailure extends Error {
  readonly fault: ServerFault;

  constructor(fault: ServerFault, problem: string, cause?: unknown) {
    super(problem, { cause });
    this.fault = fault;
  }

  /** A run changes nothing on the server, so it may be sent again; these may go well the next time. */
  get passes(): boolean {
    return this.fault === 'unreachable' || this.fault === 'overloaded';
  }
}

/** What a caller is told when `model` cannot be run there. */
export function serverError(error: unknown, model: string): AppError {
  if (error instanceof AppError) return error;
  const known = error instanceof ServerFailure ? error : new ServerFailure('unusable_answer', firstLine(error));
  const details = { model, fault: known.fault, problem: known.message };
  return new AppError('ANALYSIS_009', { details, cause: error });
}

/** What is wrong with the tensors of a server is wrong with its answer, not with a file here. */
export const asAnswerFault = (error: unknown): never => {
  throw error instanceof ShapeError ? new ServerFailure('unusable_answer', error.message, error) : error;
};
