import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DualCache } from '../../../src/storage/dual-cache.ts';
import { MemoryLayer } from '../../../src/storage/memory/memory-layer.ts';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import { MASTER, type RedisSet, startCluster, startSentinels } from '../../services/redis-cluster.ts';
import { redisCli } from '../../services/redis-server.ts';
import { freshSubject, HAS_REDIS_SERVER, PATIENT_MS } from '../../support/redis.ts';
import { cacheContract } from '../cache.contract.ts';

describe.skipIf(!HAS_REDIS_SERVER).each([
  ['cluster', startCluster],
  ['sentinel', startSentinels],
] as const)('Redis as a %s', (mode, start) => {
  let folder: string;
  let set: RedisSet;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `h200-redis-${mode}-`));
    set = await start(folder);
  });
  afterAll(async () => {
    await set.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const open = async ({ ttlMs }: { ttlMs: number }) => {
    const nodes = set.ports.map((port) => ({ host: '127.0.0.1', port }));
    const settings = { nodes, mode, db: 0, ...(mode === 'sentinel' && { master: MASTER }) };
    const redis = new RedisLayer(settings, ttlMs, undefined, PATIENT_MS);
    await expect.poll(() => redis.state).toBe('connected');
    return new DualCache({ memory: new MemoryLayer({ maxBytes: 2 ** 24, ttlMs }), redis, hereMs: ttlMs });
  };
  cacheContract(mode, open);

  it('keeps what is about many images on all masters, and clears them all', async () => {
    const cache = await open({ ttlMs: 60_000 });
    const other = await open({ ttlMs: 60_000 });
    const keys = Array.from({ length: 60 }, () => ({ kind: 'many', subject: freshSubject(), digest: 'd' }));
    await Promise.all(keys.map((key) => cache.set(key, 1, { where: 'shared' })));
    expect(cache.statistics().memory.entries).toBe(0);
    expect(await Promise.all(keys.map((key) => other.get(key, z.number())))).toEqual(keys.map(() => 1));
    if (mode === 'cluster') {
      const sizes = await Promise.all(set.ports.map((port) => redisCli(port, 'dbsize')));
      expect(sizes.filter((size) => Number(size) > 10).length).toBe(6);
    }
    expect(await cache.clear('many')).toBe(60);
    expect((await Promise.all(keys.map((key) => other.get(key, z.number())))).every((v) => v === undefined)).toBe(true);
    await Promise.all([cache.close(), other.close()]);
  });
});
