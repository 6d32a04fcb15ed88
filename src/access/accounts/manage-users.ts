import { LOCAL } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import { demand, ROLE_PERMISSIONS } from '../can.ts';
import { type AccountParts, administer, note } from './account-parts.ts';
import type { Accounts } from './accounts.ts';
import { createFirstAdmin } from './first-admin.ts';
import { createForgottenPassword } from './forgotten-password.ts';
import { refuseWeak } from './password-rules.ts';
import { hashPassword } from './passwords.ts';
import { administers, nameTaken, shownUser } from './users.ts';

type Management = Pick<
  Accounts,
  | 'inUse'
  | 'ensureAdmin'
  | 'users'
  | 'countUsers'
  | 'actFor'
  | 'replacePassword'
  | 'createUser'
  | 'updateUser'
  | 'removeUser'
  | 'isUser'
  | 'isActiveUser'
  | 'mayUser'
>;

/** Until the first user is made, it is looked for this often at most, ms. */
const LOOK_EVERY_MS = 2000;

/** After a change, which is done: a list that lacks it is put right as soon as it matters. */
const counting = (run: () => Promise<void>): Promise<void> => run().catch(() => {});

/** Users, and that there is always one who can administer. */
export function createUserManagement(
  parts: AccountParts,
): Management & Pick<Accounts, 'firstLink' | 'createFirstAdmin'> {
  const { users, admins, keys, audit } = parts;
  let known = { any: false, at: Number.NEGATIVE_INFINITY };

  const administersNow = async (id: string) => administers(await users.get(id));

  /** Runs what ends an administrator. AUTH_007 where nobody could administer the server any more, whichever server asks. */
  async function keepingAnAdmin<T>(id: string, run: () => Promise<T>): Promise<T> {
    if (!(await admins.leave(id, administersNow)) && (await administersNow(id))) {
      throw new AppError('AUTH_007', {
        message: 'This is the last administrator.',
        advice: 'Make another administrator first.',
      });
    }
    try {
      return await run();
    } finally {
      await counting(async () => {
        if (await administersNow(id)) await admins.join(id);
        await admins.settle(id);
      });
    }
  }

  const joinIfAdmin = (id: string) =>
    counting(async () => {
      if (!(await administersNow(id))) return;
      await admins.join(id);
      await admins.settle(id);
    });

  const updateUser: Accounts['updateUser'] = async (ctx, id, { role, disabled, password }) => {
    administer(ctx);
    const before = await users.get(id);
    if (before === null) throw new AppError('AUTH_006', { details: { user_id: id } });
    if (password !== undefined) await refuseWeak(password, before.username);
    const password_hash = password === undefined ? undefined : await hashPassword(password);
    const change = async () => {
      await note(parts, 'user_changed', ctx, id, {
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled: String(disabled) }),
        ...(password !== undefined && { password: 'set' }),
      });
      return users.change(id, (one) => ({
        ...one,
        ...(role !== undefined && { role }),
        ...(disabled !== undefined && { disabled }),
        ...(password_hash !== undefined && { password_hash, must_change_password: true }),
        // Whatever was allowed before ends.
        generation: one.generation + 1,
      }));
    };
    const ends = (role !== undefined && role !== 'admin') || disabled === true;
    const changed = ends ? await keepingAnAdmin(id, change) : await change();
    if (changed === null) throw new AppError('AUTH_006', { details: { user_id: id } });
    if (!ends) await joinIfAdmin(id);
    return shownUser(changed);
  };

  return {
    ...createFirstAdmin(parts, async (id) => {
      known = { any: true, at: performance.now() };
      await joinIfAdmin(id);
    }),

    async inUse() {
      const late = performance.now() - known.at > LOOK_EVERY_MS;
      // A store that has been administered once is never open to everyone again.
      if (!known.any && late) known = { any: (await users.any()) || (await audit.ofAccounts()), at: performance.now() };
      return known.any;
    },

    isUser: async (id) => (await users.get(id)) !== null,
    async isActiveUser(id) {
      const user = await users.get(id);
      return user !== null && !user.disabled;
    },
    async mayUser(id, permission) {
      const user = await users.get(id);
      return user !== null && !user.disabled && ROLE_PERMISSIONS[user.role].includes(permission);
    },

    async ensureAdmin(username, password, { mustChange } = { mustChange: false }) {
      const by = { actor: 'local', client: null } as const;
      const found = await users.named(username);
      if (found !== null && (await users.hasAdmin())) return;
      if (found === null) {
        const made = await users
          .create({ username, password, role: 'admin', mustChange })
          .catch(async (thrown: unknown) => {
            // Another server made it at the same time.
            if ((await users.named(username)) === null) throw thrown;
            return null;
          });
        known = { any: true, at: performance.now() };
        if (made === null) return;
        const details = { username, role: 'admin' };
        await audit.write({ ...by, event: 'user_created', target: made.user_id, details });
        await joinIfAdmin(made.user_id);
        return;
      }
      // Nobody could administer the server any more: who starts it may.
      const password_hash = await hashPassword(password);
      const details = { role: 'admin', password: 'set' };
      await audit.write({ ...by, event: 'user_changed', target: found.user_id, details });
      await users.change(found.user_id, (one) => ({
        ...one,
        role: 'admin',
        disabled: false,
        password_hash,
        must_change_password: mustChange,
        generation: one.generation + 1,
      }));
      await joinIfAdmin(found.user_id);
    },

    async actFor(ctx, username, what) {
      if (ctx.principal.kind !== 'local') throw new AppError('AUTH_003');
      const user = await users.named(username);
      if (user === null) {
        throw new AppError('AUTH_006', {
          message: `There is no user "${username}" in this store.`,
          advice: 'Name a user of the server, or leave out --owner.',
        });
      }
      await note(parts, 'user_acted_for', ctx, user.user_id, { what });
      return { ...LOCAL, id: user.user_id };
    },

    async users({ principal }, page) {
      demand(principal, 'admin:users');
      return users.page(page);
    },

    async countUsers({ principal }) {
      demand(principal, 'admin:users');
      return users.count();
    },

    async createUser(ctx, { username, password, role, must_change_password: mustChange }) {
      administer(ctx);
      await refuseWeak(password, username);
      if (role !== 'admin' && !(await users.hasAdmin())) {
        throw new AppError('AUTH_007', {
          message: 'The first user must be an administrator: from then on everyone must log in.',
          advice: 'Make a user of the role "admin" first.',
        });
      }
      if ((await users.named(username)) !== null) throw nameTaken();
      await note(parts, 'user_created', ctx, username, { username, role });
      const made = await users.create({ username, password, role, mustChange });
      known = { any: true, at: performance.now() };
      await joinIfAdmin(made.user_id);
      return made;
    },

    updateUser,
    ...createForgottenPassword(parts, updateUser),

    async removeUser(ctx, id) {
      administer(ctx);
      const user = await users.get(id);
      if (user === null) throw new AppError('AUTH_006', { details: { user_id: id } });
      await keepingAnAdmin(id, async () => {
        await note(parts, 'user_removed', ctx, id, { username: user.username });
        await keys.removeAllOf(id);
        await users.remove(id);
      });
    },
  };
}
