import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisClient } from './connect.ts';
import { GuardedSentinels, guardCluster, guardReplies } from './guard-replies.ts';
import type { RedisSettings } from './settings.ts';

/** A photo with its request, or what came out. */
const MOST_REPLY_BYTES = 64 * 2 ** 20;
const CONNECT_MS = 2000;
/** Calls that wait for a job come back in half of it, ms. */
const SILENT_MS = 30_000;
const ANSWER_MS = 5000;
const RETRY_MS = 500;

export type { RedisClient } from './connect.ts';

/**
 * A client for BullMQ, which cannot share one with the cache: it waits for jobs. `asking`: it waits for nothing, and fails at
 * once where there is no connection. Connects in the background.
 */
export function connectQueueClient(settings: RedisSettings, use: 'asking' | 'waiting'): RedisClient {
  const { nodes, mode, master = '', sentinelPassword, db, username, password, tls } = settings;
  const retry = () => RETRY_MS * (0.5 + Math.random() / 2);
  const waits = use === 'waiting';
  const options = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...tls } }),
    protocol: 2,
    replyMapping: 'legacy',
    disableClientInfo: true,
    // BullMQ sends again what was not answered; its scripts can be.
    maxRetriesPerRequest: waits ? null : 0,
    autoResendUnfulfilledCommands: waits,
    connectTimeout: CONNECT_MS,
    ...(waits ? { socketTimeout: SILENT_MS } : { commandTimeout: ANSWER_MS }),
  } satisfies RedisOptions;
  const client = clientOf();
  if (client instanceof Cluster) guardCluster(client, MOST_REPLY_BYTES);
  else guardReplies(client, MOST_REPLY_BYTES);
  // Who asks is told; the client goes on trying.
  client.on('error', () => undefined);
  return client;

  function clientOf(): RedisClient {
    if (mode === 'cluster') {
      return new Cluster([...nodes], {
        redisOptions: options,
        enableOfflineQueue: waits,
        clusterRetryStrategy: retry,
        slotsRefreshTimeout: CONNECT_MS,
      });
    }
    const single = { ...options, db, enableOfflineQueue: waits, retryStrategy: retry };
    if (mode === 'single') return new Redis({ ...single, ...nodes[0] });
    return new Redis({
      ...single,
      Connector: GuardedSentinels,
      sentinels: [...nodes],
      name: master,
      ...(sentinelPassword !== undefined && { sentinelPassword }),
      ...(tls && { sentinelTLS: { ...tls }, enableTLSForSentinelMode: true }),
      sentinelRetryStrategy: retry,
    });
  }
}
