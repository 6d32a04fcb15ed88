import { type AppError, toAppError } from '../../errors.ts';

/** The error of a job as RunPod's own SDK hands it over: a JSON text. The code is in front, where people look. */
export function jobError(thrown: unknown, about: { hostname: string; workerId: string; version: string }): string {
  const error: AppError = toAppError(thrown);
  return JSON.stringify({
    error_type: error.code,
    error_message: error.message,
    error_traceback: '',
    ...error.toJSON(),
    hostname: about.hostname,
    worker_id: about.workerId,
    runpod_version: about.version,
  });
}
