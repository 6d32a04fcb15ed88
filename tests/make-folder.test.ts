import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, makeFolderLater } from '../src/make-folder.ts';

const LOOP = 20_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['at once', async (path: string) => makeFolder(path, 0o700)],
  ['later', async (path: string) => makeFolderLater(path, 0o700)],
])('a folder made %s', (_, make) => {
  it('is made with those above it, and may exist', async () => {
    const path = join(folder, 'a', 'b', 'c');
    await make(path);
    await make(path);
    expect(statSync(path).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
  });

  it('is refused where a file or a link to nothing stands', async () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkSync(join(folder, 'nowhere', 'x'), join(folder, 'link'));
    await expect(make(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(join(folder, 'file', 'x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(make(join(folder, 'link', 'x'))).rejects.toThrow();
    await expect(make(`${folder}/${'x/'.repeat(50_000)}`)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  });
});

// In processes of their own: a loop in Node's own code cannot be stopped from within.
describe.skipIf(process.platform !== 'linux')('where nothing can be made', () => {
  it.each(['/proc/x', '/proc/x/y/z'])('%s, the doctor says so and ends', (path) => {
    const script = `
      import { dataFolder } from './src/cli/settings.ts';
      process.stdout.write(JSON.stringify(dataFolder(${JSON.stringify(path)})));`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: LOOP });
    expect(ended.signal).toBeNull();
    expect(JSON.parse(String(ended.stdout))).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining(`${path} cannot be written (ENOENT)`),
    });
  });

  it('a folder later is refused too', () => {
    const script = `
      import { makeFolderLater } from './src/make-folder.ts';
      await makeFolderLater('/proc/x/y').catch((e) => process.stdout.write(e.code));`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: LOOP });
    expect([ended.signal, String(ended.stdout)]).toEqual([null, 'ENOENT']);
  });
});

it('is how every folder of the program is made', () => {
  const folders = ['bin', 'src', 'tools', 'resources', 'prompts'];
  const files = folders.flatMap((name) =>
    readdirSync(name, { recursive: true }).map((file) => join(name, String(file))),
  );
  const others = files.filter(
    (file) => /\.(ts|js)$/.test(file) && /mkdir\w*\([^)]*recursive/.test(readFileSync(file, 'utf8')),
  );
  expect(files.length).toBeGreaterThan(300);
  expect(others).toEqual([]);
});
