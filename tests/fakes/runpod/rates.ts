/** Calls of one key in windows of a minute, an hour and a day. */
export interface RateLimits {
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
}

export const USUAL_RATES: RateLimits = { minute: 60, hour: 3000, day: 50_000 };
const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;
const NAMES = ['minute', 'hour', 'day'] as const;

export class Rates {
  limits: RateLimits | null;
  private readonly used = new Map<string, { window: number; count: number }>();

  constructor(limits: RateLimits | null) {
    this.limits = limits;
  }

  /** Counts one call; how many seconds to wait where it is one too many. */
  take(now: number): { readonly headers: Record<string, string>; readonly retryAfterS: number | null } {
    const { limits } = this;
    if (limits === null) return { headers: {}, retryAfterS: null };
    let retryAfterS: number | null = null;
    const states = NAMES.map((name) => {
      const length = SECONDS[name] * 1000;
      const window = Math.floor(now / length);
      const before = this.used.get(name);
      const count = (before?.window === window ? before.count : 0) + 1;
      this.used.set(name, { window, count: Math.min(count, limits[name] + 1) });
      const reset = Math.ceil(((window + 1) * length - now) / 1000);
      if (count > limits[name]) retryAfterS = Math.max(retryAfterS ?? 0, reset);
      return `"${name}";r=${Math.max(0, limits[name] - count)};t=${reset}`;
    });
    const policy = NAMES.map((name) => `"${name}";q=${limits[name]};w=${SECONDS[name]}`);
    return { headers: { ratelimit: states.join(', '), 'ratelimit-policy': policy.join(', ') }, retryAfterS };
  }
}
