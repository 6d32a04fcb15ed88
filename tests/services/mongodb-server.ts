import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

export { freePort } from './ports.ts';

export interface MongoServerOptions {
  /** `mongod`, or `secantusd-py` of SecantusDB. */
  readonly command: string;
  /** Its data; the same folder is opened again with what it holds. */
  readonly folder: string;
  readonly port: number;
  /** Every acknowledged write is on the disk, with SecantusDB only where this says so. */
  readonly durable?: boolean;
  /** No replica set, and with it neither change streams nor transactions. */
  readonly standalone?: boolean;
  readonly auth?: boolean;
  /** It goes on when the process that started it ends. */
  readonly detached?: boolean;
}

export interface MongoServer {
  readonly process: ChildProcess;
  readonly uri: string;
}

const START_MS = 60_000;

/** A server on 127.0.0.1 that answers when this resolves. Throws when it ends or does not answer within a minute. */
export async function startMongoServer(options: MongoServerOptions): Promise<MongoServer> {
  const { command, folder, port, detached = false } = options;
  mkdirSync(folder, { recursive: true });
  const child = spawn(command, isMongod(command) ? mongodArgs(options) : secantusArgs(options), {
    stdio: 'ignore',
    detached,
  });
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => undefined);
  child.once('error', failed.reject);
  child.once('exit', (code, signal) => failed.reject(new Error(`${basename(command)} ended: ${signal ?? code}`)));
  try {
    await Promise.race([answers(uri, options), failed.promise]);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  if (detached) child.unref();
  return { process: child, uri };
}

export async function stopMongoServer({ process: child }: MongoServer): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGCONT');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const isMongod = (command: string) => basename(command).startsWith('mongod');

const mongodArgs = ({ folder, port, standalone, auth }: MongoServerOptions) => [
  ...['--dbpath', folder, '--port', `${port}`, '--bind_ip', '127.0.0.1', '--quiet'],
  ...['--logpath', join(folder, 'mongod.log')],
  ...(standalone ? [] : ['--replSet', 'rs0']),
  ...(auth ? ['--auth'] : []),
];

const secantusArgs = ({ folder, port, durable, standalone, auth }: MongoServerOptions) => [
  ...['--host', '127.0.0.1', '--port', `${port}`, '--storage-path', folder, '--cache-size', '256M'],
  '--enable-test-commands',
  ...['--log-level', 'ERROR'],
  ...(durable ? ['--sync-on-commit'] : []),
  ...(standalone ? ['--standalone'] : []),
  ...(auth ? ['--auth'] : []),
];

async function answers(uri: string, { command, standalone, auth }: MongoServerOptions): Promise<void> {
  const until = performance.now() + START_MS;
  for (;;) {
    const client = new MongoClient(uri, { serverSelectionTimeoutMS: 500, connectTimeoutMS: 500 });
    try {
      const hello = await client.db('admin').command({ hello: 1 });
      if (hello.isWritablePrimary === true) return;
      if (isMongod(command) && !standalone && !auth) await client.db('admin').command({ replSetInitiate: {} });
    } catch (error) {
      if (performance.now() > until) throw error;
    } finally {
      await client.close();
    }
    await sleep(100);
  }
}
