import type { AuditLine, User } from '../../contract/account.ts';
import type { CallContext } from '../../contract/call-context.ts';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { can, demand, ROLE_PERMISSIONS } from '../can.ts';
import type { Accounts, Login } from './accounts.ts';
import { ApiKeys, isApiKey } from './api-keys.ts';
import { Audit } from './audit.ts';
import { LoginGuard } from './login-guard.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { StoredUser } from './stored.ts';
import { TOKEN_S, type Tokens } from './tokens.ts';
import { shownUser, Users } from './users.ts';

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
    if (user === null || user.disabled) throw new AppError('AUTH_001');
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
      if (!known.any && late) known = { any: await users.any(), at: performance.now() };
      return known.any;
    },

    async ensureAdmin(username, password) {
      if ((await users.named(username)) !== null) return;
      const made = await users.create({ username, password, role: 'admin', mustChange: false });
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
        throw new AppError('AUTH_001', { message: 'The login was ended.', advice: 'Log in again.' });
      }
      return principalOf(user, 'user');
    },

    async login({ username, password }, client): Promise<Login> {
      const succeeded = guard.attempt(username.toLowerCase(), client);
      const user = await users.named(username);
      const right = await isPassword(user?.password_hash ?? (await hashOfNobody()), password);
      if (user === null || !right || user.disabled) {
        const actor = user?.user_id ?? username;
        await audit.write({ event: 'login_failure', actor, target: null, client, details: {} });
        throw new AppError('AUTH_004');
      }
      succeeded();
      const at = now().toISOString();
      const seen = (await users.change(user.user_id, (one) => ({ ...one, last_login_at: at }))) ?? user;
      await audit.write({ event: 'login_success', actor: user.user_id, target: null, client, details: {} });
      return {
        access_token: await tokens.sign(seen.user_id, seen.generation),
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
      await users.change(user.user_id, (one) => ({
        ...one,
        password_hash,
        must_change_password: false,
        generation: one.generation + 1,
      }));
      await note('password_changed', ctx, user.user_id);
    },

    async users({ principal }, page) {
      demand(principal, 'admin:users');
      return users.page(page);
    },

    async createUser(ctx, { username, password, role, must_change_password: mustChange }) {
      demand(ctx.principal, 'admin:users');
      refuseWeak(password, username);
      const made = await users.create({ username, password, role, mustChange });
      await note('user_created', ctx, made.user_id, { username, role });
      return made;
    },

    async updateUser(ctx, id, { role, disabled, password }) {
      demand(ctx.principal, 'admin:users');
      const before = await users.get(id);
      if (before === null) throw new AppError('AUTH_006', { details: { user_id: id } });
      const demoted = (role !== undefined && role !== 'admin') || disabled === true;
      if (before.role === 'admin' && demoted) await users.keepAnAdmin(id);
      if (password !== undefined) refuseWeak(password, before.username);
      const password_hash = password === undefined ? undefined : await hashPassword(password);
      const changed = await users.change(id, (one) => ({
        ...one,
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled }),
        ...(password_hash !== undefined && { password_hash, must_change_password: true }),
        // Whatever was allowed before ends.
        generation: one.generation + 1,
      }));
      if (changed === null) throw new AppError('AUTH_006', { details: { user_id: id } });
      await note('user_changed', ctx, id, {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled: String(disabled) }),
        ...(password !== undefined && { password: 'set' }),
      });
      return shownUser(changed);
    },

    async removeUser(ctx, id) {
      demand(ctx.principal, 'admin:users');
      const user: User | null = await users.get(id);
      if (user === null) throw new AppError('AUTH_006', { details: { user_id: id } });
      if (user.role === 'admin') await users.keepAnAdmin(id);
      await keys.removeAllOf(id);
      await users.remove(id);
      await note('user_removed', ctx, id, { username: user.username });
    },

    async keys({ principal }, page) {
      return keys.page(can(principal, 'admin:users') ? null : principal.id, page);
    },

    async createKey(ctx, { name, permissions, expires_in_days: days }) {
      const user = await self(ctx);
      if (ctx.principal.kind !== 'user') {
        throw new AppError('AUTH_003', { message: 'A key may not make keys.', advice: 'Log in as the user.' });
      }
      const own = ROLE_PERMISSIONS[user.role];
      for (const one of permissions ?? []) demand(ctx.principal, one);
      const made = await keys.create(user.user_id, { name, permissions: permissions ?? own, days });
      await note('key_created', ctx, made.key_id, { name });
      return made;
    },

    async removeKey(ctx, id) {
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
