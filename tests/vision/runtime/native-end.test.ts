import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyEmbedding } from '../support/tiny-embedding.ts';

const program = fileURLToPath(new URL('../support/ends-while-loading.ts', import.meta.url));
const bytes = tinyEmbedding();
const hash = createHash('sha256').update(bytes).digest('hex');
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-end-'));
  writeFileSync(join(folder, 'tiny.onnx'), bytes);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Without `endSafely` most of these end with SIGABRT.
it.each([
  ['exit', 0],
  ['exit', 7],
  ['exit', 1],
  ['error', 1],
] as const)('a process ends with its status while models load: %s, %i', { timeout: 120_000 }, async (how, status) => {
  const told = join(folder, `${how}-${status}`);
  const args = [program, how, String(status), join(folder, 'tiny.onnx'), hash, told];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  expect([...(await once(child, 'close')), said.includes('terminate called')]).toEqual([status, null, false]);
  expect(said.includes('nobody catches this')).toBe(how === 'error');
  expect(readFileSync(told, 'utf8')).toBe('told');
});
