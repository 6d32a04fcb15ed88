import { AppError } from '../errors.ts';

export const noImage = () =>
  new AppError('VALIDATION_001', {
    message: 'No container image is named.',
    advice: 'Give "config.image" (on the command line --image), or set H200_SERVER_IMAGE.',
    details: { field: 'config.image' },
  });

/** The same in a plan. */
export const missingImage = () => {
  const { message, advice } = noImage();
  return `${message} Creating it would be refused. ${advice}`;
};
