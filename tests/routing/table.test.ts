import { afterEach, describe, expect, it } from 'vitest';
import { openRecords } from '../../src/app/open-stores.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Routing } from '../../src/contract/routing.ts';
import { AppError } from '../../src/errors.ts';
import type { Registry } from '../../src/ports/registry.ts';
import { CurrentRouting } from '../../src/routing/current.ts';
import { createRoutingTable } from '../../src/routing/table.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { here, pod } from './rig.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const now = () => new Date('2026-11-20T12:00:00.000Z');
const stores: [string, () => Promise<Registry>, boolean][] = [
  [
    'SQLite',
    async () => {
      const records = createSqliteRecords(':memory:');
      stops.push(() => records.close());
      return records.registry;
    },
    true,
  ],
  [
    'MongoDB',
    async () => {
      const config = loadConfig({ MONGODB_ATLAS_URI: freshDatabase() });
      const records = await openRecords(config, { log: createLog('silent'), metrics: new Metrics() });
      stops.push(() => records.close());
      return records.registry;
    },
    MONGODB_URI !== null,
  ],
];

describe.each(stores)('the routing in %s', (_, open, isThere) => {
  it.skipIf(!isThere)('is one of our own until somebody changes it, and changes in one write', async () => {
    const table = createRoutingTable(await open(), 'queue', now);
    expect(await table.get()).toEqual({
      revision: 0,
      entries: [{ id: 'queue', kind: 'queue', server_id: null, weight: 100 }],
      changed_at: null,
      rollout_id: null,
    });
    const entries = [here(90), pod('srv_a', 10)];
    const first = await table.replace(0, entries, 'rollout_1');
    expect(first).toEqual({ revision: 1, entries, changed_at: now().toISOString(), rollout_id: 'rollout_1' });
    expect(await table.get()).toEqual(first);
  });

  it.skipIf(!isThere)('is changed by one of two that saw the same', async () => {
    const registry = await open();
    const tables = [0, 1].map(() => createRoutingTable(registry, 'here', now));
    for (const revision of [0, 1, 2]) {
      const ends = await Promise.all(tables.map((table) => table.replace(revision, [here(100)], null)));
      expect(ends.filter((one) => one === 'conflict')).toHaveLength(1);
      expect((await tables[0]?.get())?.revision).toBe(revision + 1);
    }
    expect(await tables[0]?.replace(0, [here(100)], null)).toBe('conflict');
    expect(await tables[0]?.replace(7, [here(100)], null)).toBe('conflict');
  });

  it.skipIf(!isThere)('takes no weights that are none', async () => {
    const table = createRoutingTable(await open(), 'here', now);
    for (const bad of [[], [here(99)], [here(50), here(50)], [here(200), pod('srv_a', -100)]]) {
      await expect(table.replace(0, bad, null)).rejects.toThrow();
    }
    expect((await table.get()).revision).toBe(0);
  });
});

describe('the routing as a process knows it', () => {
  function instances(registry: Registry) {
    const time = { ms: 0 };
    const table = createRoutingTable(registry, 'here', now);
    const changes: number[] = [];
    const faulty = { isDown: false };
    const current = new CurrentRouting({
      table: {
        async get() {
          if (faulty.isDown) throw new AppError('DB_001');
          return table.get();
        },
      },
      clock: () => time.ms,
      log: createLog('silent'),
      changed: ({ revision }) => changes.push(revision),
    });
    return { time, table, current, changes, faulty };
  }
  const weightOf = ({ entries }: Routing) => entries.find(({ id }) => id === 'srv_a')?.weight ?? 0;

  it('is the new one in every process within 2 s', async () => {
    const { registry } = createSqliteRecords(':memory:');
    const { time, table, current, changes } = instances(registry);
    const other = createRoutingTable(registry, 'here', now);
    expect(weightOf(await current.get())).toBe(0);
    for (const [revision, weight] of [
      [0, 10],
      [1, 100],
      [2, 0],
    ] as const) {
      time.ms += 900;
      await current.get();
      await other.replace(revision, [here(100 - weight), pod('srv_a', weight)], null);
      time.ms += 1999;
      expect(weightOf(await current.get())).toBe(weight);
    }
    expect((await table.get()).revision).toBe(3);
    expect(changes).toEqual([0, 1, 2, 3]);
  });

  it('stays what it was while the store is gone', async () => {
    const { time, table, current, faulty } = instances(createSqliteRecords(':memory:').registry);
    await table.replace(0, [here(50), pod('srv_a', 50)], null);
    faulty.isDown = true;
    await expect(current.get()).rejects.toMatchObject({ code: 'DB_001' });
    faulty.isDown = false;
    expect(weightOf(await current.get())).toBe(50);
    faulty.isDown = true;
    time.ms += 60_000;
    expect(weightOf(await current.get())).toBe(50);
    faulty.isDown = false;
    await table.replace(1, [here(100)], null);
    time.ms += 2000;
    expect(weightOf(await current.get())).toBe(0);
  });

  it('asks the store once for many, and not for each', async () => {
    let asked = 0;
    const { time, table } = instances(createSqliteRecords(':memory:').registry);
    const current = new CurrentRouting({
      table: {
        get() {
          asked += 1;
          return table.get();
        },
      },
      clock: () => time.ms,
      log: createLog('silent'),
      changed() {},
    });
    await Promise.all(Array.from({ length: 50 }, () => current.get()));
    for (let i = 0; i < 50; i += 1) await current.get();
    expect(asked).toBe(1);
  });
});
