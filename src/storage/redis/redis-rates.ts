import { createHmac } from 'node:crypto';
import type { SharedRates, Taken } from '../../ports/rates.ts';
import { ANSWER_MS } from './breaker.ts';
import { RedisLink } from './link.ts';
import type { RedisStateListener } from './redis-layer.ts';
import { failureOf } from './reply-errors.ts';
import { counts } from './reply-types.ts';
import type { RedisSettings } from './settings.ts';

/** All in one slot of a cluster, for one call names many. */
const PREFIX = 'h200:{rate}:1:';
const MINUTE_US = 60_000_000;
/** A bucket that owes as much as it holds is full again after two. */
const LONGEST_US = 2 * MINUTE_US;

/**
 * A bucket is the moment at which it is full again, in us by the clock of Redis; one that is full is not there. What lies
 * further ahead than a bucket can is of a clock that was set back, and counts as full.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local left = {}
for n, key in ipairs(KEYS) do
  local full = tonumber(redis.call('GET', key) or '')
  if not (full and full > now and full <= now + ${LONGEST_US}) then full = now end
  full = math.min(full + ARGV[n + 1] * ${MINUTE_US} / ARGV[1], now + ${LONGEST_US})
  redis.call('SET', key, string.format('%.0f', full), 'PX', math.ceil((full - now) / 1000))
  left[n] = math.floor(full - now)
end
return left`;

export interface RedisRatesOptions {
  /** Servers with the same one know the same clients; it keeps names from who reads Redis. Read at each call. */
  readonly secret: () => string | undefined;
  readonly onState?: RedisStateListener;
  readonly answerMs?: number;
}

/** Buckets of all servers that name this Redis, the same limit and the same secret. Names lie there as hashes only. */
export class RedisRates implements SharedRates {
  private readonly link: RedisLink;
  private readonly secret: () => string | undefined;
  private readonly onState: RedisStateListener;
  /** It is there, and does not count: its memory is full, say, or its user may not. */
  private isDenied = false;

  constructor(settings: RedisSettings, { secret, onState = () => {}, answerMs = ANSWER_MS }: RedisRatesOptions) {
    this.secret = secret;
    this.onState = onState;
    this.link = new RedisLink(settings, PREFIX, onState, answerMs);
  }

  get state(): SharedRates['state'] {
    const { state } = this.link.breaker;
    return this.isDenied && state === 'connected' ? 'refused' : state;
  }

  async take(limit: number, taken: Taken): Promise<readonly number[] | null> {
    const keys = taken.map(([client]) => this.keyOf(limit, client));
    const numbers = taken.map(([, count]) => count);
    try {
      const left = await this.link.breaker.run(PREFIX, async () => {
        const reply = await this.link.client.eval(TAKE, keys.length, ...keys, limit, ...numbers);
        return counts(reply, keys.length, LONGEST_US).map((untilFull) => limit * (1 - untilFull / MINUTE_US));
      });
      if (this.isDenied) this.onState('connected', null);
      this.isDenied = false;
      return left;
    } catch (thrown) {
      const { isAway, word } = failureOf(thrown);
      if (!isAway && !this.isDenied) this.onState('refused', word);
      this.isDenied = !isAway;
      return null;
    }
  }

  close(): void {
    this.link.close();
  }

  private keyOf(limit: number, client: string): string {
    const hash = createHmac('sha256', this.secret() ?? '')
      .update(`rate of\n${client}`)
      .digest();
    return `${PREFIX}${limit}:${hash.subarray(0, 16).toString('base64url')}`;
  }
}
