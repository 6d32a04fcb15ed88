import { describe, expect, it } from 'vitest';
import { refuseWeak } from '../../../src/access/accounts/password-rules.ts';

const refused = (password: string, username = 'anna') =>
  refuseWeak(password, username).then(
    () => false,
    () => true,
  );

describe('a password', () => {
  it.each([
    'password1234',
    'passwordpassword',
    'qwertyuiop123',
    '12345678901234',
    'P@ssw0rd1234',
    'abcdefghijkl',
    'aaaaaaaaaaaaaaaa',
    'adminadmin12',
    'my name is Anna Maria',
  ])('%j is too easy to guess', async (password) => {
    expect(await refused(password)).toBe(true);
  });

  it.each([
    'correct horse battery',
    'ein langes Passwort',
    'xK9#qLp2vTz1',
    'Tasse links vom Laptop',
    '三つのマグカップと机の上の本',
  ])('%j is none that many have', async (password) => {
    expect(await refused(password)).toBe(false);
  });

  it('is judged by what it begins with, however long it is', async () => {
    expect(await refused(`correct horse battery ${'x'.repeat(100_000)}`)).toBe(false);
    expect(await refused('password'.repeat(1000))).toBe(true);
  });
});
