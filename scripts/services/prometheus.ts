import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);
const PACKAGES = ['prometheus', 'prometheus-alertmanager'];
const BIN = '/usr/bin';

/** Debian's Prometheus and Alertmanager, with promtool and amtool: tests start them. */
export const prometheus: Service = {
  name: 'Prometheus',
  async start(_folders, say) {
    if (!isThere()) await install(say);
    return { pid: null, env: { TEST_PROMETHEUS: BIN } };
  },
};

const isThere = () =>
  ['prometheus', 'promtool', 'prometheus-alertmanager', 'amtool'].every((one) => existsSync(`${BIN}/${one}`));

async function install(say: (text: string) => void): Promise<void> {
  say(`installing ${PACKAGES.join(' and ')} with apt-get`);
  const apt = (...args: string[]) =>
    run('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=120', ...args], {
      // With this run level no service is started.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      maxBuffer: 2 ** 24,
    });
  try {
    await apt('update');
    await apt('install', '--no-install-recommends', ...PACKAGES);
  } catch (cause) {
    const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
    throw new NotHere(`Prometheus cannot be installed (${reason})`);
  }
  if (!isThere()) throw new NotHere('there is no Prometheus');
}
