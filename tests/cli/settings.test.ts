import { homedir, tmpdir } from 'node:os';
import { parse, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { checkSettings } from '../../src/cli/settings.ts';
import { readImageFile } from '../../src/image/file.ts';
import { refusal } from '../image/test-images.ts';

const folders = (roots: string[], set: boolean, cwd: string) => {
  const config = { H200_DATA_DIR: tmpdir(), H200_ALLOWED_ROOTS: roots, H200_MODELS_DIR: tmpdir() };
  const checks = checkSettings(config, (name) => set && name === 'H200_ALLOWED_ROOTS', cwd);
  return checks.filter(({ name }) => name === 'allowed folders');
};

it.each([parse(process.cwd()).root, homedir(), resolve(homedir(), '..')])(
  'doctor says that a start in %s opens nothing, and what to set',
  (cwd) => {
    const [check] = folders([], false, cwd);
    expect(check?.detail).toMatch(/no file can be read by its path.*H200_ALLOWED_ROOTS/);
    expect(check?.detail).not.toMatch(/every image/);
    expect(folders([cwd], true, cwd)).toEqual([{ name: 'allowed folders', state: 'ok', detail: cwd }]);
  },
);

it('a call says the same where no folder is allowed', async () => {
  const error = await refusal(readImageFile('/etc/hostname', [], 1000));
  expect(error).toMatchObject({ code: 'VALIDATION_007', message: expect.stringContaining('a home folder') });
  expect(error.advice).toContain('H200_ALLOWED_ROOTS');
});
