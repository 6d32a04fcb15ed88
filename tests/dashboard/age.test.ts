import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isCurrent, markBuilt } from '../../scripts/dashboard-age.ts';

it('a page that was built of other sources is built anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-age-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  for (const name of ['src/pages', 'dist']) mkdirSync(join(folder, name), { recursive: true });
  write('src/pages/a.vue', 'a');
  write('index.html', '<html>');
  expect(isCurrent(folder)).toBe(false);
  write('dist/index.html', '<html>');
  // Of a version that left no mark.
  expect(isCurrent(folder)).toBe(false);
  markBuilt(folder);
  expect(isCurrent(folder)).toBe(true);
  write('src/pages/a.vue', 'b');
  expect(isCurrent(folder)).toBe(false);
  markBuilt(folder);
  write('src/pages/b.vue', '');
  expect(isCurrent(folder)).toBe(false);
});
