import { AppError } from '../../errors.ts';
import { printableText } from '../../plain-text.ts';
import { ROLE_PERMISSIONS } from '../can.ts';
import { type AccountParts, ended, note, self } from './account-parts.ts';
import type { Accounts, BrowserLogin, GivenLogin, Login } from './accounts.ts';
import { refuseWeak } from './password-rules.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { Refreshed } from './refreshes.ts';
import type { StoredUser } from './stored.ts';
import { BROWSER_TOKEN_S, TOKEN_S } from './tokens.ts';
import { shownUser } from './users.ts';

type Logins = Pick<Accounts, 'login' | 'loginBrowser' | 'refresh' | 'logout' | 'forget' | 'me' | 'changePassword'>;

/** Of nobody: an unknown name takes as long to refuse as a known one. */
let nobody: Promise<string> | undefined;
const hashOfNobody = () => {
  nobody ??= hashPassword('the password of nobody at all');
  return nobody;
};

/** Logging in and out, and what a user does with the own account. */
export function createLogins(parts: AccountParts): Logins {
  const { registry, tokens, now, users, refreshes, audit, guard } = parts;

  async function loginOf(user: StoredUser, generation: number, browser: string | null): Promise<Login> {
    return {
      access_token: await tokens.sign(user.user_id, generation, browser),
      token_type: 'bearer',
      expires_in: browser === null ? TOKEN_S : BROWSER_TOKEN_S,
      user: { ...shownUser(user), permissions: ROLE_PERMISSIONS[user.role] },
    };
  }

  async function browserLogin(user: StoredUser, refreshed: Refreshed): Promise<BrowserLogin> {
    const { id, generation, cookie, remembered, endsAt } = refreshed;
    const seconds = Math.max(0, Math.floor((endsAt.getTime() - now().getTime()) / 1000));
    return {
      login: await loginOf(user, generation, id),
      cookie: cookie === null ? null : { value: cookie, maxAgeS: remembered ? seconds : null },
    };
  }

  /** Null for a wrong password. */
  async function rightUser(username: string, password: string): Promise<StoredUser | null> {
    const user = await users.named(username);
    const right = await isPassword(user?.password_hash ?? (await hashOfNobody()), password);
    return user !== null && right && !user.disabled ? user : null;
  }

  /** Who it was as the password was checked, and is now. Throws AUTH_004, RATE_001. */
  async function loggedIn({ username, password }: GivenLogin, client: string) {
    const user = await guard.attempt(username.toLowerCase(), client, () => rightUser(username, password));
    if (user === null) {
      const actor = (await users.named(username))?.user_id ?? 'unknown';
      const details = { username: printableText(username).slice(0, 64) };
      await unlessFull(audit.write({ event: 'login_failure', actor, target: null, client, details }));
      if (guard.hasJustClosed(username.toLowerCase())) {
        const many = { ...details, reason: 'many wrong passwords for this name, from several addresses' };
        await unlessFull(audit.write({ event: 'suspicious_activity', actor, target: null, client, details: many }));
      }
      throw new AppError('AUTH_004');
    }
    const at = now().toISOString();
    const seen = (await unlessFull(users.change(user.user_id, (one) => ({ ...one, last_login_at: at })))) ?? user;
    await unlessFull(audit.write({ event: 'login_success', actor: user.user_id, target: null, client, details: {} }));
    // Of the password that was checked: it may have been changed meanwhile.
    return { seen, id: user.user_id, generation: user.generation };
  }

  return {
    async login(given, client) {
      const { seen, generation } = await loggedIn(given, client);
      return loginOf(seen, generation, null);
    },

    async loginBrowser(given, client, remember) {
      const { seen, ...user } = await loggedIn(given, client);
      const begun = await unlessFull(refreshes.begin(user, remember));
      // Without room for the cookie's other half it lasts as long as the page does, a day at most.
      return begun === null
        ? { login: await loginOf(seen, user.generation, null), cookie: null }
        : browserLogin(seen, begun);
    },

    async refresh(cookie, client) {
      const refreshed = await refreshes.use(cookie, async (what, { id, userId: actor }) => {
        if (what === 'wrong') {
          // Counts as a login that failed; whoever has the right cookie is not asked for it.
          await guard.attempt(`login ${id}`, client, async () => null);
          const details = { reason: 'a wrong cookie of a login' };
          return audit.write({ event: 'login_failure', actor, target: null, client, details });
        }
        const details = { reason: 'a cookie of a login came twice' };
        return audit.write({ event: 'suspicious_activity', actor, target: null, client, details });
      });
      const user = await users.get(refreshed.userId);
      if (user !== null && !user.disabled && user.generation === refreshed.generation) {
        return browserLogin(user, refreshed);
      }
      await refreshes.end(refreshed.id);
      throw ended();
    },

    forget: (cookie) => refreshes.endOf(cookie),

    async logout(ctx, token) {
      const { tokenId, expiresAt, userId, browser } = await tokens.read(token);
      if (userId !== ctx.principal.id) throw new AppError('AUTH_001');
      if (browser === null) {
        const at = now().toISOString();
        const entry = { id: tokenId, lookup: null, owner: userId, created_at: at, expires_at: expiresAt.toISOString() };
        await registry.add('revoked_token', { ...entry, version: 1, value: null });
      } else await refreshes.end(browser);
      // It has ended, whether that could be written down or not.
      await unlessFull(note(parts, 'logout', ctx, null));
    },

    me: async (ctx) => shownUser(await self(parts, ctx)),

    async changePassword(ctx, { current, next }) {
      const user = await self(parts, ctx);
      if (ctx.principal.kind !== 'user') {
        throw new AppError('AUTH_003', { message: 'A key may not change a password.', advice: 'Log in as the user.' });
      }
      const right = await guard.attempt(user.username.toLowerCase(), ctx.client ?? 'unknown', async () =>
        (await isPassword(user.password_hash, current)) ? true : null,
      );
      if (right === null) throw new AppError('AUTH_004');
      await refuseWeak(next, user.username);
      if (await isPassword(user.password_hash, next)) {
        throw new AppError('VALIDATION_002', {
          message: 'The new password is the old one.',
          details: { field: 'new_password' },
        });
      }
      const password_hash = await hashPassword(next);
      await note(parts, 'password_changed', ctx, user.user_id);
      await users.change(user.user_id, (one) => {
        // Somebody else has changed it: what was checked is another password.
        if (one.generation !== user.generation) throw ended();
        return { ...one, password_hash, must_change_password: false, generation: one.generation + 1 };
      });
    },
  };
}

/** Null on a full disk: who is to make room must be let in, and a login changes nothing that has to be known later. */
async function unlessFull<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'STORAGE_003') return null;
    throw thrown;
  }
}
