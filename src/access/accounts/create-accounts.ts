import type { AuditLine, User } from '../../contract/account.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import { printableText } from '../../plain-text.ts';
import type { Registry } from '../../ports/registry.ts';
import { can, demand, ROLE_PERMISSIONS } from '../can.ts';
import type { Accounts, Login } from './accounts.ts';
import { ApiKeys, isApiKey } from './api-keys.ts';
import { Audit } from './audit.ts';
import { LoginGuard } from './login-guard.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { StoredUser } from './stored.ts';
import { TOKEN_S, type Tokens } from './tokens.ts';
import { nameTaken, shownUser, Users } from './users.ts';

export interface AccountParts {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}

/** Until the first user is made, it is looked for this often at most, ms. */
const LOOK_EVERY_MS = 2000;
/** Of nobody: an unknown name takes as long to refuse as a known one. */
let nobody: Promise<string> | undefined;
const hashOfNobody = () => {
  nobody ??= hashPassword('the password of nobody at all');
  return nobody;
};

export function createAccounts({ registry, tokens, now, newId }: AccountParts): Accounts {
  const users = new Users(registry, now, () => newId('usr'));
  const keys = new ApiKeys(registry, now, () => newId('key'));
  const audit = new Audit(registry, now);
  const guard = new LoginGuard();
  let known = { any: false, at: Number.NEGATIVE_INFINITY };
  let turn: Promise<unknown> = Promise.resolve();
  /** One after the other, so that two administrators never remove each other. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined);
    return done;
  };

  const note = (
    event: AuditLine['event'],
    ctx: CallContext,
    target: string | null,
    details: Record<string, string> = {},
  ) => audit.write({ event, actor: ctx.principal.id, target, client: ctx.client ?? null, details });

  function principalOf(user: StoredUser, kind: 'user' | 'key'): Principal {
    const { user_id: id, role } = user;
    return {
      id,
      kind,
      role,
      permissions: ROLE_PERMISSIONS[role],
      ...(user.must_change_password && { mustChangePassword: true }),
    };
  }

  async function activeUser(id: string): Promise<StoredUser> {
    const user = await users.get(id);
    // It was good once: no guess.
    if (user === null || user.disabled) throw ended();
    return user;
  }

  /** The caller as a user; a key or this machine's own program is none. */
  async function self({ principal }: CallContext): Promise<StoredUser> {
    const user = await users.get(principal.id);
    if (user !== null) return user;
    throw new AppError('AUTH_006', { message: 'The caller is no user.', advice: 'Log in as a user.' });
  }

  return {
    async inUse() {
      const late = performance.now() - known.at > LOOK_EVERY_MS;
      // A store that has been administered once is never open to everyone again.
      if (!known.any && late) known = { any: (await users.any()) || (await audit.any()), at: performance.now() };
      return known.any;
    },

    async ensureAdmin(username, password) {
      const found = await users.named(username);
      if (found !== null && (await users.hasAdmin())) return;
      if (found !== null) {
        // Nobody could administer the server any more: who starts it may.
        const password_hash = await hashPassword(password);
        await audit.write({
          event: 'user_changed',
          actor: 'local',
          target: found.user_id,
          client: null,
          details: { role: 'admin', password: 'set' },
        });
        await users.change(found.user_id, (one) => ({
          ...one,
          role: 'admin',
          disabled: false,
          password_hash,
          generation: one.generation + 1,
        }));
        return;
      }
      const made = await users.create({ username, password, role: 'admin', mustChange: false });
      known = { any: true, at: performance.now() };
      await audit.write({
        event: 'user_created',
        actor: 'local',
        target: made.user_id,
        client: null,
        details: { username, role: 'admin' },
      });
    },

    async identify(credential) {
      if (isApiKey(credential)) {
        const key = await keys.use(credential);
        const owner = principalOf(await activeUser(key.owner), 'key');
        return { ...owner, permissions: owner.permissions.filter((one) => key.permissions.includes(one)) };
      }
      const { userId, tokenId, generation } = await tokens.read(credential);
      const user = await activeUser(userId);
      if (user.generation !== generation || (await registry.get('revoked_token', tokenId)) !== null) {
        throw ended();
      }
      return principalOf(user, 'user');
    },

    async login({ username, password }, client): Promise<Login> {
      const succeeded = guard.attempt(username.toLowerCase(), client);
      const user = await users.named(username);
      const right = await isPassword(user?.password_hash ?? (await hashOfNobody()), password);
      if (user === null || !right || user.disabled) {
        const actor = user?.user_id ?? 'unknown';
        const details = { username: printableText(username).slice(0, 64) };
        await audit.write({ event: 'login_failure', actor, target: null, client, details });
        throw new AppError('AUTH_004');
      }
      succeeded();
      const at = now().toISOString();
      const seen = (await users.change(user.user_id, (one) => ({ ...one, last_login_at: at }))) ?? user;
      await audit.write({ event: 'login_success', actor: user.user_id, target: null, client, details: {} });
      return {
        // Of the password that was checked: it may have been changed meanwhile.
        access_token: await tokens.sign(user.user_id, user.generation),
        token_type: 'bearer',
        expires_in: TOKEN_S,
        user: { ...shownUser(seen), permissions: ROLE_PERMISSIONS[seen.role] },
      };
    },

    async logout(ctx, token) {
      const { tokenId, expiresAt, userId } = await tokens.read(token);
      if (userId !== ctx.principal.id) throw new AppError('AUTH_001');
      const at = now().toISOString();
      const entry = { id: tokenId, lookup: null, owner: userId, created_at: at, expires_at: expiresAt.toISOString() };
      await registry.add('revoked_token', { ...entry, version: 1, value: null });
      await note('logout', ctx, null);
    },

    me: async (ctx) => shownUser(await self(ctx)),

    async changePassword(ctx, { current, next }) {
      const user = await self(ctx);
      if (ctx.principal.kind !== 'user') {
        throw new AppError('AUTH_003', { message: 'A key may not change a password.', advice: 'Log in as the user.' });
      }
      const succeeded = guard.attempt(user.username.toLowerCase(), ctx.client ?? 'unknown');
      if (!(await isPassword(user.password_hash, current))) throw new AppError('AUTH_004');
      succeeded();
      refuseWeak(next, user.username);
      if (await isPassword(user.password_hash, next)) {
        throw new AppError('VALIDATION_002', {
          message: 'The new password is the old one.',
          details: { field: 'new_password' },
        });
      }
      const password_hash = await hashPassword(next);
      await note('password_changed', ctx, user.user_id);
      await users.change(user.user_id, (one) => {
        // Somebody else has changed it: what was checked is another password.
        if (one.generation !== user.generation) throw ended();
        return { ...one, password_hash, must_change_password: false, generation: one.generation + 1 };
      });
    },

    async users({ principal }, page) {
      demand(principal, 'admin:users');
      return users.page(page);
    },

    async createUser(ctx, { username, password, role, must_change_password: mustChange }) {
      administer(ctx);
      refuseWeak(password, username);
      return inTurn(async () => {
        if (role !== 'admin' && !(await users.hasAdmin())) {
          throw new AppError('AUTH_007', {
            message: 'The first user must be an administrator: from then on everyone must log in.',
            advice: 'Make a user of the role "admin" first.',
          });
        }
        if ((await users.named(username)) !== null) throw nameTaken();
        await note('user_created', ctx, username, { username, role });
        const made = await users.create({ username, password, role, mustChange });
        known = { any: true, at: performance.now() };
        return made;
      });
    },

    updateUser: (ctx, id, { role, disabled, password }) =>
      inTurn(async () => {
        administer(ctx);
        const before = await users.get(id);
        if (before === null) throw new AppError('AUTH_006', { details: { user_id: id } });
        const demoted = (role !== undefined && role !== 'admin') || disabled === true;
        if (before.role === 'admin' && demoted) await users.keepAnAdmin(id);
        if (password !== undefined) refuseWeak(password, before.username);
        const password_hash = password === undefined ? undefined : await hashPassword(password);
        await note('user_changed', ctx, id, {
          ...(role !== undefined && { role }),
          ...(disabled !== undefined && { disabled: String(disabled) }),
          ...(password !== undefined && { password: 'set' }),
        });
        const changed = await users.change(id, (one) => ({
          ...one,
          ...(role !== undefined && { role }),
          ...(disabled !== undefined && { disabled }),
          ...(password_hash !== undefined && { password_hash, must_change_password: true }),
          // Whatever was allowed before ends.
          generation: one.generation + 1,
        }));
        if (changed === null) throw new AppError('AUTH_006', { details: { user_id: id } });
        return shownUser(changed);
      }),

    removeUser: (ctx, id) =>
      inTurn(async () => {
        administer(ctx);
        const user: User | null = await users.get(id);
        if (user === null) throw new AppError('AUTH_006', { details: { user_id: id } });
        if (user.role === 'admin') await users.keepAnAdmin(id);
        await note('user_removed', ctx, id, { username: user.username });
        await keys.removeAllOf(id);
        await users.remove(id);
      }),

    async keys(ctx, page) {
      notByKey(ctx);
      const { principal } = ctx;
      return keys.page(can(principal, 'admin:users') ? null : principal.id, page);
    },

    async createKey(ctx, { name, permissions, expires_in_days: days }) {
      const user = await self(ctx);
      notByKey(ctx);
      const own = ROLE_PERMISSIONS[user.role];
      for (const one of permissions ?? []) demand(ctx.principal, one);
      const made = await keys.create(user.user_id, { name, permissions: [...new Set(permissions ?? own)], days });
      await note('key_created', ctx, made.key_id, { name });
      return made;
    },

    async removeKey(ctx, id) {
      notByKey(ctx);
      const key = await keys.get(id);
      const mine = key !== null && (key.owner === ctx.principal.id || can(ctx.principal, 'admin:users'));
      if (!mine || !(await keys.remove(id))) throw new AppError('AUTH_006', { details: { key_id: id } });
      await note('key_removed', ctx, id);
    },

    async audit({ principal }, page) {
      demand(principal, 'admin:audit');
      return audit.list(page);
    },
    async checkAudit({ principal }) {
      demand(principal, 'admin:audit');
      return audit.check();
    },
  };
}

/** A login token of ours that is good no more. */
const ended = () => new AppError('AUTH_002', { message: 'The login has ended.', advice: 'Log in again.' });

/** Whatever a key was given: with users and keys it would give itself more. */
function notByKey({ principal }: CallContext): void {
  if (principal.kind !== 'key') return;
  throw new AppError('AUTH_003', { message: 'A key manages neither users nor keys.', advice: 'Log in as the user.' });
}

function administer(ctx: CallContext): void {
  demand(ctx.principal, 'admin:users');
  notByKey(ctx);
}

/** Its length is asked for elsewhere. */
function refuseWeak(password: string, username: string): void {
  const plain = password.toLowerCase();
  const weak = plain.includes(username.toLowerCase()) || new Set(plain).size < 5;
  if (!weak) return;
  throw new AppError('VALIDATION_002', {
    message: 'The password is too easy to guess.',
    advice: 'Leave the name out of it and use at least five different characters.',
    details: { field: 'password' },
  });
}
