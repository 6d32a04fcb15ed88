import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { INITIALIZE } from '../gateway/raw-http.ts';
import { call, type Message } from '../gateway/stdio-process.ts';
import { testAsset } from '../support/assets.ts';
import { start } from '../support/program.ts';

/** The built program on stdin and stdout, with real models and files. */
const models = testAsset('models');
const example = join(import.meta.dirname, '../../examples/all-fine.jpg');

let folder: string;
let server: ChildProcess;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-stdio-'));
  copyFileSync(example, join(folder, 'desk.jpg'));
});
afterEach(() => server.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function begin(capabilities = {}) {
  server = start([], {
    env: {
      H200_DATA_DIR: join(folder, 'data'),
      H200_MODELS_DIR: models ?? join(folder, 'no-models'),
      H200_ALLOWED_ROOTS: dirname(example),
    },
  });
  const heard: Message[] = [];
  createInterface({ input: server.stdout! }).on('line', (line) => heard.push(JSON.parse(line)));
  const say = (message: unknown) => server.stdin?.write(`${JSON.stringify(message)}\n`);
  const answer = (id: number) => expect.poll(() => heard.find((one) => one.id === id), { timeout: 20_000 });
  say({ ...INITIALIZE, params: { ...INITIALIZE.params, capabilities } });
  await answer(1).toHaveProperty('result');
  return { say, answer, heard };
}

/** Ends what the client says and takes the time until the process has ended, ms. */
async function endOfInput(): Promise<number> {
  const begun = performance.now();
  server.stdin?.end();
  const [code, signal] = await once(server, 'exit');
  expect([code, signal]).toEqual([0, null]);
  return performance.now() - begun;
}

it('ends soon after the end of input, also while models load', { timeout: 60_000 }, async () => {
  const times: number[] = [];
  for (const ms of [0, 60, 120, 180, 240, 1500]) {
    await begin();
    await sleep(ms);
    times.push(await endOfInput());
  }
  // A model takes longer to load; a few of them may have met a busy machine.
  expect(times.toSorted((a, b) => a - b)[3]).toBeLessThan(1000);
});

it('ends soon after the end of input in the middle of an analysis', async () => {
  const { say } = await begin();
  say(call(2, 'analyze_image', { image: example }));
  await sleep(100);
  expect(await endOfInput()).toBeLessThan(1500);
});

it.each([
  ['that are not there', ['no-such-folder'], true],
  ['in which the file lies', [''], false],
])('asks for roots %s', async (_what, names, refused) => {
  const { say, answer, heard } = await begin({ roots: {} });
  const image = join(folder, 'desk.jpg');
  say(call(2, 'analyze_image', { image, detections: [{ class: 'cup', bbox: [10, 10, 60, 60] }] }));
  const question = () => heard.find(({ method }) => method === 'roots/list');
  await expect.poll(question).toBeDefined();
  const roots = names.map((name) => ({ uri: pathToFileURL(join(folder, name)).href }));
  say({ jsonrpc: '2.0', id: question()?.id, result: { roots } });
  await answer(2).toHaveProperty('result');
  const text = JSON.stringify(heard.find(({ id }) => id === 2)?.result);
  expect(text.includes('VALIDATION_007')).toBe(refused);
  expect(text.includes('"isError":true')).toBe(refused);
});

it('writes a bounded log whatever it is sent, and says how much it left out', { timeout: 30_000 }, async () => {
  const junk = ['{"jsonrpc":"2.0","id":9,"result":5}', '{"jsonrpc":"2.0","id":1,"method":5}', 'no JSON', '[1]'];
  const input = `${Array.from({ length: 20_000 }, (_, i) => junk[i % junk.length]).join('\n')}\n`;
  server = start([], { env: { H200_DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'trace' } });
  let stderr = '';
  server.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  server.stdout?.resume();
  server.stdin?.end(input);
  await once(server, 'close');
  const lines = stderr.trim().split('\n');
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThan(100);
  const left = lines.map((line) => JSON.parse(line) as { of?: string; suppressed?: number });
  const suppressed = left.reduce((sum, line) => sum + (line.of === 'stdio' ? (line.suppressed ?? 0) : 0), 0);
  expect(suppressed).toBeGreaterThan(4900);
});
