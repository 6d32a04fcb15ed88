import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { killRounds } from '../outbox/kill-rounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-callbacks-'));
const BACKENDS = { embedded: join(folder, 'records.db'), ...(MONGODB_URI !== null && { mongodb: freshDatabase() }) };

it.each(Object.entries(BACKENDS))(
  '%s: what was acknowledged to a caller before a kill arrives, in order',
  async (_name, where) => {
    const report = await killRounds(where, 3, new URL('./callback-sender.ts', import.meta.url));
    rmSync(folder, { recursive: true, force: true });
    expect(report).toMatchObject({ lost: 0, reordered: 0 });
    // The one that was on its way at each kill.
    expect(report.repeated).toBeLessThanOrEqual(3);
  },
  120_000,
);
