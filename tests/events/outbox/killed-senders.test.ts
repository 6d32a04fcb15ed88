import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { killRounds } from './kill-rounds.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-outbox-'));
const BACKENDS = { embedded: join(folder, 'records.db'), ...(MONGODB_URI !== null && { mongodb: freshDatabase() }) };

it.each(Object.entries(BACKENDS))(
  '%s: whatever was acknowledged before a kill arrives, in order, and at once after the next start',
  async (_name, where) => {
    const report = await killRounds(where, 3);
    rmSync(folder, { recursive: true, force: true });
    expect(report).toMatchObject({ lost: 0, reordered: 0 });
    // Of what was delivered and not yet removed some comes twice: 64 of a process at most.
    expect(report.repeated).toBeLessThanOrEqual(3 * 64);
    // The process that held the lease is gone, and nobody waits for it.
    expect(report.longestPauseMs).toBeLessThan(14_000);
  },
  120_000,
);
