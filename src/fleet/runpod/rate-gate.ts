const WINDOW = /"(\w{1,20})"\s*;\s*r=(\d{1,9})\s*;\s*t=(\d{1,6})/g;

/** Its clock and ours do not run alike, ms. */
const SLACK = 250;

/**
 * Whatever an answer says, and whatever becomes of the clock: so long after it one call tries again, ms. A server that costs money must be stoppable.
 */
const MOST_CLOSED_MS = 120_000;

/** How many calls RunPod lets through now, by its own `RateLimit` headers. Times in ms. */
export class RateGate {
  private readonly windows = new Map<string, { left: number; until: number }>();
  private closedUntil = 0;

  /** How long to wait before the next call; where that is nothing the call is counted. */
  take(now: number): number {
    this.closedUntil = Math.min(this.closedUntil, now + MOST_CLOSED_MS);
    let until = this.closedUntil;
    for (const [name, one] of this.windows) {
      one.until = Math.min(one.until, now + MOST_CLOSED_MS);
      if (one.until <= now) this.windows.delete(name);
      else if (one.left <= 0) until = Math.max(until, one.until);
    }
    if (until > now) return until - now;
    for (const one of this.windows.values()) one.left--;
    return 0;
  }

  /** Learns from the header of an answer. */
  read(header: string | undefined, now: number): void {
    for (const [, name = '', left, seconds] of (header ?? '').slice(0, 500).matchAll(WINDOW)) {
      if (this.windows.size < 8 || this.windows.has(name)) {
        this.windows.set(name, { left: Number(left), until: now + Number(seconds) * 1000 + SLACK });
      }
    }
  }

  /** After a 429. */
  close(ms: number, now: number): void {
    this.closedUntil = Math.max(this.closedUntil, now + ms);
  }
}
