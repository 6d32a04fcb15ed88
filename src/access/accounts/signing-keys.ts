import { randomBytes } from 'node:crypto';

/** What login tokens are signed and read with. */
export interface KeyRing {
  /** The first signs; all of them are believed. */
  keys(): readonly Uint8Array[];
  /** Looks whether there are others; true when there are. */
  refresh(): Promise<boolean>;
}

/** Where the secrets come from, as they are now. */
export interface SecretSource {
  readonly current: () => string | undefined;
  readonly previous: () => string | undefined;
  /** Looks whether they changed. */
  readonly refresh: () => Promise<unknown>;
}

const MOST_RETIRED = 5;
/** Another server may sign with a secret that this one has not seen yet; who sends forged tokens must not make us ask often, ms. */
const ASK_EVERY_MS = 10_000;

/**
 * The signing secret, which may be replaced at any time: the one before is believed for as long as a login lasts. Without one, a
 * key of this process signs.
 */
export class SigningKeys implements KeyRing {
  private readonly source: SecretSource;
  private readonly keptMs: number;
  private readonly now: () => number;
  private readonly own = randomBytes(32);
  private retired: { readonly key: string; readonly until: number }[] = [];
  private seen: string | undefined;
  private asked = Number.NEGATIVE_INFINITY;

  /** `now` is a clock in ms that never goes back. */
  constructor(source: SecretSource, keptMs: number, now = () => performance.now()) {
    this.source = source;
    this.keptMs = keptMs;
    this.now = now;
    this.seen = source.current();
  }

  keys(): readonly Uint8Array[] {
    const current = this.source.current();
    const now = this.now();
    if (current !== this.seen) {
      const kept = this.retired.filter(({ key, until }) => until > now && key !== this.seen && key !== current);
      if (this.seen !== undefined) kept.unshift({ key: this.seen, until: now + this.keptMs });
      this.retired = kept.slice(0, MOST_RETIRED);
      this.seen = current;
    }
    const texts = [
      ...[current, this.source.previous()].filter((one) => one !== undefined),
      ...this.retired.filter(({ until }) => until > now).map(({ key }) => key),
    ];
    const keys = [...new Set(texts)].map((one) => new TextEncoder().encode(one));
    return current === undefined ? [this.own, ...keys] : keys;
  }

  async refresh(): Promise<boolean> {
    if (this.now() - this.asked < ASK_EVERY_MS) return false;
    this.asked = this.now();
    const before = this.keys()[0];
    await this.source.refresh();
    return !Buffer.from(before ?? []).equals(this.keys()[0] ?? Buffer.alloc(0));
  }
}

/** Keys that never change. */
export const fixedKeys = (secrets: readonly (string | Uint8Array)[]): KeyRing => {
  const keys = secrets.map((one) => (typeof one === 'string' ? new TextEncoder().encode(one) : one));
  return { keys: () => keys, refresh: async () => false };
};
