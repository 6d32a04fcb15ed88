import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { GuardedSentinels, guardCluster, guardReplies } from './guard-replies.ts';
import type { RedisSettings } from './settings.ts';

export type RedisClient = Redis | Cluster;

const CONNECT_MS = 1000;
/** A lost server is tried again after so long at most, ms: soon after it is back, and no storm. */
const RETRY_MS = 400;
/** One that refuses us. */
const REFUSED_MS = 700;

export interface Heard {
  /** The client has a connection (null), or says why it has none. */
  hear(thrown: unknown): void;
  /** The server refuses us. */
  readonly isRefused: boolean;
}

/**
 * What waits for ever by default must not: nothing is queued for later, nothing is sent again, and a connection on which
 * nothing comes is dropped. Connects in the background.
 */
export function connectRedis(settings: RedisSettings, answerMs: number, heard: () => Heard): RedisClient {
  const retry = () => (heard().isRefused ? REFUSED_MS : RETRY_MS * (0.5 + Math.random() / 2));
  const client = clientOf(settings, answerMs, retry);
  if (client instanceof Cluster) guardCluster(client);
  else guardReplies(client);
  client.on('error', (error) => heard().hear(error));
  client.on('ready', () => heard().hear(null));
  return client;
}

function clientOf(settings: RedisSettings, answerMs: number, retry: () => number): RedisClient {
  const { nodes, mode, master = '', sentinelPassword, db, username, password, tls } = settings;
  const options = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...tls } }),
    protocol: 2,
    replyMapping: 'legacy',
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    // The breaker ends a call sooner; this one clears up after it.
    commandTimeout: 5 * answerMs,
    connectTimeout: CONNECT_MS,
    socketTimeout: CONNECT_MS,
    maxLoadingRetryTime: RETRY_MS,
  } satisfies RedisOptions;
  if (mode === 'cluster') {
    return new Cluster([...nodes], {
      redisOptions: options,
      enableOfflineQueue: false,
      clusterRetryStrategy: retry,
      clusterNodeRetryStrategy: retry,
      slotsRefreshTimeout: CONNECT_MS,
      slotsRefreshInterval: 5000,
      maxRedirections: 2,
      retryDelayOnFailover: answerMs / 2,
      retryDelayOnClusterDown: answerMs / 2,
      retryDelayOnTryAgain: answerMs / 2,
    });
  }
  const single = { ...options, db, enableOfflineQueue: false, retryStrategy: retry };
  if (mode === 'single') return new Redis({ ...single, ...nodes[0] });
  return new Redis({
    ...single,
    Connector: GuardedSentinels,
    sentinels: [...nodes],
    name: master,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { sentinelTLS: { ...tls }, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: CONNECT_MS,
    sentinelRetryStrategy: retry,
  });
}
