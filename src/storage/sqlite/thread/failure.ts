import { AppError, type ErrorCode, toAppError } from '../../../errors.ts';

/** A catalogue error as plain data: classes do not survive the way between threads. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
  readonly details: Record<string, unknown>;
  readonly retryAfterS: number | undefined;
  /** For the log only. */
  readonly cause: string;
}

export function packError(thrown: unknown): Failure {
  const { code, message, advice, details, retryAfterS, cause } = toAppError(thrown);
  return { code, message, advice, details: JSON.parse(JSON.stringify(details)), retryAfterS, cause: text(cause) };
}

export function unpackError({ code, retryAfterS, cause, ...rest }: Failure): AppError {
  return new AppError(code, {
    ...rest,
    ...(retryAfterS !== undefined && { retryAfterS }),
    ...(cause && { cause: new Error(cause) }),
  });
}

function text(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  const { code } = cause as { code?: string };
  return code ? `${code}: ${cause.message}` : cause.message;
}
