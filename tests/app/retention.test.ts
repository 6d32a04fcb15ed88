import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Audit } from '../../src/access/accounts/audit.ts';
import { sweepImages } from '../../src/analysis/sweep-images.ts';
import { ClockRecord } from '../../src/app/clock-check.ts';
import { keptKinds } from '../../src/app/kept-kinds.ts';
import { deleteExpired, type RemovedByAge } from '../../src/app/retention.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createBus } from '../../src/events/bus.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Records } from '../../src/ports/records.ts';
import { placeOf } from '../../src/storage/disk/blob-folder.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { jsonFile } from '../../src/storage/disk/json-file.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { sampleAnalysis } from '../support/samples.ts';

// Keys are slow to derive, and a busy machine is slower.
vi.setConfig({ testTimeout: 240_000 });

const DAY = 86_400_000;
let folder: string;
let now: Date;
const opened: Records[] = [];
/** Each has its own data folder. */
let servers = 0;
beforeEach(() => {
  now = new Date('2026-06-01T00:00:00.000Z');
  folder = mkdtempSync(join(tmpdir(), 'h200-retention-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  rmSync(folder, { recursive: true, force: true });
});

const daysBefore = (days: number) => new Date(now.getTime() - days * DAY).toISOString();

async function openMongo(uri: string): Promise<Records> {
  const { MongoStore } = await import('../../src/storage/mongo/mongo-store.ts');
  const store = new MongoStore(uri, () => {});
  store.start();
  return recordsOver(store);
}

const stores: readonly (readonly [string, boolean, () => Promise<() => Promise<Records>>])[] = [
  ['embedded', true, async () => async () => createSqliteRecords(join(folder, 'records.db'))],
  [
    'MongoDB',
    MONGODB_URI !== null,
    async () => {
      const uri = freshDatabase();
      return () => openMongo(uri);
    },
  ],
];

describe.each(stores.filter(([, isThere]) => isThere))('in the store %s', (_name, _there, store) => {
  let open: () => Promise<Records>;
  let records: Records;
  let blobs: Blobs;
  beforeEach(async () => {
    const make = await store();
    open = async () => {
      const one = await make();
      opened.push(one);
      return one;
    };
    records = await open();
    blobs = createDiskBlobs(join(folder, 'blobs'));
  });

  const server = (over: Partial<Parameters<typeof deleteExpired>[0]> = {}) => {
    servers += 1;
    const told: RemovedByAge[] = [];
    const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const parts = {
      ...{
        blobs,
        records,
        bus: createBus(() => {}),
        log: log as unknown as Log,
        now: () => now,
        retentionDays: undefined,
      },
      clock: jsonFile(join(folder, `clock-${servers}.json`), ClockRecord),
      told: async (what: RemovedByAge) => void told.push(what),
      ...over,
    };
    return { told, log, run: (signal = new AbortController().signal) => deleteExpired(parts, signal) };
  };

  async function fill(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const key = `image/${n}`;
      await blobs.put(key, Buffer.from(key), 'image/jpeg', { maxBytes: 100 });
      const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: daysBefore(n) });
      await records.analyses.put({ owner: n % 2 ? 'ann' : 'bob', analysis, imageKey: key, state: null });
      await records.vectors.put(`ana_${n}`, 'space', new Float32Array([1, 0]));
    }
  }

  const entry = (id: string, days: number) => ({
    ...{ id, lookup: null, owner: 'ann', created_at: daysBefore(days), expires_at: null, version: 1, value: {} },
  });

  it('each kind goes by its own age and the others stay', async () => {
    const env = {
      H200_RETENTION_FEEDBACK_DAYS: '10',
      H200_RETENTION_MESSAGES_DAYS: '20',
      H200_RETENTION_COSTS_DAYS: '5',
    };
    const config = loadConfig({ H200_DATA_DIR: folder, ...env });
    const kinds = [
      'feedback',
      'dead_letter',
      'render',
      'server_hour',
      'server_bill',
      'series',
      'user',
      'delegation',
    ] as const;
    for (const kind of kinds)
      for (const days of [1, 6, 12, 30]) await records.registry.add(kind, entry(`${kind}${days}`, days));
    const { told, log, run } = server({ keptKinds: keptKinds(config) });
    await run();
    const left = await Promise.all(kinds.map((kind) => records.registry.count(kind, null)));
    expect(Object.fromEntries(kinds.map((kind, n) => [kind, left[n]]))).toEqual({
      ...{ feedback: 2, dead_letter: 3, render: 3, server_hour: 1, server_bill: 1, series: 4, user: 4, delegation: 4 },
    });
    expect(told).toEqual([
      { kind: 'feedback', count: 2, days: 10 },
      { kind: 'dead_letter', count: 1, days: 20 },
      { kind: 'render', count: 1, days: 20 },
      { kind: 'server_hour', count: 3, days: 5 },
      { kind: 'server_bill', count: 3, days: 5 },
    ]);
    expect(log.warn).not.toHaveBeenCalled();
    // Days go by.
    now = new Date(now.getTime() + 2 * DAY);
    await run();
    now = new Date(now.getTime() + 2 * DAY);
    await run();
    expect(await records.registry.count('server_hour', null)).toBe(1);
    now = new Date(now.getTime() + 2 * DAY);
    await run();
    expect(await records.registry.count('server_hour', null)).toBe(0);
  });

  it('without a setting nothing goes, however old', async () => {
    await fill(3);
    await records.registry.add('audit', entry('a', 9999));
    now = new Date(now.getTime() + 9999 * DAY);
    const { told, run } = server({ keptKinds: keptKinds(loadConfig({ H200_DATA_DIR: folder })) });
    await run();
    expect([told, await records.analyses.count({}), await records.registry.count('audit', null)]).toEqual([[], 3, 1]);
  });

  it('two servers at once delete each analysis once, with its photo and what it looks like', async () => {
    await fill(130);
    const both = [server({ retentionDays: 10 }), server({ retentionDays: 10, records: await open() })];
    await Promise.all(both.map(({ run }) => run()));
    const counts = both.flatMap(({ told }) => told.map(({ count }) => count));
    // The one of exactly ten days goes.
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(120);
    expect(await records.analyses.count({})).toBe(10);
    expect(
      (
        await records.vectors.of(
          Array.from({ length: 130 }, (_, n) => `ana_${n}`),
          'space',
        )
      ).size,
    ).toBe(10);
    const there = await Promise.all(Array.from({ length: 130 }, (_, n) => blobs.stat(`image/${n}`)));
    expect(there.map((one, n) => (one === undefined ? -1 : n)).filter((n) => n >= 0)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    for (const { log } of both) expect(log.warn).not.toHaveBeenCalled();
  }, 240_000);

  it('killed half-way, no photo stays for ever', async () => {
    await fill(60);
    for (let n = 0; n < 60; n += 1) utimesSync(placeOf(join(folder, 'blobs'), `image/${n}`), 0, 0);
    // The records of a batch are gone, and the process with them.
    const killed: Blobs = { ...blobs, delete: () => new Promise(() => {}) };
    void server({ retentionDays: 10, blobs: killed }).run();
    await expect.poll(() => records.analyses.count({})).toBeLessThan(60);
    await server({ retentionDays: 10 }).run();
    expect(await records.analyses.count({})).toBe(10);
    const stored = async () =>
      (await Promise.all(Array.from({ length: 60 }, (_, n) => blobs.stat(`image/${n}`)))).filter(
        (one) => one !== undefined,
      );
    expect((await stored()).length).toBeGreaterThan(10);
    await sweepImages({ blobs, records }, { olderThanMs: 3_600_000, limit: 1000 });
    expect(await stored()).toHaveLength(10);
  }, 240_000);

  describe('the audit log', () => {
    const line = (n: number) =>
      ({ event: 'login_success', actor: `usr_${n}`, target: null, client: null, details: {} }) as const;
    const numbers = async () =>
      (await records.registry.list('audit', null, { limit: 100 })).items.map(({ id }) => Number(id)).toReversed();

    async function filled(days: readonly number[]): Promise<Audit> {
      const real = now;
      const audit = new Audit(records.registry, () => now);
      for (const [n, day] of days.entries()) {
        now = new Date(real.getTime() - day * DAY);
        await audit.write(line(n));
      }
      now = real;
      return audit;
    }

    it('loses what is old, says so, and what is left can be checked, time after time', async () => {
      const audit = await filled([40, 35, 30, 25, 20, 15, 10, 5]);
      const before = new Date(daysBefore(18));
      expect(await audit.removeBefore(before)).toBe(5);
      expect(await numbers()).toEqual([6, 7, 8, 9]);
      expect(await audit.check()).toMatchObject({ lines: 4, broken_at: null });
      expect(await audit.removeBefore(before)).toBe(0);
      expect(await audit.removeBefore(new Date(daysBefore(8)))).toBe(2);
      expect(await numbers()).toEqual([8, 9, 10]);
      expect(await audit.check()).toMatchObject({ lines: 3, broken_at: null });
      const { details, event } = (await audit.list({ limit: 1 })).items[0]!;
      expect([event, details.first_kept]).toEqual(['removed_by_age', '8']);
    });

    it('where all is old, keeps the line that the next one is numbered by', async () => {
      const audit = await filled([40, 35, 30]);
      expect(await audit.removeBefore(now)).toBe(2);
      expect(await numbers()).toEqual([3, 4]);
      expect(await audit.check()).toMatchObject({ lines: 2, broken_at: null });
      await audit.write(line(9));
      expect(await numbers()).toEqual([3, 4, 5]);
    });

    it('still shows a line that somebody else removed or changed', async () => {
      const audit = await filled([40, 35, 30, 25, 20, 15]);
      await audit.removeBefore(new Date(daysBefore(28)));
      expect(await numbers()).toEqual([4, 5, 6, 7]);
      await records.registry.remove('audit', '000000000004');
      expect(await audit.check()).toMatchObject({ lines: 3, broken_at: 5 });
    });

    it('is whole in the middle of a removal too, and no older lines can be taken away unseen', async () => {
      const audit = await filled([40, 35, 30, 25]);
      const { removeOlder } = records.registry;
      const removeOnce = vi.spyOn(records.registry, 'removeOlder').mockImplementation(async (kind, time) => {
        await removeOlder(kind, time, 1);
        throw new Error('killed');
      });
      await expect(audit.removeBefore(new Date(daysBefore(28)))).rejects.toThrow('killed');
      removeOnce.mockRestore();
      expect(await numbers()).toEqual([2, 3, 4, 5]);
      expect(await audit.check()).toMatchObject({ lines: 4, broken_at: null });
      expect(await audit.removeBefore(new Date(daysBefore(28)))).toBe(2);
      expect(await audit.check()).toMatchObject({ broken_at: null });
      const untouched = await filled([3]);
      await records.registry.remove('audit', '000000000004');
      expect((await untouched.check()).broken_at).not.toBeNull();
    });
  });
});
