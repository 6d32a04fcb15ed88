import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { stdioCommand } from '../clients.ts';
import { INITIALIZE } from '../raw-http.ts';

let child: ChildProcess;
afterEach(() => child.kill('SIGKILL'));

/** A process with its stdout and stderr by lines. */
function start() {
  const { command, args, cwd, env } = stdioCommand();
  child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
  const out: string[] = [];
  const err: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => out.push(line));
  createInterface({ input: child.stderr! }).on('line', (line) => err.push(line));
  const say = (message: unknown) =>
    child.stdin?.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  const answer = (id: number) =>
    expect.poll(() => out.map((line) => JSON.parse(line)).find((message) => message.id === id), { timeout: 10_000 });
  return { out, err, say, answer };
}

const call = (id: number, name: string, args: object) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

it('keeps stdout for JSON-RPC alone, whatever libraries print, and lives through garbage', async () => {
  const { out, err, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toMatchObject({ result: { serverInfo: { name: 'h200-mug-positioning' } } });
  say('this is no JSON');
  say('{"jsonrpc":"2.0"');
  say('[]');
  say(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  say(`[${JSON.stringify({ jsonrpc: '2.0', id: 90, method: 'ping' })}]`);
  say({ jsonrpc: '2.0', id: 2, method: 'no/such/method' });
  say(call(3, 'no_such_tool', {}));
  say(call(4, 'analyze_image', { image: 'crash.jpg' }));
  say(call(5, 'get_metrics', {}));
  await answer(2).toMatchObject({ error: { code: -32601 } });
  await answer(3).toMatchObject({ error: { code: -32602 } });
  await answer(4).toMatchObject({ result: { isError: true } });
  // Failed calls are counted where no HTTP server does it.
  await answer(5).toMatchObject({ result: { structuredContent: { requests: { '500': 1 } } } });
  for (const line of out) expect(JSON.parse(line)).toHaveProperty('jsonrpc', '2.0');
  expect(err).toEqual(expect.arrayContaining(['a library that prints', 'another one']));
});

it('a cancelled call frees the way, end of input ends the process', async () => {
  const { out, say, answer } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  say(call(2, 'analyze_image', { image: 'slow.jpg' }));
  say({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
  say(call(3, 'list_rules', {}));
  await answer(3).toMatchObject({ result: { structuredContent: { total: 0 } } });
  expect(out.map((line) => JSON.parse(line).id)).not.toContain(2);
  child.stdin?.end();
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});

it('SIGTERM ends the process cleanly', async () => {
  const { say, answer } = start();
  say(INITIALIZE);
  await answer(1).toHaveProperty('result');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
});
