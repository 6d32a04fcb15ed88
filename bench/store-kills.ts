import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { killWrites } from '../tests/storage/kill-writes.ts';
import { freshDatabase, MONGODB_URI } from '../tests/support/mongo.ts';
import { runProgram } from '../tests/support/program.ts';
import { REDIS_URL } from '../tests/support/redis.ts';
import { freshBucket, r2Environment, S3 } from '../tests/support/s3.ts';
import { machine } from './support/measure.ts';

/**
 * The built server is killed (SIGKILL) at random while clients write: analyses, photos, rules and deletions, `--writes` of them
 * acknowledged per backend. Nothing that was acknowledged may be missing afterwards, and the store must be whole. MongoDB, Redis
 * and S3 where `npm run services` started them; `--only=NAME` takes one backend.
 */
const { values } = parseArgs({
  options: {
    writes: { type: 'string', default: '1000' },
    most: { type: 'string', default: '60' },
    only: { type: 'string' },
  },
});
const redis = REDIS_URL === null ? null : new URL(REDIS_URL);
const around = redis !== null &&
  S3 !== null && { REDIS_HOST: redis.hostname, REDIS_PORT: redis.port, ...r2Environment(freshBucket()) };
const backends: Record<string, Record<string, string>> = {
  embedded: {},
  ...(around && { 'embedded+redis+s3': around }),
  ...(MONGODB_URI !== null && { mongodb: { MONGODB_ATLAS_URI: freshDatabase() } }),
  ...(MONGODB_URI !== null &&
    around && {
      'mongodb+redis+s3': { MONGODB_ATLAS_URI: freshDatabase(), ...around, ...r2Environment(freshBucket()) },
    }),
};
for (const [name, more] of Object.entries(backends)) {
  if (values.only !== undefined && values.only !== name) continue;
  const folder = mkdtempSync(join(tmpdir(), 'h200-store-kills-'));
  const env = { H200_DATA_DIR: join(folder, 'data'), ...more };
  try {
    const plan = { writes: Number(values.writes), mostBetweenKills: Number(values.most), atOnce: 6, env };
    const report = await killWrites({ ...plan, tell: (line) => process.stderr.write(`${name}: ${line}\n`) });
    const doctor = await runProgram(['doctor'], { env });
    const isWhole = doctor.stdout.includes('nothing is damaged');
    const file = join(env.H200_DATA_DIR, 'records.db');
    const integrity =
      'MONGODB_ATLAS_URI' in more ? 'of the server' : new Database(file).pragma('integrity_check', { simple: true });
    console.log(machine());
    console.log(name, JSON.stringify({ ...report, integrity, isWhole }));
    const failed = report.lost.length + report.undeleted.length > 0 || !isWhole;
    if (failed || !['ok', 'of the server'].includes(`${integrity}`)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
