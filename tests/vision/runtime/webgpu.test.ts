import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const file = fileURLToPath(new URL('../support/webgpu-program.ts', import.meta.url));
const program = (...args: string[]) =>
  spawnSync(process.execPath, [file, ...args], { encoding: 'utf8', timeout: 60_000 });

const none = program('probe').status !== 0;

it.skipIf(none)(`two models on WebGPU run beside each other${none ? ' (skipped: no WebGPU here)' : ''}`, () => {
  const { status, signal, stdout } = program();
  expect({ status, signal }).toEqual({ status: 0, signal: null });
  expect(JSON.parse(stdout)).toEqual({ seen: [250, 200, 150, 100, 50], workers: [1, 1] });
});
