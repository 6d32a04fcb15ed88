import { AppError } from '../../errors.ts';

/** What a picture's address may be is not all that a camera's may be. */
export const hostAdvice = (thrown: AppError): AppError =>
  thrown.code === 'VALIDATION_007'
    ? new AppError('VALIDATION_007', {
        message: thrown.message,
        advice:
          'Use a public https address, or have whoever runs the server name the host in H200_CAMERA_HOSTS: cameras named there may use http and any port.',
        details: thrown.details,
        cause: thrown,
      })
    : thrown;
