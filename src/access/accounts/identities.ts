import * as z from 'zod';
import type { Principal } from '../../contract/principal.ts';
import { AppError } from '../../errors.ts';
import { ROLE_PERMISSIONS } from '../can.ts';
import { type AccountParts, ended } from './account-parts.ts';
import type { Accounts } from './accounts.ts';
import { isApiKey } from './api-keys.ts';
import type { StoredUser } from './stored.ts';
import { TICKET_S } from './tokens.ts';

type Identities = Pick<Accounts, 'identify' | 'issueTicket' | 'useTicket'>;

/** How a caller was known, without the secret that told it. */
const Holder = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('login'),
    user: z.string(),
    token: z.string(),
    generation: z.int(),
    browser: z.string().nullable(),
  }),
  z.object({ by: z.literal('key'), key: z.string() }),
  z.object({ by: z.literal('server'), proof: z.string() }),
]);
type Holder = z.infer<typeof Holder>;

/** Who somebody is who has a token, a key or a ticket. */
export function createIdentities(parts: AccountParts): Identities {
  const { registry, tokens, users, keys, refreshes, now, believed } = parts;

  async function activeUser(id: string): Promise<StoredUser> {
    const user = await users.get(id);
    // It was good once: no guess.
    if (user === null || user.disabled) throw ended();
    return user;
  }

  async function principalOf(holder: Exclude<Holder, { by: 'server' }>): Promise<Principal> {
    if (holder.by === 'key') {
      const key = await keys.usable(holder.key);
      const owner = shownPrincipal(await activeUser(key.owner), 'key');
      return { ...owner, permissions: owner.permissions.filter((one) => key.permissions.includes(one)) };
    }
    const user = await activeUser(holder.user);
    if (user.generation !== holder.generation) throw ended();
    const goesOn =
      holder.browser === null
        ? (await registry.get('revoked_token', holder.token)) === null
        : await refreshes.goesOn(holder.browser);
    if (!goesOn) throw ended();
    return shownPrincipal(user, 'user');
  }

  interface Held {
    readonly holder: Exclude<Holder, { by: 'server' }>;
    /** Of a key; a token says it itself. */
    readonly expiresAt: string | null;
  }

  async function heldBy(credential: string): Promise<Held> {
    if (isApiKey(credential)) {
      const { key_id: key, expires_at: expiresAt } = await keys.use(credential);
      return { holder: { by: 'key', key }, expiresAt };
    }
    const { userId: user, tokenId: token, generation, browser } = await tokens.read(credential);
    return { holder: { by: 'login', user, token, generation, browser }, expiresAt: null };
  }

  return {
    async identify(credential) {
      try {
        const { holder, expiresAt } = await heldBy(credential);
        const principal = await principalOf(holder);
        believed.keep(credential, principal, expiresAt);
        return principal;
      } catch (thrown) {
        const isGone = thrown instanceof AppError && thrown.code === 'DB_001';
        const known = isGone ? believed.of(credential) : null;
        if (known !== null) return known;
        if (!isGone) believed.drop(credential);
        throw thrown;
      }
    },

    async issueTicket({ principal }, credential, proof) {
      const holder: Holder = principal.kind === 'local' ? { by: 'server', proof } : (await heldBy(credential)).holder;
      return { ticket: await tokens.signTicket(holder), expires_in: TICKET_S };
    },

    async useTicket(ticket) {
      const { id, holder: sealed, expiresAt } = await tokens.readTicket(ticket);
      const holder = Holder.parse(sealed);
      const at = now().toISOString();
      const entry = { id, lookup: null, owner: 'local', created_at: at, expires_at: expiresAt.toISOString() };
      if (!(await registry.add('used_ticket', { ...entry, version: 1, value: null }))) {
        throw new AppError('AUTH_001', { message: 'The ticket was used.', advice: 'Ask for another one.' });
      }
      return holder.by === 'server' ? { proof: holder.proof } : { again: () => principalOf(holder) };
    },
  };
}

function shownPrincipal(user: StoredUser, kind: 'user' | 'key'): Principal {
  const { user_id: id, role } = user;
  return {
    id,
    kind,
    role,
    permissions: ROLE_PERMISSIONS[role],
    ...(user.must_change_password && { mustChangePassword: true }),
  };
}
