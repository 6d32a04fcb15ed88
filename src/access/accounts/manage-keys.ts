import type { CallContext } from '../../contract/call-context.ts';
import { AppError } from '../../errors.ts';
import { can, demand, ROLE_PERMISSIONS } from '../can.ts';
import { type AccountParts, notByKey, note, self } from './account-parts.ts';
import type { Accounts } from './accounts.ts';

/** API keys: everyone's own, and all for an administrator. */
export function createKeyManagement(
  parts: AccountParts,
): Pick<Accounts, 'keys' | 'countKeys' | 'createKey' | 'removeKey'> {
  const { keys } = parts;
  const whose = ({ principal }: CallContext) => (can(principal, 'admin:users') ? null : principal.id);
  return {
    async keys(ctx, page) {
      notByKey(ctx);
      return keys.page(whose(ctx), page);
    },

    async countKeys(ctx) {
      notByKey(ctx);
      return keys.count(whose(ctx));
    },

    async createKey(ctx, { name, permissions, expires_in_days: days }) {
      const user = await self(parts, ctx);
      notByKey(ctx);
      const own = ROLE_PERMISSIONS[user.role];
      for (const one of permissions ?? []) demand(ctx.principal, one);
      const made = await keys.create(user.user_id, { name, permissions: [...new Set(permissions ?? own)], days });
      try {
        await note(parts, 'key_created', ctx, made.key_id, { name });
      } catch (thrown) {
        // Nobody will know its secret.
        await keys.remove(made).catch(() => null);
        throw thrown;
      }
      return made;
    },

    async removeKey(ctx, id) {
      notByKey(ctx);
      const key = await keys.get(id);
      const mine = key !== null && (key.owner === ctx.principal.id || can(ctx.principal, 'admin:users'));
      if (!mine || !(await keys.remove(key))) throw new AppError('AUTH_006', { details: { key_id: id } });
      await note(parts, 'key_removed', ctx, id);
    },
  };
}
