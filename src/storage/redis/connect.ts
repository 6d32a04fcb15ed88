import { type RedisClient, redisClientOf } from './client-of.ts';
import type { RedisSettings } from './settings.ts';

export type { RedisClient } from './client-of.ts';

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
  const client = redisClientOf(settings, {
    retry,
    queued: false,
    redis: {
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      // The breaker ends a call sooner; this one clears up after it.
      commandTimeout: 5 * answerMs,
      connectTimeout: CONNECT_MS,
      socketTimeout: CONNECT_MS,
      maxLoadingRetryTime: RETRY_MS,
    },
    cluster: {
      clusterNodeRetryStrategy: retry,
      slotsRefreshTimeout: CONNECT_MS,
      slotsRefreshInterval: 5000,
      maxRedirections: 2,
      retryDelayOnFailover: answerMs / 2,
      retryDelayOnClusterDown: answerMs / 2,
      retryDelayOnTryAgain: answerMs / 2,
    },
    sentinel: { sentinelCommandTimeout: CONNECT_MS },
  });
  client.on('error', (error) => heard().hear(error));
  client.on('ready', () => heard().hear(null));
  return client;
}
