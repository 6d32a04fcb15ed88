import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
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
  rotated_at: z.string(),
  ends_at: z.string(),
});
type Stored = z.infer<typeof Stored>;

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
 * copied, so the login ends for everybody who has it.
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
    const secret = newSecret();
    const now = this.now();
    const seconds = remembered ? BROWSER_LOGIN_S.remembered : BROWSER_LOGIN_S.session;
    const ends_at = new Date(now.getTime() + seconds * 1000).toISOString();
    const value: Stored = {
      user_id: user.id,
      generation: user.generation,
      remembered,
      current: digest(secret),
      previous: null,
      rotated_at: now.toISOString(),
      ends_at,
    };
    const entry = { id, lookup: null, owner: user.id, created_at: now.toISOString(), expires_at: ends_at };
    await this.stored.add(entry, value);
    return shown(id, value, `${id}.${secret}`);
  }

  /** Replaces the cookie. AUTH_002 for a login that has ended, AUTH_001 for a cookie that is none; `onReuse` hears of a copy. */
  async use(cookie: string, onReuse: (userId: string) => Promise<void>): Promise<Refreshed> {
    const [id = '', secret = '', ...more] = cookie.split('.');
    const found = more.length === 0 && secret !== '' ? await this.stored.get(id) : null;
    if (found === null || found.ends_at <= this.now().toISOString()) throw gone();
    const given = digest(secret);
    const next = newSecret();
    let outcome: 'rotated' | 'late' | 'reused' = 'reused';
    const changed = await this.stored.change(id, (one) => {
      outcome = this.judge(one, given);
      if (outcome !== 'rotated') return one;
      return { ...one, current: digest(next), previous: one.current, rotated_at: this.now().toISOString() };
    });
    if (changed === null) throw gone();
    if ((outcome as string) === 'reused') {
      await onReuse(changed.user_id);
      await this.end(id);
      throw gone();
    }
    return shown(id, changed, (outcome as string) === 'rotated' ? `${id}.${next}` : null);
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
    if (found !== null && this.judge(found, digest(secret)) !== 'reused') await this.end(id);
  }

  private judge({ current, previous, rotated_at }: Stored, given: string): 'rotated' | 'late' | 'reused' {
    if (same(current, given)) return 'rotated';
    const late = this.now().getTime() - Date.parse(rotated_at) <= GRACE_MS;
    return previous !== null && late && same(previous, given) ? 'late' : 'reused';
  }

  private async makeRoom(owner: string): Promise<void> {
    const { items } = await this.registry.list('refresh', owner, { limit: 200 });
    for (const { id } of items.slice(MOST_OF_ONE_USER - 1)) await this.end(id);
  }
}

const newSecret = () => randomBytes(32).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const same = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
const gone = () => new AppError('AUTH_002', { message: 'The login has ended.', advice: 'Log in again.' });

const shown = (id: string, { user_id, generation, remembered, ends_at }: Stored, cookie: string | null): Refreshed => ({
  id,
  userId: user_id,
  generation,
  remembered,
  endsAt: new Date(ends_at),
  cookie,
});
