import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { INITIALIZE } from '../gateway/raw-http.ts';
import { call, type Message } from '../gateway/stdio-process.ts';
import { start } from '../support/program.ts';

/** Two windows of an IDE, each with a server of its own on the same folder. */
let folder: string;
const windows: ChildProcess[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-windows-'));
});
afterEach(() => {
  for (const one of windows.splice(0)) one.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function open() {
  const env = { H200_DATA_DIR: join(folder, 'data'), H200_MODELS_DIR: join(folder, 'no-models') };
  const server = start([], { env });
  windows.push(server);
  const heard: Message[] = [];
  createInterface({ input: server.stdout! }).on('line', (line) => heard.push(JSON.parse(line)));
  const say = (message: unknown) => server.stdin?.write(`${JSON.stringify(message)}\n`);
  const answer = (id: number) => expect.poll(() => heard.find((one) => one.id === id), { timeout: 20_000 });
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const news = () => heard.flatMap(({ method, params }) => (method?.endsWith('updated') ? [params?.uri] : []));
  return { say, answer, news };
}

it('tells the subscribers of one window what was done to rules in another', { timeout: 60_000 }, async () => {
  const [one, other] = [await open(), await open()];
  other.say({ jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri: 'rules://list' } });
  await other.answer(2).toHaveProperty('result');
  one.say(call(2, 'create_rule', { text: 'Keep mugs at least 6 inches away from laptops' }));
  await one.answer(2).toHaveProperty('result');
  await expect.poll(other.news, { timeout: 20_000 }).toEqual(['rules://list']);
});
