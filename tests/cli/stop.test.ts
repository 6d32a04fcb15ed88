import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { INITIALIZE } from '../gateway/raw-http.ts';

const ENTRY = fileURLToPath(new URL('./never-closes-entry.ts', import.meta.url));

let child: ChildProcess;
afterEach(() => child.kill('SIGKILL'));

/** The program, once it serves. */
async function started(command: 'serve' | 'stdio'): Promise<void> {
  const args = command === 'serve' ? [ENTRY, 'serve', '--port', '0'] : [ENTRY, 'stdio'];
  child = spawn(process.execPath, args, { stdio: 'pipe' });
  child.stdin?.write(`${JSON.stringify(INITIALIZE)}\n`);
  await once(command === 'serve' ? child.stderr! : child.stdout!, 'data');
}

async function endAfter(...signals: NodeJS.Signals[]): Promise<{ ms: number; code: number | null }> {
  const begun = performance.now();
  const exit = once(child, 'exit');
  for (const signal of signals) {
    child.kill(signal);
    await sleep(100);
  }
  const [code] = (await exit) as [number | null];
  return { ms: performance.now() - begun, code };
}

it.each([
  ['serve', 'SIGTERM'],
  ['serve', 'SIGINT'],
  ['stdio', 'SIGTERM'],
] as const)('%s ends within two seconds of %s, whatever does not close', async (command, signal) => {
  await started(command);
  const { ms, code } = await endAfter(signal);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(2300);
});

it.each(['SIGINT', 'SIGTERM'] as const)('serve ends at once at a second signal, %s', async (second) => {
  await started('serve');
  const { ms } = await endAfter('SIGTERM', second);
  expect(ms).toBeLessThan(1000);
});
