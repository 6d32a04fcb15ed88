import { AppError } from '../../errors.ts';

/** CAMERA_002. `message` never holds what a camera or a program said. */
export const noPicture = (message: string, details: Record<string, unknown> = {}, cause?: unknown): AppError =>
  new AppError('CAMERA_002', { message, details, cause });

export const wantsLogin = (details: Record<string, unknown> = {}): AppError =>
  new AppError('CAMERA_002', {
    message: 'The camera asks for a login, or refuses the one that it was given.',
    advice: 'Whoever runs the server puts it into H200_CAMERA_LOGINS, for the scheme, host and port of the camera.',
    details,
  });

/** Of one picture. */
export const MAX_BYTES = 25 * 1024 * 1024;
