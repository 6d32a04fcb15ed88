import { Cluster } from 'ioredis';
import { Breaker, type BreakerParts } from './breaker.ts';
import { connectRedis, type RedisClient } from './connect.ts';
import { count } from './reply-types.ts';
import type { RedisSettings } from './settings.ts';

/** A cluster that is away is asked so often who has which keys, ms. */
const REFRESH_MS = 500;

/** A connection to Redis and the breaker before it, which asks for `usualKey` where no call has named another one. */
export class RedisLink {
  readonly client: RedisClient;
  readonly breaker: Breaker;
  private refreshedAt = 0;

  constructor(settings: RedisSettings, usualKey: string, onState: BreakerParts['onState'], answerMs: number) {
    this.client = connectRedis(settings, answerMs, () => this.breaker);
    this.breaker = new Breaker({ probe: (key) => this.probe(key || usualKey), onState }, answerMs);
  }

  close(): void {
    this.breaker.close();
    this.client.disconnect();
  }

  /** Who has the key may be another one now. */
  private async probe(key: string): Promise<unknown> {
    // The client gives up for good when a failover is told of while it looks for the master (ioredis 6.0.0).
    if (this.client.status === 'end') this.client.connect().catch(() => undefined);
    const now = performance.now();
    if (
      this.client instanceof Cluster &&
      this.breaker?.state === 'unreachable' &&
      now > this.refreshedAt + REFRESH_MS
    ) {
      this.refreshedAt = now;
      this.client.refreshSlotsCache(() => {});
    }
    return count(await this.client.exists(key));
  }
}
