import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Config } from '../../config/config.ts';
import { AppError } from '../../errors.ts';
import { ownModule } from '../../own-module.ts';
import { type Failure, unpackError } from '../../storage/sqlite/thread/failure.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { BackupMetrics } from './backup-metrics.ts';
import { type MadeBackup, type ScheduleParts, startSchedule } from './schedule.ts';

export interface BackupTask {
  readonly config: Config;
  readonly key: string | undefined;
}

export type BackupAnswer = { readonly made: MadeBackup } | { readonly error: Failure };

interface Parts extends Pick<ScheduleParts, 'bus' | 'log' | 'now'> {
  readonly config: Config;
  readonly metrics: Metrics;
  /** The key as it is now. */
  readonly key: () => string | undefined;
}

/** How long a backup that is told to end may take for it, ms; what it leaves then is cleared up by the next one. */
const END_MS = 1000;

/** Null: H200_BACKUP_EVERY is unset. Throws VALIDATION_001 where nothing says where backups are kept. */
export function startBackups({ config, metrics, key, ...parts }: Parts, times?: Parameters<typeof startSchedule>[1]) {
  const everyMs = config.H200_BACKUP_EVERY;
  if (everyMs === undefined) return null;
  if (config.H200_BACKUP_TO === undefined) {
    throw new AppError('VALIDATION_001', {
      message: 'H200_BACKUP_EVERY is set, and H200_BACKUP_TO is not.',
      advice: 'Set H200_BACKUP_TO to a folder or s3://BUCKET/FOLDER.',
    });
  }
  const schedule: ScheduleParts = {
    ...parts,
    everyMs,
    metrics: new BackupMetrics(metrics, everyMs),
    newest: async () => (await (await import('../backups.ts')).newestBackup(config, { key: key() }, parts.now())).at,
    make: (signal) => onThread({ config, key: key() }, signal),
  };
  return startSchedule(schedule, times);
}

async function onThread(task: BackupTask, signal: AbortSignal): Promise<MadeBackup> {
  const worker = new Worker(ownModule('app/scheduled-backups/backup-worker'), { workerData: task });
  const { promise, resolve, reject } = Promise.withResolvers<BackupAnswer>();
  const stop = () => {
    worker.postMessage('stop');
    void sleep(END_MS, undefined, { ref: false }).then(() => reject(signal.reason));
  };
  signal.addEventListener('abort', stop, { once: true });
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', () => reject(new AppError('SYSTEM_003', { message: 'The thread of the backup ended.' })));
  try {
    const answer = await promise;
    if ('error' in answer) throw unpackError(answer.error);
    return answer.made;
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
