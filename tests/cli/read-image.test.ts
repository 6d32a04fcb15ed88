import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readImage } from '../../src/cli/read-image.ts';
import { DEFAULT_LIMITS } from '../../src/image/limits.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-read-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['a folder', '', /folder/, /one by one/],
  ['a pattern', '*.jpg', /pattern/, /one by one.*PowerShell/],
  ['a missing file', 'none.jpg', /no such file/, /path/],
])('says what %s is', async (_what, name, message, advice) => {
  await expect(readImage(join(folder, name))).rejects.toMatchObject({
    code: 'VALIDATION_006',
    message: expect.stringMatching(message),
    advice: expect.stringMatching(advice),
  });
});

it('takes as many bytes as every other door', async () => {
  const file = join(folder, 'x.jpg');
  writeFileSync(file, '');
  truncateSync(file, DEFAULT_LIMITS.maxBytes);
  expect(await readImage(file)).toHaveLength(DEFAULT_LIMITS.maxBytes);
  truncateSync(file, DEFAULT_LIMITS.maxBytes + 1);
  await expect(readImage(file)).rejects.toMatchObject({ code: 'VALIDATION_004' });
});
