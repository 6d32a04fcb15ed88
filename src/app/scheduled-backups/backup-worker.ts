import { parentPort, workerData } from 'node:worker_threads';
import { packError } from '../../storage/sqlite/thread/failure.ts';
import { makeBackup } from '../backups.ts';
import type { BackupAnswer, BackupTask } from './start-backups.ts';

/** A backup on a thread of its own: requests do not wait for its sums. */
const { config, key } = workerData as BackupTask;
const stop = new AbortController();
parentPort?.once('message', () => stop.abort());

async function run(): Promise<BackupAnswer> {
  try {
    const { manifest } = await makeBackup(config, {
      key,
      signal: stop.signal,
      unlessWithinMs: config.H200_BACKUP_EVERY,
    });
    const { id, created_at, photos } = manifest;
    return { made: { id, created_at, photos: photos.count, missing: photos.missing } };
  } catch (thrown) {
    return { error: packError(thrown) };
  }
}

const answer = await run();
parentPort?.postMessage(answer);
parentPort?.close();
