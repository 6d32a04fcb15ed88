import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds } from '../tests/queue/kill-rounds.ts';
import { machine } from './support/measure.ts';

/** Photos a second by the number of workers on this machine, each with one inference thread. `--photos`, `--workers=1,2,4`. */
const { values } = parseArgs({
  options: { photos: { type: 'string', default: '40' }, workers: { type: 'string', default: '1,2,4' } },
});
console.log(machine());
const rows = [];
for (const workers of values.workers.split(',').map(Number)) {
  const folder = mkdtempSync(join(tmpdir(), 'h200-queue-scale-'));
  try {
    const { seconds, answered, p50Ms, p99Ms } = await killRounds({
      ...{ folder, workers, jobs: Number(values.photos) },
      ...{ atOnce: 2 * workers, killEveryMs: null, photoEvery: 1 },
      env: { H200_WORKERS: '1', H200_QUEUE_CONCURRENCY: '1' },
    });
    rows.push({ workers, 'photos/s': (answered / seconds).toFixed(2), 'p50 ms': p50Ms, 'p99 ms': p99Ms });
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
console.table(rows);
