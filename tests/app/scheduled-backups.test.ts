import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listBackups, makeBackup } from '../../src/app/backups.ts';
import { createApp } from '../../src/app/create-app.ts';
import { BackupMetrics } from '../../src/app/scheduled-backups/backup-metrics.ts';
import { startSchedule } from '../../src/app/scheduled-backups/schedule.ts';
import { startBackups } from '../../src/app/scheduled-backups/start-backups.ts';
import { examineBackups } from '../../src/cli/examine-backups.ts';
import { loadConfig } from '../../src/config/config.ts';
import { AppError } from '../../src/errors.ts';
import { createBus } from '../../src/events/bus.ts';
import type { BusEvent } from '../../src/ports/bus.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';

// Keys are slow to derive, and a busy machine is slower.
vi.setConfig({ testTimeout: 240_000 });

const HOUR = 3_600_000;
let folder: string;
const metrics: Metrics[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-schedule-'));
});
afterEach(() => {
  for (const one of metrics.splice(0)) one.close();
  rmSync(folder, { recursive: true, force: true });
});

function parts() {
  const all = new Metrics();
  metrics.push(all);
  const events: BusEvent[] = [];
  const bus = createBus(() => {});
  bus.on((event) => events.push(event));
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  return { all, events, bus, log };
}

describe('the schedule', () => {
  function start(newestAgeMs: number | null, make: () => Promise<void>) {
    const { all, events, bus, log } = parts();
    let now = Date.UTC(2026, 0, 10);
    let newest = newestAgeMs === null ? null : new Date(now - newestAgeMs);
    const made = vi.fn(async () => {
      await make();
      newest = new Date(now);
      return { id: 'x', created_at: newest.toISOString(), photos: 1, missing: 0 };
    });
    const schedule = startSchedule(
      {
        ...{ everyMs: 6 * HOUR, bus, log, newest: async () => newest, make: made },
        metrics: new BackupMetrics(all, 6 * HOUR),
        now: () => new Date(now),
      },
      { firstAfterMs: 1, againMs: 5 },
    );
    return { schedule, made, events, log, all, later: (ms: number) => (now += ms) };
  }
  const scraped = async (all: Metrics) => (await all.registry.metrics()).match(/^h200_backup_\w+ [\d.]+$/gm);

  it('makes one where there is none, and none while the newest is new enough, whoever made it', async () => {
    const first = start(null, async () => {});
    await expect.poll(() => first.made.mock.calls.length).toBe(1);
    first.schedule.stop();
    await first.schedule.done();
    expect(await scraped(first.all)).toEqual(
      expect.arrayContaining([
        'h200_backup_last_success_timestamp 1768003200',
        'h200_backup_failures_total 0',
        'h200_backup_interval_seconds 21600',
      ]),
    );
    const other = start(5 * HOUR, async () => {});
    await expect
      .poll(async () => (await scraped(other.all))?.includes('h200_backup_last_success_timestamp 1767985200'))
      .toBe(true);
    other.schedule.stop();
    await other.schedule.done();
    expect(other.made).not.toHaveBeenCalled();
  });

  it('tries again after a failure, which is told once, and says when it works again', async () => {
    let fails = 3;
    const { schedule, made, events, all } = start(7 * HOUR, async () => {
      fails -= 1;
      if (fails >= 0) throw new AppError('STORAGE_003');
    });
    await expect.poll(() => made.mock.calls.length).toBe(4);
    await expect.poll(() => events.length).toBe(2);
    schedule.stop();
    await schedule.done();
    expect(events.map((event) => event.type === 'system_alert' && [event.part, event.severity])).toEqual([
      ['backup', 'critical'],
      ['backup', 'info'],
    ]);
    expect(await scraped(all)).toContain('h200_backup_failures_total 3');
  });

  it('takes one that another makes just now for no failure', async () => {
    const { schedule, made, events, all } = start(null, async () => {
      throw new AppError('BACKUP_001');
    });
    await expect.poll(() => made.mock.calls.length).toBeGreaterThan(2);
    schedule.stop();
    await schedule.done();
    expect(events).toEqual([]);
    expect(await scraped(all)).toContain('h200_backup_failures_total 0');
  });
});

const configOf = (env: Record<string, string> = {}) =>
  loadConfig({
    LOG_LEVEL: 'silent',
    H200_DATA_DIR: join(folder, 'data'),
    H200_BACKUP_TO: join(folder, 'kept'),
    H200_BACKUP_EVERY: '6h',
    ...env,
  });

it('is made on a thread of its own, with the key of the moment, and of two servers one makes it', async () => {
  const app = await createApp(configOf(), undefined, { delivery: 'never' });
  await app.services.ping();
  const both = [parts(), parts()].map(({ all, bus, log }) => ({
    log,
    all,
    running: startBackups(
      { config: configOf(), metrics: all, bus, log, now: () => new Date(), key: () => 'a key of this very moment' },
      { firstAfterMs: 1, againMs: 200 },
    )!,
  }));
  await expect
    .poll(
      async () =>
        Promise.all(both.map(async ({ all }) => /last_success_timestamp [1-9]/.test(await all.registry.metrics()))),
      { timeout: 120_000 },
    )
    .toEqual([true, true]);
  for (const { running } of both) running.stop();
  await Promise.all(both.map(({ running }) => running.done()));
  await app.close();
  const made = await listBackups(configOf(), { key: 'a key of this very moment' });
  expect(made).toHaveLength(1);
  for (const { log } of both) expect(log.error).not.toHaveBeenCalled();
});

it('cannot be asked for without a place', async () => {
  const { all, bus, log } = parts();
  const config = configOf({ H200_BACKUP_TO: '' });
  expect(() => startBackups({ config, metrics: all, bus, log, now: () => new Date(), key: () => undefined })).toThrow(
    'H200_BACKUP_TO is not',
  );
  expect(
    startBackups({
      config: configOf({ H200_BACKUP_EVERY: '' }),
      metrics: all,
      bus,
      log,
      now: () => new Date(),
      key: () => undefined,
    }),
  ).toBeNull();
});

it('is looked at by the doctor', async () => {
  expect(await examineBackups(configOf({ H200_BACKUP_TO: '', H200_BACKUP_EVERY: '' }))).toMatchObject({ state: 'off' });
  expect(await examineBackups(configOf())).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('there is none yet'),
  });
  const app = await createApp(configOf(), undefined, { delivery: 'never' });
  await app.services.ping();
  await app.close();
  const { manifest } = await makeBackup(configOf());
  const at = Date.parse(manifest.created_at);
  expect(await examineBackups(configOf(), new Date(at + 5 * HOUR))).toMatchObject({
    state: 'ok',
    detail: expect.stringContaining('5 h old'),
  });
  expect(await examineBackups(configOf(), new Date(at + 13 * HOUR))).toMatchObject({ state: 'failed' });
  expect(await examineBackups(configOf({ H200_BACKUP_EVERY: '' }), new Date(at + 999 * HOUR))).toMatchObject({
    state: 'ok',
  });
  expect(await examineBackups(configOf({ H200_BACKUP_KEY: 'another key than none' }))).toMatchObject({
    state: 'failed',
  });
  const late = new Date(at + 999 * HOUR);
  await makeBackup(configOf(), { now: () => new Date(at + 9999 * HOUR) });
  expect(await examineBackups(configOf(), late)).toMatchObject({
    state: 'failed',
    detail: expect.stringMatching(/999 h old; not counted, as their time has not come .*: 1, the last one 2/),
  });
});
