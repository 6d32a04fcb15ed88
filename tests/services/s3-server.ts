import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './mongodb-server.ts';

const run = promisify(execFile);

export interface S3ServerOptions {
  /** Folder of the programs of OpenStack Swift. */
  readonly bin: string;
  /** Its configuration and data; the same folder is opened again with what it holds. */
  readonly folder: string;
  readonly port: number;
  /** It goes on when the process that started it ends. */
  readonly detached?: boolean;
}

export interface S3Server {
  readonly processes: readonly ChildProcess[];
  readonly endpoint: string;
}

/** Of the one user that it knows. */
export const S3_USER = { accessKeyId: 'test:tester', secretAccessKey: 'testing', region: 'us-east-1' } as const;

const START_MS = 60_000;
const PARTS = ['account', 'container', 'object'] as const;

/**
 * OpenStack Swift with its S3 API on 127.0.0.1, which checks signatures; it answers when this resolves. All it reads and
 * writes is in its folder. Throws when it ends or does not answer within a minute.
 */
export async function startS3Server({ bin, folder, port, detached = false }: S3ServerOptions): Promise<S3Server> {
  const set = join(folder, 'etc');
  if (!existsSync(join(set, 'account.ring.gz'))) await configure(bin, folder, set);
  writeFileSync(join(set, 'proxy-server.conf'), proxyServer(set, port));
  const log = openSync(join(folder, 'log'), 'a');
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  // Each makes a session of its own, so that no group holds them all.
  const processes = [...PARTS, 'proxy'].map((part) => {
    const child = spawn(join(bin, `swift-${part}-server`), [join(set, `${part}-server.conf`)], {
      stdio: ['ignore', log, log],
      detached,
    });
    child.once('error', failed.reject);
    child.once('exit', (code, signal) => failed.reject(new Error(`Swift's ${part} server ended: ${signal ?? code}`)));
    return child;
  });
  closeSync(log);
  const server = { processes, endpoint: `http://127.0.0.1:${port}` };
  try {
    await Promise.race([answers(server.endpoint), failed.promise]);
  } catch (error) {
    signalS3Server(server, 'SIGKILL');
    throw error;
  }
  if (detached) for (const child of processes) child.unref();
  return server;
}

export function signalS3Server({ processes }: S3Server, signal: NodeJS.Signals): void {
  for (const child of processes) child.kill(signal);
}

export async function stopS3Server(server: S3Server): Promise<void> {
  const running = server.processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  const ended = running.map((child) => once(child, 'exit'));
  signalS3Server(server, 'SIGKILL');
  await Promise.all(ended);
}

async function answers(endpoint: string): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    try {
      const { status } = await fetch(`${endpoint}/healthcheck`, { signal: AbortSignal.timeout(1000) });
      if (status === 200) return;
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await sleep(100);
  }
}

async function configure(bin: string, folder: string, set: string): Promise<void> {
  mkdirSync(set, { recursive: true });
  mkdirSync(join(folder, 'devices', 'one'), { recursive: true });
  writeFileSync(join(set, 'swift.conf'), SWIFT);
  for (const part of PARTS) {
    const port = await freePort();
    const build = (...args: string[]) =>
      run(join(bin, 'swift-ring-builder'), [`${part}.builder`, ...args], { cwd: set });
    await build('create', '2', '1', '0');
    await build('add', `r1z1-127.0.0.1:${port}/one`, '1');
    await build('rebalance');
    writeFileSync(join(set, `${part}-server.conf`), storageServer(part, folder, set, port));
  }
}

const SWIFT = `[swift-hash]
swift_hash_path_suffix = tests
swift_hash_path_prefix = tests
[storage-policy:0]
name = one
default = yes
`;

const common = (set: string, port: number) => `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${set}
log_level = ERROR
`;

const storageServer = (part: string, folder: string, set: string, port: number) => `${common(set, port)}
devices = ${join(folder, 'devices')}
mount_check = false
fallocate_reserve = 0
[pipeline:main]
pipeline = ${part}-server
[app:${part}-server]
use = egg:swift#${part}
`;

const FILTERS =
  'catch_errors gatekeeper healthcheck listing_formats bulk s3api tempauth slo dlo symlink versioned_writes';

const proxyServer = (set: string, port: number) => `${common(set, port)}
[pipeline:main]
pipeline = ${FILTERS} proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
${FILTERS.split(' ')
  .map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n${MORE[name] ?? ''}`)
  .join('')}`;

const MORE: Readonly<Record<string, string>> = {
  tempauth: `user_test_tester = ${S3_USER.secretAccessKey} .admin\n`,
  s3api: `location = ${S3_USER.region}\n`,
  versioned_writes: 'allow_object_versioning = true\n',
};
