import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { photoPath } from '../../src/cli/photo-path.ts';
import { run } from '../../src/main.ts';

vi.mock('node:os', async (original) => {
  const os = await original<typeof import('node:os')>();
  return { ...os, homedir: vi.fn(os.homedir) };
});

let folder: string;
let file: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'h200-path-')));
  file = join(folder, 'my desk.jpg');
  writeFileSync(file, 'a photo');
  writeFileSync(join(folder, 'Shot 9.41\u202fAM.jpg'), 'a screenshot');
  vi.mocked(homedir).mockReturnValue(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes a path in every form that the tools take', async () => {
  for (const written of [
    file,
    join(folder, 'my%20desk.jpg'),
    `"${file}"`,
    file.replace(' ', '\\ '),
    '~/my desk.jpg',
    '~/my%20desk.jpg',
    pathToFileURL(file).href,
    `file://${file}`,
    `file://localhost${file}`,
  ]) {
    expect([written, (await photoPath(written)).path]).toEqual([written, file]);
  }
});

it('takes the file of exactly this name first', async () => {
  const literal = join(folder, 'other%20desk.jpg');
  writeFileSync(literal, 'its name has a percent sign');
  writeFileSync(join(folder, 'other desk.jpg'), 'another');
  expect((await photoPath(literal)).path).toBe(literal);
});

it('takes the only file that looks like it, and says so', async () => {
  const { path, warnings } = await photoPath(join(folder, 'Shot 9.41 AM.jpg'));
  expect(path).toBe(join(folder, 'Shot 9.41\u202fAM.jpg'));
  expect(warnings).toEqual([expect.stringMatching(/looks like it was taken/)]);
});

it('leaves what is nowhere as it is written, and refuses other machines', async () => {
  const nowhere = join(folder, 'none%20.jpg');
  expect(await photoPath(nowhere)).toEqual({ path: nowhere, warnings: [] });
  await expect(photoPath('file://server/share/desk.jpg')).rejects.toMatchObject({ code: 'VALIDATION_006' });
});

it('does not write over a photo that is named in another form', async () => {
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await run(['analyze', join(folder, 'my%20desk.jpg'), '--annotate', file])).toBe(2);
  expect(err.mock.calls.map(([text]) => String(text)).join('')).toMatch(/names the photo itself/);
  err.mockRestore();
});
