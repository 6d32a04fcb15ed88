import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import {
  type Cluster,
  type Redis,
  type RedisOptions,
  type SentinelConnectionOptions,
  SentinelConnector,
} from 'ioredis';
import { ReplyScanner } from './reply-scanner.ts';

/** What ioredis has and does not declare: commands whose replies are still to come. */
interface Inside {
  readonly stream: Socket;
  readonly commandQueue: { readonly length: number };
}

/**
 * Drops a connection on which something else comes than replies to what was asked, of a size that they can have: the client
 * would hold all of it, and replies without a question (nil, say) end the process (ioredis 6.0.0). Copies of the client, which
 * a cluster makes to ask who has which keys, are guarded too.
 */
export function guardReplies(client: Redis, mostBytes?: number): void {
  const duplicate = client.duplicate.bind(client);
  client.duplicate = (override) => {
    const copy = duplicate(override);
    guardReplies(copy, mostBytes);
    return copy;
  };
  client.on('connect', () => {
    const { stream } = client as unknown as Inside;
    const scanner = new ReplyScanner(mostBytes);
    const emit: EventEmitter['emit'] = stream.emit.bind(stream);
    // A listener could not keep the bytes from the client's own.
    stream.emit = (event: string | symbol, ...values: unknown[]) => {
      if (event !== 'data') return emit(event, ...values);
      if (stream.destroyed) return true;
      const ended = scanner.scan(values[0] as Buffer);
      if (ended !== null && ended <= (client as unknown as Inside).commandQueue.length) return emit(event, ...values);
      stream.destroy(Object.assign(new Error('no replies of Redis'), { code: 'NO_REPLY_OF_REDIS' }));
      return true;
    };
  });
}

/** All connections of a cluster. The one that is made for subscriptions is not: nobody here subscribes. */
export function guardCluster(cluster: Cluster, mostBytes?: number): void {
  cluster.on('+node', (node: Redis) => {
    guardReplies(node, mostBytes);
    guardSlots(node);
  });
  (cluster as unknown as { readonly subscriber: { start: () => void } }).subscriber.start = () => {};
}

type Told = (error: unknown, slots?: unknown) => void;

/** What a copy of the node is told of who has which keys. */
function guardSlots(node: Redis): void {
  const duplicate = node.duplicate.bind(node);
  node.duplicate = (override) => {
    const copy = duplicate(override);
    const asked = copy as unknown as { cluster: (command: string, told: Told) => unknown };
    const ask = asked.cluster.bind(copy);
    asked.cluster = (command, told) =>
      ask(command, (error, slots) => (error || isSlots(slots) ? told(error, slots) : told(new Error('no slots'))));
    return copy;
  };
}

const isBelow = (value: unknown, end: number): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < end;

const isNode = (node: unknown): boolean =>
  Array.isArray(node) && (node[0] === null || typeof node[0] === 'string') && isBelow(node[1], 2 ** 16);

/** The client believes all of it: other values throw where nobody catches, and a range without end is never through. */
function isSlots(reply: unknown): boolean {
  const isRange = (range: unknown) =>
    Array.isArray(range) && isBelow(range[0], SLOTS) && isBelow(range[1], SLOTS) && range.slice(2).every(isNode);
  return Array.isArray(reply) && reply.length <= SLOTS && reply.every(isRange);
}

const SLOTS = 16_384;

/** ioredis declares private what is overridden here. */
interface Sentinels extends Pick<SentinelConnector, keyof SentinelConnector> {
  connectToSentinel(endpoint: unknown, options: unknown): Redis;
}
const Sentinels = SentinelConnector as unknown as new (options: SentinelConnectionOptions) => Sentinels;

class Guarded extends Sentinels {
  override connectToSentinel(endpoint: unknown, options: unknown): Redis {
    const client = super.connectToSentinel(endpoint, options);
    guardReplies(client);
    return client;
  }
}

/** Asks sentinels for the master, on guarded connections too. */
export const GuardedSentinels = Guarded as unknown as NonNullable<RedisOptions['Connector']>;
