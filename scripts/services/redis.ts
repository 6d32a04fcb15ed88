import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../tests/services/ports.ts';
import { installedRedis, startRedis } from '../../tests/services/redis-server.ts';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);
const PACKAGES = ['redis-server', 'redis-tools'];

/** The `redis-server` in PATH, else Debian's. Clusters and sentinels are started by the tests that need them. */
export const redis: Service = {
  name: 'Redis',
  async start(folders, say) {
    if ((await installedRedis()) === null) await install(say);
    const port = await freePort();
    say(`starting redis-server on port ${port}`);
    const folder = join(folders.data, 'redis');
    const { process } = await startRedis({ folder, port, detached: true });
    return { pid: process.pid ?? 0, env: { TEST_REDIS_URL: `redis://127.0.0.1:${port}` } };
  },
};

async function install(say: (text: string) => void): Promise<void> {
  say(`installing ${PACKAGES.join(' and ')} with apt-get`);
  const apt = (...args: string[]) =>
    run('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 2 ** 24,
    });
  try {
    await apt('update');
    await apt('install', '--no-install-recommends', ...PACKAGES);
  } catch (cause) {
    const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
    throw new NotHere(`redis-server cannot be installed (${reason})`);
  }
  if ((await installedRedis()) === null) throw new NotHere('there is no redis-server');
}
