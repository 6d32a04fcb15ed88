import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogStream } from '../../src/telemetry/log-stream.ts';
import { INITIALIZE } from '../gateway/raw-http.ts';

const ENTRY = fileURLToPath(new URL('./log-entry.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../cli/never-closes-entry.ts', import.meta.url));
const FULL = '/dev/full';
const onLinux = it.skipIf(!existsSync(FULL));

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-log-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** A process whose stderr is a full disk. */
function withFullDisk(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const full = openSync(FULL, 'w');
  child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', full], env: { ...process.env, ...env } });
  closeSync(full);
  return child;
}

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string; lost?: number });

onLinux('loses lines on a full disk, and the process goes on and ends', async () => {
  const { stdout } = withFullDisk([ENTRY]);
  const [said] = await once(stdout!, 'data');
  expect(String(said)).toBe('goes on\n');
  const begun = performance.now();
  expect(await once(child!, 'exit')).toEqual([0, null]);
  expect(performance.now() - begun).toBeLessThan(2000);
});

onLinux('says how many lines are lost as soon as it can', async () => {
  const path = join(folder, 'log');
  withFullDisk([ENTRY, path]);
  expect(await once(child!, 'exit')).toEqual([0, null]);
  const written = lines(readFileSync(path, 'utf8'));
  expect(written.map(({ msg, lost }) => lost ?? msg).slice(0, 2)).toEqual([3, 'second 1']);
  // Two threads write the end: none is lost.
  expect(written.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['last but one', 'last, right before the end']));
});

onLinux('a server that has something to say to a full disk answers and ends', async () => {
  const { stdin, stdout } = withFullDisk([PROGRAM, 'stdio'], { H200_DATA_DIR: '/dev/null/no-folder' });
  stdin!.write(`${JSON.stringify(INITIALIZE)}\n`);
  const [answer] = await once(stdout!, 'data');
  expect(JSON.parse(String(answer))).toHaveProperty('result.serverInfo');
  await sleep(300);
  stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' })}\n`);
  const [pong] = await once(stdout!, 'data');
  expect(JSON.parse(String(pong))).toMatchObject({ id: 2, result: {} });
  const begun = performance.now();
  child!.kill('SIGTERM');
  expect(await once(child!, 'exit')).toEqual([0, null]);
  expect(performance.now() - begun).toBeLessThan(2000);
});

onLinux('a command keeps its exit status where nobody can read why', async () => {
  withFullDisk([PROGRAM, 'bogus']);
  expect(await once(child!, 'exit')).toEqual([2, null]);
});

it('keeps no more than its limit while nothing is taken', () => {
  const stream = new LogStream(openSync(join(folder, 'log'), 'w'), { maxWaiting: 100 });
  for (let i = 0; i < 1000; i++) stream.write(`${'x'.repeat(49)}\n`);
  // One is on its way, two wait.
  expect(stream.lostLines).toBe(997);
});
