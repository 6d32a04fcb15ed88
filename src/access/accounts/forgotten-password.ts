import { randomBytes } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { AccountParts } from './account-parts.ts';
import type { Accounts } from './accounts.ts';

const BYTES = 18;

/** Whoever runs this machine's own program may let somebody in again, the last administrator too. */
export function createForgottenPassword(
  { users }: Pick<AccountParts, 'users'>,
  updateUser: Accounts['updateUser'],
): Pick<Accounts, 'replacePassword'> {
  return {
    async replacePassword(ctx, username) {
      if (ctx.principal.kind !== 'local') throw new AppError('AUTH_003');
      const user = await users.named(username);
      if (user === null) {
        throw new AppError('AUTH_006', {
          message: `There is no user "${username}" in this store.`,
          advice: '"h200-mug users list" names those that there are.',
        });
      }
      const password = madeUp(user.username);
      return { user: await updateUser(ctx, user.user_id, { password }), password };
    },
  };
}

/** A password that holds the name is refused, and a short name may come about by chance. */
function madeUp(username: string): string {
  for (;;) {
    const password = randomBytes(BYTES).toString('base64url');
    if (!password.toLowerCase().includes(username.toLowerCase())) return password;
  }
}
