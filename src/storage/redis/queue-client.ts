import { type RedisClient, redisClientOf } from './client-of.ts';
import type { RedisSettings } from './settings.ts';

/** A photo with its request, or what came out. */
const MOST_REPLY_BYTES = 64 * 2 ** 20;
const CONNECT_MS = 2000;
/** Calls that wait for a job come back in half of it, ms. */
const SILENT_MS = 30_000;
const ANSWER_MS = 5000;
const RETRY_MS = 500;

export type { RedisClient } from './client-of.ts';

/**
 * A client for BullMQ, which cannot share one with the cache: it waits for jobs. `asking`: it waits for nothing, and fails at
 * once where there is no connection. Connects in the background.
 */
export function connectQueueClient(settings: RedisSettings, use: 'asking' | 'waiting'): RedisClient {
  const waits = use === 'waiting';
  const client = redisClientOf(settings, {
    retry: () => RETRY_MS * (0.5 + Math.random() / 2),
    queued: waits,
    redis: {
      // BullMQ sends again what was not answered; its scripts can be.
      maxRetriesPerRequest: waits ? null : 0,
      autoResendUnfulfilledCommands: waits,
      connectTimeout: CONNECT_MS,
      ...(waits ? { socketTimeout: SILENT_MS } : { commandTimeout: ANSWER_MS }),
    },
    cluster: { slotsRefreshTimeout: CONNECT_MS },
    mostReplyBytes: MOST_REPLY_BYTES,
  });
  // Who asks is told; the client goes on trying.
  client.on('error', () => undefined);
  return client;
}
