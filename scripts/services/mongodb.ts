import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startMongoServer } from '../../tests/services/mongodb-server.ts';
import { freePort } from '../../tests/services/ports.ts';
import { NotHere, type Service } from './service.ts';

const run = promisify(execFile);

/** Speaks MongoDB's protocol over WiredTiger, with transactions and change streams; a process of its own, not part of ours. */
const SECANTUS = 'SecantusDB==0.7.0b3';

/** A `mongod` of this machine (MONGOMS_SYSTEM_BINARY, or the one in PATH), else SecantusDB in a virtual environment. */
export const mongodb: Service = {
  name: 'MongoDB',
  async start(folders, say) {
    const command = (await installed()) ?? (await secantus(join(folders.installed, 'secantus'), say));
    const port = await freePort();
    say(`starting ${command}`);
    const folder = join(folders.data, 'mongodb');
    const { process, uri } = await startMongoServer({ command, folder, port, detached: true });
    return { pid: process.pid ?? 0, env: { TEST_MONGODB_URI: uri, TEST_MONGODB_COMMAND: command } };
  },
};

async function installed(): Promise<string | null> {
  const named = process.env.MONGOMS_SYSTEM_BINARY?.trim();
  if (named) return named;
  const found = await run('which', ['mongod']).catch(() => null);
  return found?.stdout.trim() || null;
}

async function secantus(environment: string, say: (text: string) => void): Promise<string> {
  const command = join(environment, 'bin', 'secantusd-py');
  if (existsSync(command)) return command;
  say(`installing ${SECANTUS} with pip`);
  try {
    await run('python3', ['-m', 'venv', environment]);
    await run(join(environment, 'bin', 'pip'), ['install', '--quiet', '--retries', '1', '--timeout', '20', SECANTUS]);
  } catch (cause) {
    const [reason = ''] = `${(cause as { stderr?: string }).stderr || cause}`.trim().split('\n').slice(-1);
    throw new NotHere(`${SECANTUS} cannot be installed (${reason}), and there is no mongod`);
  }
  if (existsSync(command)) return command;
  throw new NotHere(`${SECANTUS} has no ${command}`);
}
