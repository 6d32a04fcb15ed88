import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);
const PACKAGES = ['prometheus', 'prometheus-alertmanager'];

/** Debian's Prometheus and Alertmanager with promtool and amtool, unpacked into a folder: tests start them. */
export const prometheus: Service = {
  name: 'Prometheus',
  async start(folders, say) {
    const folder = join(folders.installed, 'prometheus');
    const bin = join(folder, 'usr', 'bin');
    if (!existsSync(join(bin, 'promtool')) || !existsSync(join(bin, 'amtool'))) await unpack(folder, say);
    return { pid: null, env: { TEST_PROMETHEUS: bin } };
  },
};

async function unpack(folder: string, say: (text: string) => void): Promise<void> {
  say(`fetching ${PACKAGES.join(' and ')} with apt-get`);
  try {
    mkdirSync(folder, { recursive: true });
    await run('apt-get', ['-qq', 'update'], { maxBuffer: 2 ** 24 }).catch(() => undefined);
    await run('apt-get', ['-qq', 'download', ...PACKAGES], { cwd: folder, maxBuffer: 2 ** 24 });
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg', ['-x', join(folder, file), folder]);
    }
    await run(join(folder, 'usr', 'bin', 'promtool'), ['--version']);
  } catch (cause) {
    const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
    throw new NotHere(`Prometheus cannot be fetched (${reason})`);
  }
}
