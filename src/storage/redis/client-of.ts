import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import { GuardedSentinels, guardCluster, guardReplies } from './guard-replies.ts';
import type { RedisSettings } from './settings.ts';

export type RedisClient = Redis | Cluster;

/** How one client waits and tries again. */
export interface ClientManner {
  /** Until the next try to connect, ms. */
  retry(): number;
  /** Commands wait for a connection. */
  readonly queued: boolean;
  readonly redis: Pick<
    RedisOptions,
    | 'autoResendUnfulfilledCommands'
    | 'autoResubscribe'
    | 'commandTimeout'
    | 'connectTimeout'
    | 'maxLoadingRetryTime'
    | 'maxRetriesPerRequest'
    | 'socketTimeout'
  >;
  readonly cluster?: Omit<ClusterOptions, 'redisOptions'>;
  readonly sentinel?: Pick<RedisOptions, 'sentinelCommandTimeout'>;
  /** Longer replies end the connection. */
  readonly mostReplyBytes?: number;
}

/** A client of one server, of a cluster or of what sentinels name; connects in the background. */
export function redisClientOf(settings: RedisSettings, manner: ClientManner): RedisClient {
  const client = ofMode(settings, manner);
  if (client instanceof Cluster) guardCluster(client, manner.mostReplyBytes);
  else guardReplies(client, manner.mostReplyBytes);
  return client;
}

function ofMode(settings: RedisSettings, { retry, queued, redis, cluster, sentinel }: ClientManner): RedisClient {
  const { nodes, mode, master = '', sentinelPassword, db, username, password, tls } = settings;
  const options = {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: { ...tls } }),
    protocol: 2,
    replyMapping: 'legacy',
    disableClientInfo: true,
    ...redis,
  } satisfies RedisOptions;
  if (mode === 'cluster') {
    return new Cluster([...nodes], {
      redisOptions: options,
      enableOfflineQueue: queued,
      clusterRetryStrategy: retry,
      ...cluster,
    });
  }
  const single = { ...options, db, enableOfflineQueue: queued, retryStrategy: retry };
  if (mode === 'single') return new Redis({ ...single, ...nodes[0] });
  return new Redis({
    ...single,
    Connector: GuardedSentinels,
    sentinels: [...nodes],
    name: master,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(tls && { sentinelTLS: { ...tls }, enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: retry,
    ...sentinel,
  });
}
