import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNew, type TestClient, TRANSPORTS } from '../gateway/clients.ts';
import { PROGRAM, waitForLine } from '../support/program.ts';

/**
 * Nothing leaves the machine. The environment has no `CI`, under which the ONNX runtime does not report. Its sockets are seen
 * where strace runs; the device id that it writes before any of them is seen everywhere.
 */
const traces = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0;
const example = join(import.meta.dirname, '../../examples/all-fine.jpg');
/** The runtime looks up its maker's host nine seconds after it was loaded (measured, 1.30). */
const PATIENCE_MS = 12_000;

let folder: string;
let env: Record<string, string>;
let photo: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-quiet-'));
  photo = join(folder, 'desk.jpg');
  copyFileSync(example, photo);
  const { CI, ORT_DISABLE_TELEMETRY, H200_MODELS_DIR, ...inherited } = process.env as Record<string, string>;
  const home = Object.fromEntries(
    ['HOME', 'USERPROFILE', 'LOCALAPPDATA', 'XDG_CACHE_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME'].map((name) => [
      name,
      join(folder, 'home'),
    ]),
  );
  env = {
    ...inherited,
    ...home,
    H200_DATA_DIR: join(folder, 'data'),
    H200_ALLOWED_ROOTS: folder,
    LOG_LEVEL: 'warn',
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
function traced(args: readonly string[]) {
  const log = join(folder, `trace-${++count}`);
  const program = [process.execPath, PROGRAM, ...args];
  const [command, ...rest] = traces ? ['strace', '-f', '-e', 'trace=network', '-o', log, ...program] : program;
  return { command: command as string, args: rest, log };
}

/** Every call on an internet socket, and every look at the name service. */
function internet(log: string): string[] {
  const lines = traces ? readFileSync(log, 'utf8').split('\n') : [];
  return lines.filter((line) => /AF_INET|nscd|inet_addr/.test(line));
}

/** Files that the process left in the user's folders; the compile cache of Node is ours. */
function left(): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((name) => /microsoft|onnxruntime|deviceid/i.test(name));
}

async function runCommand(args: readonly string[]): Promise<string[]> {
  const { command, args: rest, log } = traced(args);
  const child = spawn(command, rest, { env, stdio: ['pipe', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  child.stdin.end();
  const [status] = await once(child, 'close');
  expect(status, said).toBe(0);
  return internet(log);
}

async function analyse(client: TestClient): Promise<void> {
  const outcome = await client.call('analyze_image', { image: photo });
  expect(outcome.isError, outcome.content[0]?.text).toBeFalsy();
  await sleep(PATIENCE_MS);
  await client.close();
}

async function stdioSession(): Promise<string[]> {
  const { command, args, log } = traced(['stdio']);
  const transport = new StdioClientTransport({ command, args, env, stderr: 'ignore' });
  await analyse(await connectNew(transport, { pin: '2026-07-28' }));
  return internet(log);
}

async function httpSession(): Promise<string[]> {
  const { command, args, log } = traced(['serve', '--port', '0']);
  const server: ChildProcess = spawn(command, args, { env, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  try {
    const url = (await waitForLine(server, /listens on (http:\S+)/))[1] as string;
    await analyse(await TRANSPORTS.find((one) => one.name.startsWith('HTTP'))!.connect(url));
    return internet(log);
  } finally {
    // strace and the server are one group.
    process.kill(-server.pid!, 'SIGKILL');
  }
}

const named = traces ? '' : ' (no strace here: only what is left in the cache folder is seen)';
describe(`without CI in the environment${named}`, { timeout: 120_000 }, () => {
  it.each([
    [['analyze', 'PHOTO', '--json']],
    [['doctor', '--json']],
    [['rules', 'parse', 'Keep mugs at least 6 inches away from laptops']],
    [['rules', 'export']],
    [['models', 'list']],
    [['models', 'verify']],
  ])('%j opens no socket and leaves no device id', async (args) => {
    expect(await runCommand(args.map((arg) => (arg === 'PHOTO' ? photo : arg)))).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('nor does a session over stdio; the HTTP server has the socket that it was asked for', async () => {
    const calls = await Promise.all([stdioSession(), httpSession()]);
    expect(calls[0]).toEqual([]);
    const [bound, ...others] = calls[1].filter((line) => /bind\(|connect\(|sendto\(|sendmsg\(|nscd/.test(line));
    if (traces) expect(bound).toMatch(/bind\(.*127\.0\.0\.1/);
    expect(others).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('and the check sees the runtime report where it is not told not to', async () => {
    const runtime = pathToFileURL(join(import.meta.dirname, '../../node_modules/onnxruntime-node/dist/index.js')).href;
    const script = `const { default: ort } = await import(${JSON.stringify(runtime)});
      await ort.InferenceSession.create(${JSON.stringify(join(import.meta.dirname, '../../models/desk-detector.onnx'))});`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { env });
    expect(left()).not.toEqual([]);
  });
});
