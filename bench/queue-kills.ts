import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killRounds } from '../tests/queue/kill-rounds.ts';
import { machine } from './support/measure.ts';

/**
 * The built program with a Redis of its own: `--jobs` analyses through `--workers` workers of which one is killed every 5 s, one
 * in `--photo-every` a photo. Nothing may be lost, done twice, or answered with another's answer. `--redis` kills Redis in the
 * middle too, which keeps what it had acknowledged.
 */
const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '10000' },
    workers: { type: 'string', default: '3' },
    'photo-every': { type: 'string', default: '500' },
    redis: { type: 'boolean', default: false },
  },
});
const jobs = Number(values.jobs);
const folder = mkdtempSync(join(tmpdir(), 'h200-queue-kills-'));
try {
  const report = await killRounds({
    ...{ folder, jobs },
    workers: Number(values.workers),
    atOnce: 24,
    killEveryMs: 5000,
    photoEvery: Number(values['photo-every']),
    ...(values.redis && { restartRedisAt: Math.floor(jobs / 2) }),
    tell: (line) => console.log(line),
  });
  console.log(machine());
  console.log(JSON.stringify(report));
  const lost = jobs - report.answered;
  const twice = report.stored - report.distinctIds;
  console.log(`${lost} lost, ${twice} done twice, ${report.mistaken} mistaken`);
  if (lost + twice + report.mistaken > 0) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
