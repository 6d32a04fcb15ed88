import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, it } from 'vitest';
import { waitForLine } from '../../support/program.ts';
import { INITIALIZE } from '../raw-http.ts';
import { call } from '../stdio-process.ts';

/** The v1 SDK is for HTTP+SSE alone: nobody else pays for loading it. */
const MAIN = pathToFileURL(join(import.meta.dirname, '../../../src/main.ts')).href;
const WATCH = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { process.stderr.write('loaded ' + url + '\\n'); return next(url, context); } });`;
const RUN = `const { run } = await import(${JSON.stringify(MAIN)}); process.exitCode = await run(process.argv.slice(2));`;

const folder = mkdtempSync(join(tmpdir(), 'h200-old-sdk-'));
const ENTRY = join(folder, 'run.mjs');
writeFileSync(ENTRY, RUN);
let child: ChildProcess;
afterEach(() => child.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startWatched(...args: string[]) {
  const hook = `data:text/javascript,${encodeURIComponent(WATCH)}`;
  child = spawn(process.execPath, ['--import', hook, ENTRY, ...args], {
    env: { ...process.env, H200_DATA_DIR: join(folder, 'data') },
    stdio: 'pipe',
  });
  let said = '';
  let out = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const loaded = (part: string) => said.split('\n').filter((line) => line.startsWith('loaded ') && line.includes(part));
  return { loaded, out: () => out };
}

const OLD = '/@modelcontextprotocol/sdk/';
const NEW = '/@modelcontextprotocol/server/';

it('a session over stdio does not load it', async () => {
  const { loaded, out } = startWatched();
  for (const message of [
    INITIALIZE,
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    call(2, 'list_rules', {}),
  ]) {
    child.stdin?.write(`${JSON.stringify(message)}\n`);
  }
  await expect.poll(out, { timeout: 20_000 }).toContain('"id":2');
  expect(loaded(NEW)).not.toEqual([]);
  expect(loaded(OLD)).toEqual([]);
});

it('nor does the HTTP server, until somebody asks for /sse', async () => {
  const { loaded } = startWatched('serve', '--port', '0');
  const url = (await waitForLine(child, /listens on (http:\S+)/))[1] as string;
  const base = new URL(url).origin;
  expect((await fetch(`${base}/health`)).status).toBe(200);
  expect(loaded(OLD)).toEqual([]);
  const stream = new AbortController();
  expect((await fetch(`${base}/sse`, { signal: stream.signal })).status).toBe(200);
  expect(loaded(OLD)).not.toEqual([]);
  stream.abort();
});
