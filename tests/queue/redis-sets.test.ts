import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppError } from '../../src/errors.ts';
import type { RedisSettings } from '../../src/storage/redis/settings.ts';
import { MASTER, type RedisSet, startCluster, startSentinels } from '../services/redis-cluster.ts';
import { redisCli, stopRedis } from '../services/redis-server.ts';
import { localCall } from '../support/caller.ts';
import { plainPhoto } from '../support/journey.ts';
import { HAS_REDIS_SERVER } from '../support/redis.ts';
import { openRig, type Rig, scripted, until } from './rig.ts';

describe.skipIf(!HAS_REDIS_SERVER).each([
  ['cluster', startCluster],
  ['sentinel', startSentinels],
] as const)('a queue in Redis as a %s', (mode, start) => {
  let folder: string;
  let set: RedisSet;
  let settings: RedisSettings;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `h200-queue-${mode}-`));
    set = await start(folder);
    const nodes = set.ports.map((port) => ({ host: '127.0.0.1', port }));
    settings = { nodes, mode, db: 0, ...(mode === 'sentinel' && { master: MASTER }) };
  }, 120_000);
  afterAll(async () => {
    await set?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);
  let rig: Rig;
  afterEach(() => rig.close());

  it('answers, refuses what is too much, tries again, and takes back', { timeout: 120_000 }, async () => {
    rig = openRig(settings);
    const server = rig.server({ limits: { depth: 3, bytes: 2 ** 26, timeoutMs: 60_000 } });
    await rig.pretendWorker();
    const ask = async (n: number, signal?: AbortSignal) =>
      server.service
        .analyze(
          { ...localCall, ...(signal && { signal }) },
          { bytes: await plainPhoto(640, 480, n), use_cache: false },
        )
        .then(
          () => 'answered',
          (error: AppError) => error.code,
        );
    const open = async () => (await server.queue.status()).depth[2]?.waiting ?? 0;
    const gone = new AbortController();
    const asked = [ask(1), ask(2)];
    const left = ask(3, gone.signal);
    await until(async () => (await open()) === 3);
    expect(await ask(4)).toBe('SYSTEM_002');
    gone.abort();
    expect(await left).toBe('ANALYSIS_006');
    await until(async () => (await open()) === 2);
    let failures = 0;
    const { detector } = scripted({ fail: () => (++failures === 1 ? new Error('once') : null) });
    await rig.worker({ detector });
    await rig.worker({ rate: 50 });
    // Which of the two meets the fault, nobody says.
    expect((await Promise.all(asked)).sort()).toEqual(['SYSTEM_003', 'answered']);
    // Only now: before, the one place left is kept for the one that was refused.
    expect(await ask(5)).toBe('answered');
    expect((await server.queue.status()).state).toBe('connected');
    if (mode === 'cluster') {
      // All keys of one queue are in one slot, as its scripts and BullMQ's need it.
      const keys = (await Promise.all(set.ports.map((port) => redisCli(port, 'keys', `${rig.keys.prefix}*`)))).flatMap(
        (text) => text.split('\n').filter((line) => line !== ''),
      );
      const slots = await Promise.all(
        [...new Set(keys)].map((key) => redisCli(set.ports[0] ?? 0, 'cluster', 'keyslot', key)),
      );
      expect(slots.length).toBeGreaterThan(3);
      expect(new Set(slots.map((slot) => slot.trim())).size).toBe(1);
    }
  });

  it('goes on when the server that holds it is killed and another one takes over', { timeout: 180_000 }, async () => {
    rig = openRig(settings);
    const server = rig.server({
      limits: { depth: 100, bytes: 2 ** 26, timeoutMs: 90_000 },
      journey: { timeoutMs: 90_000 },
    });
    await rig.worker({ timeoutMs: 90_000 });
    const ask = async (n: number) => {
      const bytes = await plainPhoto(640, 480, n);
      return server.service.analyze(localCall, { bytes, use_cache: false }).then(
        () => 'answered',
        (error: AppError) => error.code,
      );
    };
    // Until the worker has made itself known.
    await expect.poll(() => ask(0), { timeout: 60_000, interval: 500 }).toBe('answered');
    await stopRedis(await set.master(rig.keys.held));
    // Whoever asks while nobody has taken over yet is told so and comes again.
    await expect.poll(() => ask(1), { timeout: 90_000, interval: 1000 }).toBe('answered');
    expect(await Promise.all([ask(2), ask(3), ask(4)])).toEqual(['answered', 'answered', 'answered']);
  });
});
