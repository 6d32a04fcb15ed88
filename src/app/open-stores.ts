import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { type R2Settings, r2Settings } from '../config/r2.ts';
import type { Blobs } from '../ports/blobs.ts';
import type { Cache } from '../ports/cache.ts';
import type { SharedRates } from '../ports/rates.ts';
import type { Records } from '../ports/records.ts';
import { createDiskBlobs } from '../storage/disk/blobs.ts';
import { type JsonFile, jsonFile } from '../storage/disk/json-file.ts';
import { DualCache } from '../storage/dual-cache.ts';
import { MemoryLayer } from '../storage/memory/memory-layer.ts';
import { storeName } from '../storage/mongo/store-name.ts';
import { ownName } from '../storage/own-name.ts';
import { narrow } from '../storage/private.ts';
import { recordsOver } from '../storage/records/records-over.ts';
import type { Store } from '../storage/records/store.ts';
import type { RedisLayer } from '../storage/redis/redis-layer.ts';
import type { RedisSettings } from '../storage/redis/settings.ts';
import { SCHEMA, schemaBefore } from '../storage/sqlite/schema-change.ts';
import { StoreThread } from '../storage/sqlite/thread/store-thread.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { ClockRecord } from './clock-check.ts';
import { redisSettings } from './redis-settings.ts';

/** One function per port: which adapter stands behind it follows from the configuration alone. */

export const recordsFile = (config: Config): string => join(config.H200_DATA_DIR, 'records.db');

/** Whether there is a store to be looked at; a server's own one is always there. */
export const storeExists = (config: Config): boolean =>
  config.MONGODB_ATLAS_URI !== undefined || existsSync(recordsFile(config));

/** Who is told what becomes of a store. */
interface Told {
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** Of a part that was lost, for people. */
  readonly alert?: (part: string, message: string) => void;
}

/** Throws DB_001 for an address of a MongoDB server that nobody can read; a server that is gone is the business of each call. */
export async function openRecords(config: Config, told: Told = {}): Promise<Records> {
  const records = recordsOver(await openStore(config, told));
  told.metrics?.observeStore(() => {
    const { backend, state } = records.status();
    return { backend, state };
  });
  return records;
}

export async function openStore(config: Config, told: Told = {}): Promise<Store> {
  if (config.MONGODB_ATLAS_URI !== undefined) return openMongoStore(config.MONGODB_ATLAS_URI, told);
  const before = schemaBefore(recordsFile(config));
  if (before !== null)
    told.log?.warn(
      { from: before, to: SCHEMA },
      `the store is moved from schema ${before} to ${SCHEMA}: older versions of h200-mug do not open it any more; the way back is a backup that was made before`,
    );
  return new StoreThread(recordsFile(config));
}

/** The driver is loaded here alone. */
async function openMongoStore(uri: string, { log, metrics }: Told): Promise<Store> {
  const { MongoStore } = await import('../storage/mongo/mongo-store.ts');
  const store = new MongoStore(uri, (state, why) => {
    if (state === 'connected') log?.info('MongoDB answers: records are stored there');
    else if (why !== null) {
      metrics?.storeLosses.inc({ backend: 'mongodb' });
      const text = `${why.message} ${why.advice} Until then analyses answer and are not stored.`;
      log?.warn({ code: why.code, cause: (why.cause as Error | undefined)?.message }, text);
    }
  });
  store.start();
  return store;
}

/**
 * Images that no record refers to are swept away, and each store knows its own records only: images of another one, which
 * somebody comes back to, stay in their own folder.
 */
export async function openBlobs(config: Config, told: Told = {}): Promise<Blobs> {
  const uri = config.MONGODB_ATLAS_URI;
  const settings = r2Settings(config);
  if (settings !== null) {
    const blobs = await openS3Blobs(
      settings,
      () => `h200-${uri ? storeName(uri) : ownName(config.H200_DATA_DIR)}`,
      told,
    );
    told.metrics?.observeBlobs(() => blobs.status());
    return blobs;
  }
  const root = join(config.H200_DATA_DIR, uri === undefined ? 'blobs' : `blobs-${storeName(uri)}`);
  narrow(root);
  const blobs = createDiskBlobs(root);
  told.metrics?.observeBlobs(() => blobs.status());
  return blobs;
}

