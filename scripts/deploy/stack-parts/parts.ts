import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { NotHere, program } from './packages.ts';
import { workerMetrics } from './ports.ts';
import { launch, type Running, until } from './processes.ts';
import { writeProxyConfig } from './proxy.ts';
import type { Stack } from './stack.ts';

const answers = async (url: string) => (await fetch(url, { signal: AbortSignal.timeout(5000) })).status === 200;

/** Each part once the one that it needs is well. */
export async function startParts(stack: Stack, started: (one: Running) => void): Promise<void> {
  const { root, folder, ports, workers, say } = stack;
  if (!existsSync(join(root, 'dist/src/main.js'))) throw new NotHere('the program is not built: npm run build');
  if (!existsSync(join(root, 'dashboard/dist/index.html')))
    say('there is no dashboard: npm run dashboard:build builds it');
  const redisServer = program('redis-server', 'redis-server', say);
  const nginx = program('nginx', 'nginx-light', say);
  const passwords = readPasswords(stack);
  const begin = async (
    name: string,
    command: readonly [string, ...string[]],
    env: NodeJS.ProcessEnv,
    ready: (one: Running) => Promise<void>,
  ) => {
    const before = performance.now();
    const one = launch(name, command, { folder, cwd: folder, env });
    started(one);
    await ready(one);
    say(`${name} is well after ${((performance.now() - before) / 1000).toFixed(1)} s`);
  };

  const redisFile = join(folder, 'redis.conf');
  writeFileSync(redisFile, redisConfig(ports.redis, folder, passwords.REDIS_PASSWORD ?? ''), { mode: 0o600 });
  await begin('redis', [redisServer, redisFile], process.env, (one) => until(one, folder, () => accepts(ports.redis)));

  const env = programEnvironment(stack, passwords);
  const start = (...args: string[]) => [process.execPath, join(root, 'bin/h200-mug.js'), ...args] as const;
  const serve = start('serve', '--host', '127.0.0.1', '--port', `${ports.api}`);
  await begin('app', serve, env, (one) => until(one, folder, () => answers(`http://127.0.0.1:${ports.api}/readyz`)));
  for (let i = 1; i <= workers; i++) {
    const log = join(folder, `worker-${i}.log`);
    const own = { ...env, H200_METRICS_PORT: `${workerMetrics(ports, i)}` };
    await begin(`worker-${i}`, start('worker'), { ...own, H200_DATA_DIR: join(folder, `worker-${i}`) }, (one) =>
      until(one, folder, async () => readFileSync(log, 'utf8').includes('takes analyses')),
    );
  }

  const proxyFile = writeProxyConfig(stack);
  const command = [nginx, '-c', proxyFile, '-p', folder, '-e', 'stderr'] as const;
  await begin('proxy', command, process.env, (one) =>
    until(one, folder, () => answers(`http://127.0.0.1:${ports.proxy}/healthz`)),
  );
}

function readPasswords({ root, folder }: Stack): Readonly<Record<string, string>> {
  const file = join(folder, '.env');
  execFileSync(join(root, 'scripts/deploy/first-passwords'), [file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const all = parseEnv(readFileSync(file, 'utf8')) as Record<string, string>;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** Nothing of the caller's own settings: only where programs and certificates are. */
function programEnvironment(
  { folder, ports, workers }: Stack,
  passwords: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TMPDIR, NODE_EXTRA_CA_CERTS, XDG_CACHE_HOME, H200_MODELS_DIR } = process.env;
  const own = { PATH, HOME, LANG, TMPDIR, NODE_EXTRA_CA_CERTS, XDG_CACHE_HOME, H200_MODELS_DIR };
  // As in compose.production.yaml: H200_API_TOKEN would be a second administrator.
  const { GRAFANA_ADMIN_PASSWORD: _, H200_API_TOKEN: __, ...settings } = passwords;
  return {
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined)),
    ...settings,
    NODE_ENV: 'production',
    H200_DATA_DIR: join(folder, 'data'),
    H200_EXTRA_PORTS: `${ports.mcp},${ports.controlPlane}`,
    H200_METRICS_PORT: `${ports.metrics}`,
    H200_TRUSTED_PROXIES: '127.0.0.1',
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: `${ports.redis}`,
    ...(workers > 0 && { H200_QUEUE: 'redis' }),
  };
}

const redisConfig = (port: number, folder: string, password: string) => `bind 127.0.0.1
port ${port}
dir ${folder}
requirepass ${password}
save ""
maxmemory 512mb
maxmemory-policy noeviction
`;

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port, timeout: 1000 });
    const end = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
