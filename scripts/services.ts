import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { mongodb } from './services/mongodb.ts';
import { prometheus } from './services/prometheus.ts';
import { redis } from './services/redis.ts';
import { runpodSdk } from './services/runpod-sdk.ts';
import { s3 } from './services/s3.ts';
import { NotHere, type Service, type Started } from './services/service.ts';
import { triton } from './services/triton.ts';

/**
 * The servers that some tests need: `npm run services` installs and starts them and prints what to export,
 * `npm run services -- stop` ends them. Status 3: this machine cannot have one of them; its tests are skipped.
 */
const SERVICES: readonly Service[] = [mongodb, redis, s3, triton, runpodSdk, prometheus];

/** What is installed stays for the next time; `running` goes with the servers. */
const folder = join(tmpdir(), `h200-services-${userInfo().uid}`);
const data = join(folder, 'running');
const stateFile = join(data, 'servers.json');
type Running = Readonly<Record<string, Started>>;

const say = (text: string) => process.stderr.write(`services: ${text}\n`);
const isAlive = (pid: number | null) => {
  if (pid === null) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

function running(): Running {
  try {
    const found = JSON.parse(readFileSync(stateFile, 'utf8')) as Running;
    return Object.fromEntries(Object.entries(found).filter(([, { pid }]) => isAlive(pid)));
  } catch {
    return {};
  }
}

async function start(): Promise<void> {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const started: Record<string, Started> = { ...running() };
  for (const service of SERVICES) {
    try {
      started[service.name] ??= await service.start({ installed: folder, data }, say);
      writeFileSync(stateFile, JSON.stringify(started));
    } catch (error) {
      say(`${service.name.toUpperCase()} IS NOT THERE, ITS TESTS ARE SKIPPED: ${(error as Error).message}`);
      process.exitCode = error instanceof NotHere ? 3 : 1;
    }
  }
  for (const { env } of Object.values(started)) {
    for (const [name, value] of Object.entries(env)) console.log(`export ${name}='${value.replaceAll("'", "'\\''")}'`);
  }
}

function stop(): void {
  for (const [name, { pid, more = [] }] of Object.entries(running())) {
    for (const one of [pid, ...more]) if (one !== null && isAlive(one)) process.kill(one, 'SIGKILL');
    say(`${name} stopped`);
  }
  rmSync(data, { recursive: true, force: true, maxRetries: 5 });
}

const [command = 'start'] = process.argv.slice(2);
if (command === 'start') await start();
else if (command === 'stop') stop();
else {
  say('use start or stop');
  process.exitCode = 2;
}
