import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClockRecord } from '../../src/app/clock-check.ts';
import { startHousekeeping } from '../../src/app/housekeeping.ts';
import { createBus } from '../../src/events/bus.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import type { Records } from '../../src/ports/records.ts';
import { placeOf } from '../../src/storage/disk/blob-folder.ts';
import { createDiskBlobs } from '../../src/storage/disk/blobs.ts';
import { jsonFile } from '../../src/storage/disk/json-file.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import type { Log } from '../../src/telemetry/log.ts';
import { sampleAnalysis } from '../support/samples.ts';

let folder: string;
let records: Records;
let now: Date;
beforeEach(() => {
  now = new Date('2026-03-31T00:00:00.000Z');
  folder = mkdtempSync(join(tmpdir(), 'h200-housekeeping-'));
  records = createSqliteRecords(':memory:');
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(retentionDays?: number) {
  const blobs = createDiskBlobs(folder);
  const events: BusEvent[] = [];
  const bus = createBus(() => {});
  bus.on((event) => events.push(event));
  const log = { info: vi.fn(), warn: vi.fn() };
  const clock = jsonFile(join(folder, 'clock.json'), ClockRecord);
  return {
    blobs,
    log,
    events,
    start: (rounds = { firstAfterMs: 5, everyMs: 5 }) =>
      startHousekeeping(
        { blobs, records, bus, log: log as unknown as Log, now: () => now, retentionDays, clock },
        rounds,
      ),
    async bornAt(created_at: string) {
      const entry = { lookup: null, owner: 'system', created_at, expires_at: null, version: 1, value: {} };
      await records.registry.add('store_birth', { id: 'records', ...entry });
    },
    async putOrphan(key: string) {
      await blobs.put(key, Buffer.from(key), 'image/jpeg', { maxBytes: 100 });
      utimesSync(placeOf(folder, key), 0, 0);
    },
  };
}

it('has the search prepared soon after the start, long before the first round, and not once it is stopped', async () => {
  const { blobs, log } = open();
  const prepareSearch = vi.fn(async () => undefined);
  const parts = { blobs, records, bus: createBus(() => {}), log: log as unknown as Log, now: () => now };
  const clock = jsonFile(join(folder, 'clock.json'), ClockRecord);
  const begin = () => startHousekeeping({ ...parts, retentionDays: undefined, clock, prepareSearch });
  const stopped = begin();
  stopped.stop();
  const housekeeping = begin();
  await expect.poll(() => prepareSearch.mock.calls.length, { timeout: 3000 }).toBe(1);
  await sleep(200);
  expect(prepareSearch).toHaveBeenCalledTimes(1);
  housekeeping.stop();
  await Promise.all([stopped.done(), housekeeping.done()]);
});

it('removes what killed processes left, round after round, until it is stopped', async () => {
  const { blobs, log, start, putOrphan, bornAt } = open();
  await bornAt('2025-01-01T00:00:00.000Z');
  await putOrphan('image/1');
  const housekeeping = start();
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  await putOrphan('image/2');
  await expect.poll(() => blobs.stat('image/2')).toBeUndefined();
  expect(log.info).toHaveBeenCalledWith({ parts: 0, restored: 0, images: 1, pictures: 0 }, expect.any(String));
  housekeeping.stop();
  await housekeeping.done();
  await putOrphan('image/3');
  await sleep(50);
  expect(await blobs.stat('image/3')).toBeDefined();
  expect(log.warn).not.toHaveBeenCalled();
});

it('says what went wrong and tries again', async () => {
  const { blobs, log, start, putOrphan, bornAt } = open();
  await bornAt('2025-01-01T00:00:00.000Z');
  await putOrphan('image/1');
  const { imagesInUse } = records.analyses;
  records.analyses.imagesInUse = () => Promise.reject(new Error('locked'));
  const housekeeping = start();
  await expect.poll(() => log.warn.mock.calls.length).toBeGreaterThan(0);
  expect(await blobs.stat('image/1')).toBeDefined();
  records.analyses.imagesInUse = imagesInUse;
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  housekeeping.stop();
  await housekeeping.done();
});

it('keeps the photos of records that were lost for a week, and says until when', async () => {
  const { blobs, log, start, putOrphan } = open();
  await putOrphan('image/1');
  const housekeeping = start();
  await expect.poll(() => log.warn.mock.calls.length).toBeGreaterThan(2);
  expect(log.warn).toHaveBeenCalledWith(
    { until: '2026-04-07T00:00:00.000Z' },
    expect.stringContaining('bring them back'),
  );
  expect(await blobs.stat('image/1')).toBeDefined();
  now = new Date('2026-04-07T00:00:01.000Z');
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  housekeeping.stop();
  await housekeeping.done();
});

it('clears up as ever once the week is over, whatever old photos the records know', async () => {
  const { blobs, log, start, putOrphan } = open();
  await putOrphan('image/known');
  await records.analyses.put({ owner: 'ann', analysis: sampleAnalysis({}), imageKey: 'image/known', state: null });
  const housekeeping = start();
  await expect.poll(() => records.registry.get('store_birth', 'records')).not.toBeNull();
  now = new Date(now.getTime() + 100 * 24 * 3_600_000);
  await putOrphan('image/1');
  await expect.poll(() => blobs.stat('image/1')).toBeUndefined();
  expect(await blobs.stat('image/known')).toBeDefined();
  expect(log.warn).not.toHaveBeenCalled();
  housekeeping.stop();
  await housekeeping.done();
});

it('does nothing when it is stopped before its first round', async () => {
  const { blobs, start, putOrphan } = open();
  await putOrphan('image/1');
  const housekeeping = start({ firstAfterMs: 30, everyMs: 5 });
  housekeeping.stop();
  await housekeeping.done();
  await sleep(60);
  expect(await blobs.stat('image/1')).toBeDefined();
});

describe('with a retention', () => {
  const NEVER = { firstAfterMs: 3_600_000, everyMs: 3_600_000 };
  const stored = async () => {
    const ids = ['ana_new', 'ana_edge', 'ana_old', 'ana_older'];
    const found = await Promise.all(ids.map((id) => records.analyses.get(id)));
    return ids.filter((_, n) => found[n] !== null);
  };

  beforeEach(async () => {
    const rows = [
      ['ann', 'ana_older', '2026-01-01T00:00:00.000Z', 'image/older'],
      ['bob', 'ana_old', '2026-02-28T23:59:59.999Z', 'image/shared'],
      ['ann', 'ana_edge', '2026-03-01T00:00:00.001Z', 'image/shared'],
      ['bob', 'ana_new', '2026-03-30T12:00:00.000Z', 'image/new'],
    ] as const;
    const blobs = createDiskBlobs(folder);
    for (const [owner, analysis_id, timestamp, imageKey] of rows) {
      await blobs.put(imageKey, Buffer.from(imageKey), 'image/jpeg', { maxBytes: 100 });
      const analysis = sampleAnalysis({ analysis_id, timestamp });
      await records.analyses.put({ owner, analysis, imageKey, state: null });
    }
  });

  it("deletes everybody's old analyses and photos at the start, and tells each owner of its own", async () => {
    const { blobs, log, events, start } = open(30);
    const housekeeping = start(NEVER);
    await housekeeping.done();
    housekeeping.stop();
    expect(await stored()).toEqual(['ana_new', 'ana_edge']);
    expect(await blobs.stat('image/older')).toBeUndefined();
    expect(await blobs.stat('image/shared')).toBeDefined();
    expect(await blobs.stat('image/new')).toBeDefined();
    expect(log.info).toHaveBeenCalledWith({ deleted: 2, days: 30 }, expect.any(String));
    const told = events.map((event) => event.type === 'analyses_deleted' && [event.owner, event.analysis_ids]);
    expect(told.toSorted()).toEqual([
      ['ann', ['ana_older']],
      ['bob', ['ana_old']],
    ]);
  });

  it('goes on round after round, as time goes by', async () => {
    const { blobs, start } = open(30);
    const housekeeping = start();
    await expect.poll(stored).toEqual(['ana_new', 'ana_edge']);
    now = new Date('2026-03-31T00:00:00.001Z');
    await expect.poll(stored).toEqual(['ana_new']);
    await expect.poll(() => blobs.stat('image/shared')).toBeUndefined();
    housekeeping.stop();
    await housekeeping.done();
  });

  it('takes what is old along also in a process that ends at once', async () => {
    const { start } = open(30);
    const housekeeping = start(NEVER);
    housekeeping.stop();
    await housekeeping.done();
    expect(await stored()).toEqual(['ana_new', 'ana_edge']);
  });

  it('deletes nothing without one', async () => {
    const { start } = open();
    const removeMatching = vi.spyOn(records.analyses, 'removeMatching');
    const housekeeping = start();
    await sleep(30);
    housekeeping.stop();
    await housekeeping.done();
    expect(removeMatching).not.toHaveBeenCalled();
    expect(await stored()).toHaveLength(4);
  });

  it('says when the store does not answer, and tries again', async () => {
    const { log, start } = open(30);
    const { removeMatching } = records.analyses;
    records.analyses.removeMatching = () => Promise.reject(new Error('locked'));
    const housekeeping = start();
    await expect.poll(() => log.warn.mock.calls.length).toBeGreaterThan(0);
    expect(await stored()).toHaveLength(4);
    records.analyses.removeMatching = removeMatching;
    await expect.poll(stored).toEqual(['ana_new', 'ana_edge']);
    housekeeping.stop();
    await housekeeping.done();
  });

  describe('when the clock leaps ahead', () => {
    const round = async (at: string) => {
      now = new Date(at);
      const { log, start } = open(30);
      const housekeeping = start(NEVER);
      await housekeeping.done();
      housekeeping.stop();
      return log;
    };
    const KEPT = ['ana_new', 'ana_edge'];

    it('deletes nothing, says so once, and goes on when the clock is set right', async () => {
      await round('2026-03-31T00:00:00.000Z');
      const log = await round('2036-03-31T00:00:00.000Z');
      expect(await stored()).toEqual(KEPT);
      expect(log.warn).toHaveBeenCalledWith(
        {
          seen: '2026-03-31T00:00:00.000Z',
          now: '2036-03-31T00:00:00.000Z',
          from: '2036-04-01T00:00:00.000Z',
        },
        expect.stringContaining('the clock is far ahead'),
      );
      const again = await round('2036-03-31T01:00:00.000Z');
      expect(again.warn).not.toHaveBeenCalled();
      expect(await stored()).toEqual(KEPT);
      await round('2026-03-31T02:00:00.000Z');
      expect(await stored()).toEqual(['ana_new']);
    });

    it('believes it once it has lasted a day, as after a long pause', async () => {
      await round('2026-03-31T00:00:00.000Z');
      await round('2026-06-01T00:00:00.000Z');
      await round('2026-06-01T23:59:59.000Z');
      expect(await stored()).toEqual(KEPT);
      await round('2026-06-02T00:00:00.000Z');
      expect(await stored()).toEqual([]);
    });

    it('doubts a first start long after everything that is stored', async () => {
      await round('2036-03-31T00:00:00.000Z');
      expect(await stored()).toHaveLength(4);
    });

    it('a new analysis does not make the wrong time right', async () => {
      await round('2026-03-31T00:00:00.000Z');
      await round('2036-03-31T00:00:00.000Z');
      const analysis = sampleAnalysis({ analysis_id: 'ana_future', timestamp: '2036-03-31T00:30:00.000Z' });
      await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: null });
      await round('2036-03-31T01:00:00.000Z');
      expect(await stored()).toEqual(KEPT);
    });

    it('is asked also where its record cannot be written', async () => {
      mkdirSync(join(folder, 'clock.json'));
      await round('2026-03-31T00:00:00.000Z');
      expect(await stored()).toEqual(KEPT);
      await round('2036-03-31T00:00:00.000Z');
      expect(await stored()).toEqual(KEPT);
    });

    it('a running server doubts it too', async () => {
      const { start, log } = open(30);
      const housekeeping = start();
      await expect.poll(stored).toEqual(KEPT);
      now = new Date('2036-03-31T00:00:00.000Z');
      await expect.poll(() => log.warn.mock.calls.length).toBe(1);
      await sleep(50);
      housekeeping.stop();
      await housekeeping.done();
      expect(await stored()).toEqual(KEPT);
      expect(log.warn).toHaveBeenCalledTimes(1);
    });
  });
});
