import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { AppError } from '../../errors.ts';
import type { AccountParts } from './account-parts.ts';
import type { Accounts } from './accounts.ts';
import { refuseWeak } from './password-rules.ts';
import { Kind } from './stored.ts';

/** How long a link is good, ms. */
export const LINK_MS = 60 * 60_000;
const ID = 'link';

/** Of the token, its hash alone is stored; null: it was used. */
const StoredLink = z.object({ hash: z.string().nullable(), expires_at: z.string() });

/** The first administrator by a link that works once: no password is made up, and none stands in the environment. */
export function createFirstAdmin(
  { registry, users, audit, now }: AccountParts,
  made: (id: string) => Promise<void>,
): Pick<Accounts, 'firstLink' | 'createFirstAdmin'> {
  const links = new Kind(registry, 'first_admin', StoredLink);

  async function refuseLater(): Promise<void> {
    if (!(await users.any()) && !(await audit.ofAccounts())) return;
    throw new AppError('AUTH_007', {
      message: 'There are users: a link makes the first one only.',
      advice:
        'Ask an administrator, who makes users with POST /api/v1/users. Where the only one forgot the password, run "h200-mug users password NAME" on the server\'s machine.',
    });
  }

  return {
    async firstLink({ again }) {
      await refuseLater();
      if (!again && (await links.get(ID)) !== null) return null;
      const token = randomBytes(32).toString('base64url');
      const at = now();
      const expires_at = new Date(at.getTime() + LINK_MS).toISOString();
      const link = { hash: digest(token).toString('hex'), expires_at };
      const entry = { id: ID, lookup: null, owner: 'local', created_at: at.toISOString(), expires_at: null };
      await links.changeOrAdd(
        entry,
        async () => link,
        () => link,
      );
      return { token, expires_at };
    },

    async createFirstAdmin({ token, username, password }, client) {
      await refuseLater();
      const given = digest(token);
      const assertGood = (link: z.infer<typeof StoredLink>) => {
        const known = link.hash !== null && timingSafeEqual(given, Buffer.from(link.hash, 'hex'));
        if (!known) throw new AppError('AUTH_001', { message: 'The link is wrong or was used.', advice: ANOTHER });
        if (link.expires_at > now().toISOString()) return;
        throw new AppError('AUTH_002', { message: 'The link has expired.', advice: ANOTHER });
      };
      const link = await links.get(ID);
      if (link === null) throw none();
      assertGood(link);
      // Who has no link makes the server estimate nothing, and a weak password does not use the link up.
      await refuseWeak(password, username);
      // Whoever changes it first has used it, whichever server was asked.
      const used = await links.change(ID, (found) => {
        assertGood(found);
        return { ...found, hash: null };
      });
      if (used === null) throw none();
      const user = await users.create({ username, password, role: 'admin', mustChange: false });
      await made(user.user_id);
      const details = { username, role: 'admin', by: 'link' };
      await audit.write({ event: 'user_created', actor: 'local', target: user.user_id, client, details });
      return user;
    },
  };
}

const ANOTHER = 'Run "h200-mug users link" on the server\'s machine for another one.';

const none = () => new AppError('AUTH_001', { message: 'There is no link.', advice: ANOTHER });

const digest = (text: string) => createHash('sha256').update(text).digest();
