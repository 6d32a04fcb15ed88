import { AppError } from '../../errors.ts';

/** Throws VALIDATION_002 for one that is too easy to guess. Its length is asked for elsewhere. */
export function refuseWeak(password: string, username: string): void {
  const plain = password.toLowerCase();
  const weak = plain.includes(username.toLowerCase()) || new Set(plain).size < 5;
  if (!weak) return;
  throw new AppError('VALIDATION_002', {
    message: 'The password is too easy to guess.',
    advice: 'Leave the name out of it and use at least five different characters.',
    details: { field: 'password' },
  });
}
