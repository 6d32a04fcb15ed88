import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, expect, it } from 'vitest';

const FULL = '/dev/full';
const MAIN = new URL('../../src/main.ts', import.meta.url).href;
const PROGRAM = `const { run } = await import(${JSON.stringify(MAIN)}); process.exitCode = await run(process.argv.slice(2));`;
const folder = mkdtempSync(join(tmpdir(), 'h200-output-'));
const entry = join(folder, 'entry.mjs');
writeFileSync(entry, PROGRAM);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const COMMANDS: readonly (readonly [command: string, args: readonly string[], status: number])[] = [
  ['--help', ['--help'], 0],
  ['--version', ['--version'], 0],
  ['doctor', ['doctor', '--json'], 0],
  ['models list', ['models', 'list'], 0],
  ['analyses list', ['analyses', 'list'], 0],
  ['rules export', ['rules', 'export'], 0],
  ['rules parse', ['rules', 'parse', 'a sentence that is no rule'], 2],
];

/** The program with its stdout there. `gone` is a pipe whose reader closes it at once. */
async function runInto(stdout: number | 'gone', args: readonly string[]) {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', stdout === 'gone' ? 'pipe' : stdout, 'pipe'],
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data') },
  });
  child.stdout?.destroy();
  const [said, [status]] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  return { said, status };
}

it.skipIf(!existsSync(FULL)).each(COMMANDS)('%s says in one line that its output is lost', async (_command, args) => {
  const full = openSync(FULL, 'w');
  const { said, status } = await runInto(full, args);
  closeSync(full);
  expect([said, status]).toEqual([expect.stringMatching(/^h200-mug: The output cannot be written: ENOSPC.*\n$/), 1]);
});

it.skipIf(process.platform === 'win32').each(COMMANDS)(
  '%s into a pipe that nobody reads',
  async (_command, args, done) => {
    const { said, status } = await runInto('gone', args);
    expect([said, status]).toEqual(['', done]);
  },
);
