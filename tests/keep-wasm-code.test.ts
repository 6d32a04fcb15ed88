import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

const guard = new URL('../src/keep-wasm-code.ts', import.meta.url).href;

/** Two threads, one after the other, whose WebAssembly calls so often that V8 compiles a wrapper for it; each then ends. */
const program = (first: string) => `
${first}
const { Worker } = await import('node:worker_threads');
const thread = ${JSON.stringify(`
// (import "e" "f" (func (param i32) (result i32))), exported as "go"
const bytes = [0,97,115,109,1,0,0,0,1,6,1,96,1,127,1,127,2,7,1,1,101,1,102,0,0,3,2,1,0,7,6,1,2,103,111,0,1,10,8,1,6,0,32,0,16,0,11];
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { e: { f: (x) => x } });
for (let i = 0; i < 3000; i++) exports.go(i);
`)};
for (let i = 0; i < 2; i++) await new Promise((end) => new Worker(thread, { eval: true }).once('exit', end));
`;

const freed = (first: string): boolean =>
  execFileSync(
    process.execPath,
    ['--stress-wasm-code-gc', '--trace-wasm-code-gc', '--input-type=module', '--eval', program(first)],
    { encoding: 'utf8', timeout: 60_000 },
  ).includes('[wasm-gc] Freeing');

it.runIf(process.versions.v8.startsWith('13.'))(
  'no code of WebAssembly is freed, which V8 13 may do twice',
  {
    timeout: 120_000,
  },
  () => {
    expect(freed('')).toBe(true);
    expect(freed(`await import(${JSON.stringify(guard)});`)).toBe(false);
  },
);
