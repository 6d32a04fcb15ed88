import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);
const PACKAGE = 'runpod==1.12.0';

/** RunPod's own SDK for workers, whose words to a queue ours are compared with. */
export const runpodSdk: Service = {
  name: "RunPod's SDK",
  async start(folders, say) {
    const folder = join(folders.installed, 'runpod');
    const python = join(folder, 'bin', 'python');
    try {
      if (!existsSync(join(folder, 'done'))) {
        say(`installing ${PACKAGE} with pip`);
        await run('python3', ['-m', 'venv', folder]);
        await run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--retries', '1', '--timeout', '20', PACKAGE]);
        await run('touch', [join(folder, 'done')]);
      }
    } catch (cause) {
      const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
      throw new NotHere(`${PACKAGE} cannot be installed (${reason})`);
    }
    return { pid: null, env: { TEST_RUNPOD_PYTHON: python } };
  },
};
