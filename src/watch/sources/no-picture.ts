import { AppError } from '../../errors.ts';

/** CAMERA_002. `message` never holds what a camera or a program said. */
export const noPicture = (message: string, details: Record<string, unknown> = {}, cause?: unknown): AppError =>
  new AppError('CAMERA_002', { message, details, cause });

/** Of one picture. */
export const MAX_BYTES = 25 * 1024 * 1024;