/** The SDK is loaded here alone. */
async function openS3Blobs(settings: R2Settings, store: () => string, { log, metrics, alert }: Told): Promise<Blobs> {
  const [{ Bucket }, { createS3Blobs }] = await Promise.all([
    import('../storage/s3/bucket.ts'),
    import('../storage/s3/blobs.ts'),
  ]);
  const bucket = new Bucket(settings, (state, why) => {
    if (state === 'connected') log?.info('the S3 server answers: photos are stored there');
    else if (why !== null) {
      metrics?.blobLosses.inc({ backend: 's3' });
      alert?.('photos', why.message);
      const text = `${why.message} ${why.advice} Until then analyses of photos answer and are not stored.`;
      log?.warn({ code: why.code, cause: (why.cause as Error | undefined)?.message }, text);
    }
  });
  bucket.start();
  return createS3Blobs(bucket, store);
}

/** Tells the records of this configuration from those of others, which may use the same Redis. */
export function recordsName(config: Config): string {
  const { MONGODB_ATLAS_URI: uri, H200_DATA_DIR: folder } = config;
  if (uri !== undefined) return storeName(uri);
  return createHash('sha256')
    .update(JSON.stringify([hostname(), folder]))
    .digest('hex')
    .slice(0, 12);
}

/** Throws ConfigError for Redis settings that do not go together; a Redis that is gone is the business of nobody. */
export async function openCache(config: Config, { log, metrics }: Told = {}): Promise<Cache> {
  const ttlMs = config.H200_CACHE_TTL_S * 1000;
  const memory = new MemoryLayer({ maxBytes: config.H200_CACHE_MB * 2 ** 20, ttlMs: 2 * ttlMs });
  const settings = redisSettings(config);
  const redis = settings === null ? undefined : await openRedis(settings, ttlMs, log);
  const cache = new DualCache({ memory, hereMs: ttlMs, ...(redis && { redis }) });
  metrics?.observeCache(() => cache.statistics());
  return cache;
}

/** The client is loaded here alone. */
async function openRedis(settings: RedisSettings, ttlMs: number, log: Log | undefined): Promise<RedisLayer> {
  const { RedisLayer } = await import('../storage/redis/redis-layer.ts');
  return new RedisLayer(settings, ttlMs, (state, why) => {
    if (state === 'connected') log?.info('Redis answers: the cache is shared there');
    else log?.warn({ cause: why }, `Redis ${state === 'refused' ? 'refuses us' : 'gives no answer'}. ${UNTIL_THEN}`);
  });
}

/** Null: there is no limit, or no Redis is configured and each server counts for itself. Throws as `openCache`. */
export async function openRates(
  config: Config,
  secret: () => string | undefined,
  { log, metrics }: Told = {},
): Promise<SharedRates | null> {
  const settings = redisSettings(config);
  if (settings === null || config.H200_RATE_LIMIT === 0) return null;
  const { RedisRates } = await import('../storage/redis/redis-rates.ts');
  const rates = new RedisRates(settings, {
    secret,
    onState(state, why) {
      if (state === 'connected') log?.info('Redis answers: rate limits are counted with other servers');
      else log?.warn({ cause: why }, 'rate limits are counted by this server alone until Redis answers');
    },
  });
  metrics?.observeRates(() => rates.state);
  return rates;
}

const UNTIL_THEN = 'Until it does this process keeps its own cache; "h200-mug doctor" says more.';

export function openClockRecord(config: Config): JsonFile<ClockRecord> {
  return jsonFile(join(config.H200_DATA_DIR, 'clock.json'), ClockRecord);
}
