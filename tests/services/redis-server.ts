import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface RedisServerOptions {
  /** Its data and its log; the same folder is opened again with what it holds. */
  readonly folder: string;
  readonly port: number;
  /** Further settings, as on the command line: `--maxmemory`, `1mb`. */
  readonly settings?: readonly string[];
  /** A sentinel, by its configuration file, which it rewrites. */
  readonly sentinel?: string;
  /** Needed to ask whether it answers. */
  readonly password?: string;
  /** It goes on when the process that started it ends. */
  readonly detached?: boolean;
}

export interface RedisServer {
  readonly process: ChildProcess;
  readonly port: number;
}

const START_MS = 20_000;
const run = promisify(execFile);

/** A `redis-server` of this machine; null: there is none. */
export async function installedRedis(): Promise<string | null> {
  const found = await run('which', ['redis-server']).catch(() => null);
  return found?.stdout.trim() || null;
}

/** A server on 127.0.0.1 that answers when this resolves. Nothing is written to the disk unless the settings say so. */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const { folder, port, settings = [], sentinel, detached = false } = options;
  mkdirSync(folder, { recursive: true });
  const usual = ['--bind', '127.0.0.1', '--dir', folder, '--save', '', '--repl-diskless-sync-delay', '0'];
  const args = sentinel === undefined ? [...usual, ...settings] : [sentinel, '--sentinel', '--bind', '127.0.0.1'];
  const child = spawn('redis-server', [...args, '--port', `${port}`], { stdio: 'ignore', detached });
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  child.once('error', failed.reject);
  child.once('exit', (code, signal) => failed.reject(new Error(`redis-server ended: ${signal ?? code}`)));
  try {
    await Promise.race([answers(options), failed.promise]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (detached) child.unref();
  return { process: child, port };
}

export async function stopRedis({ process: child }: RedisServer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What `redis-cli` prints. */
export async function redisCli(port: number, ...args: string[]): Promise<string> {
  const { stdout } = await run('redis-cli', ['-h', '127.0.0.1', '-p', `${port}`, '--no-auth-warning', ...args]);
  return stdout.trim();
}

async function answers({ port, password }: RedisServerOptions): Promise<void> {
  const until = performance.now() + START_MS;
  const question = `${password === undefined ? '' : `AUTH ${password}\r\n`}PING\r\n`;
  for (;;) {
    const said = await ask(port, question).catch(() => '');
    if (/\+PONG/.test(said)) return;
    if (performance.now() > until) throw new Error(`Redis at port ${port} does not answer: ${said}`);
    await sleep(30);
  }
}

async function ask(port: number, question: string): Promise<string> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    socket.write(question);
    await sleep(10);
    const [data] = await once(socket, 'data', { signal: AbortSignal.timeout(500) });
    return String(data);
  } finally {
    socket.destroy();
  }
}
