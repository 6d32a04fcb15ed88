import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { Kind } from './stored.ts';

/** A browser's login lasts so long, however often it is refreshed, s. */
export const BROWSER_LOGIN_S = { session: 24 * 3600, remembered: 30 * 24 * 3600 };
/** Of one user; a further one ends the oldest. */
const MOST_OF_ONE_USER = 20;
/** Two tabs, or one whose answer was lost, may send the cookie before once more within this, ms. */
const GRACE_MS = 10_000;

const Stored = z.object({
  user_id: z.string(),
  generation: z.int(),
  remembered: z.boolean(),
  /** Hashes. */
  current: z.string(),
  previous: z.string().nullable(),
  /** Stamps every secret of this login, so that one of long ago is told from a guess; absent from an older version. */
  stamp: z.string().optional(),
  rotated_at: z.string(),
  ends_at: z.string(),
});
type Stored = z.infer<typeof Stored>;

/** Of the stamp behind a secret, characters. */
const STAMP = 22;

type Outcome = 'rotated' | 'late' | 'reused' | 'wrong';

/** A browser's login, and the cookie that goes on with it; null: the one that it has. */
export interface Refreshed {
  readonly id: string;
  readonly userId: string;
  readonly generation: number;
  readonly remembered: boolean;
  readonly endsAt: Date;
  readonly cookie: string | null;
}

/**
 * Logins of browsers. Each has a secret in a cookie, which is replaced whenever it is used; one that comes a second time was
 * copied, so the login ends for everybody who has it. A secret that was never given out ends nothing: ids are no secret.
 */
export class Refreshes {
  private readonly registry: Registry;
  private readonly stored: Kind<Stored>;
  private readonly now: () => Date;
  private readonly newId: () => string;

  constructor(registry: Registry, now: () => Date, newId: () => string) {
    this.registry = registry;
    this.stored = new Kind(registry, 'refresh', Stored);
    this.now = now;
    this.newId = newId;
  }

  async begin(user: { id: string; generation: number }, remembered: boolean): Promise<Refreshed> {
    await this.makeRoom(user.id);
    const id = this.newId();
    const stamp = randomBytes(32).toString('base64url');
    const secret = newSecret(stamp);
    const now = this.now();
    const seconds = remembered ? BROWSER_LOGIN_S.remembered : BROWSER_LOGIN_S.session;
    const ends_at = new Date(now.getTime() + seconds * 1000).toISOString();
    const value: Stored = {
      user_id: user.id,
      generation: user.generation,
      remembered,
      current: digest(secret),
      previous: null,
      stamp,
      rotated_at: now.toISOString(),
      ends_at,
    };
    const entry = { id, lookup: null, owner: user.id, created_at: now.toISOString(), expires_at: ends_at };
    await this.stored.add(entry, value);
    return shown(id, value, `${id}.${secret}`);
  }

  /**
   * Replaces the cookie. AUTH_002 for a login that has ended or another one's cookie; `on` hears of a copy, before the login
   * ends, and of a wrong secret, which ends nothing.
   */
  async use(cookie: string, on: (what: 'reused' | 'wrong', login: Refreshed) => Promise<void>): Promise<Refreshed> {
    const [id = '', secret = '', ...more] = cookie.split('.');
    const found = more.length === 0 && secret !== '' ? await this.stored.get(id) : null;
    if (found === null || found.ends_at <= this.now().toISOString()) throw gone();
    const stamp = found.stamp ?? randomBytes(32).toString('base64url');
    const next = newSecret(stamp);
    let outcome = this.judge(found, secret) as Outcome;
    const changed = await this.stored.change(id, (one) => {
      outcome = this.judge(one, secret);
      if (outcome !== 'rotated') return one;
      return { ...one, stamp, current: digest(next), previous: one.current, rotated_at: this.now().toISOString() };
    });
    if (changed === null) throw gone();
    if (outcome === 'rotated' || outcome === 'late') {
      return shown(id, changed, outcome === 'rotated' ? `${id}.${next}` : null);
    }
    await on(outcome, shown(id, changed, null));
    if (outcome === 'reused') await this.end(id);
    throw gone();
  }

  /** Whether this login goes on. */
  async goesOn(id: string): Promise<boolean> {
    const found = await this.stored.get(id);
    return found !== null && found.ends_at > this.now().toISOString();
  }

  end = (id: string): Promise<boolean> => this.stored.remove(id);

  /** The login of a cookie; null for one that is none. Whoever knows it may end it. */
  async endOf(cookie: string): Promise<void> {
    const [id = '', secret = ''] = cookie.split('.');
    const found = secret === '' ? null : await this.stored.get(id);
    if (found !== null && ['rotated', 'late'].includes(this.judge(found, secret))) await this.end(id);
  }

  private judge({ current, previous, rotated_at, stamp }: Stored, secret: string): Outcome {
    const given = digest(secret);
    if (same(current, given)) return 'rotated';
    const late = this.now().getTime() - Date.parse(rotated_at) <= GRACE_MS;
    if (previous !== null && same(previous, given)) return late ? 'late' : 'reused';
    const issued = stamp !== undefined && same(secret.slice(-STAMP), stampOf(secret.slice(0, -STAMP), stamp));
    return issued ? 'reused' : 'wrong';
  }

  private async makeRoom(owner: string): Promise<void> {
    const { items } = await this.registry.list('refresh', owner, { limit: 200 });
    for (const { id } of items.slice(MOST_OF_ONE_USER - 1)) await this.end(id);
  }
}

function newSecret(stamp: string): string {
  const random = randomBytes(32).toString('base64url');
  return random + stampOf(random, stamp);
}
const stampOf = (random: string, stamp: string) =>
  createHmac('sha256', stamp).update(random).digest('base64url').slice(0, STAMP);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
function same(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
const gone = () => new AppError('AUTH_002', { message: 'The login has ended.', advice: 'Log in again.' });

const shown = (id: string, { user_id, generation, remembered, ends_at }: Stored, cookie: string | null): Refreshed => ({
  id,
  userId: user_id,
  generation,
  remembered,
  endsAt: new Date(ends_at),
  cookie,
});
