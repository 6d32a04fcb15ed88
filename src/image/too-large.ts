import { AppError } from '../errors.ts';

export function tooLarge(maxBytes: number): AppError {
  return new AppError('VALIDATION_004', {
    message: `The image has more than ${maxBytes} bytes.`,
    advice: 'Send a smaller file: scale the image down or save it as JPEG.',
    details: { max_bytes: maxBytes },
  });
}
