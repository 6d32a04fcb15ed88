import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../tests/services/mongodb-server.ts';
import { S3_USER, startS3Server } from '../../tests/services/s3-server.ts';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);

/** OpenStack Swift, whose S3 API checks signatures; processes of their own, not part of ours. */
const SWIFT = 'swift==2.38.3';

/** In a virtual environment: nothing is installed in the system, and no /etc/swift is read or made. */
export const s3: Service = {
  name: 'S3',
  async start(folders, say) {
    const bin = await swift(join(folders.installed, 'swift'), say);
    say(`starting ${join(bin, 'swift-proxy-server')}`);
    const { processes, endpoint } = await startS3Server({
      bin,
      folder: join(folders.data, 's3'),
      port: await freePort(),
      detached: true,
    });
    const [pid = 0, ...more] = processes.map((one) => one.pid ?? 0);
    return {
      pid,
      more,
      env: {
        TEST_S3_ENDPOINT: endpoint,
        TEST_S3_ACCESS_KEY_ID: S3_USER.accessKeyId,
        TEST_S3_SECRET_ACCESS_KEY: S3_USER.secretAccessKey,
        TEST_S3_REGION: S3_USER.region,
        TEST_S3_BIN: bin,
      },
    };
  },
};

async function swift(environment: string, say: (text: string) => void): Promise<string> {
  const bin = join(environment, 'bin');
  const command = join(bin, 'swift-proxy-server');
  if (existsSync(command)) return bin;
  say(`installing ${SWIFT} with pip`);
  try {
    await run('python3', ['-m', 'venv', environment]);
    await run(join(bin, 'pip'), ['install', '--quiet', '--retries', '1', '--timeout', '20', SWIFT]);
  } catch (cause) {
    const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
    throw new NotHere(`${SWIFT} cannot be installed (${reason})`);
  }
  if (existsSync(command)) return bin;
  throw new NotHere(`${SWIFT} has no ${command}`);
}
