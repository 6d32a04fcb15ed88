import type { AuditLine } from '../../contract/account.ts';
import type { CallContext } from '../../contract/call-context.ts';
import { AppError } from '../../errors.ts';
import type { Registry } from '../../ports/registry.ts';
import { demand } from '../can.ts';
import type { ApiKeys } from './api-keys.ts';
import type { Audit } from './audit.ts';
import type { BelievedCallers } from './believed-callers.ts';
import type { Counted } from './counted.ts';
import type { LoginGuard } from './login-guard.ts';
import type { Refreshes } from './refreshes.ts';
import type { StoredUser } from './stored.ts';
import type { Tokens } from './tokens.ts';
import type { Users } from './users.ts';

/** What the parts of `Accounts` share. */
export interface AccountParts {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly now: () => Date;
  readonly users: Users;
  /** Who can administer the server. */
  readonly admins: Counted;
  readonly keys: ApiKeys;
  readonly refreshes: Refreshes;
  readonly audit: Audit;
  readonly guard: LoginGuard;
  readonly believed: BelievedCallers;
}

/** After these somebody may be less than before. */
const CHANGES: ReadonlySet<AuditLine['event']> = new Set([
  'logout',
  'password_changed',
  'key_removed',
  'user_changed',
  'user_removed',
]);

/** Writes a line of the audit log; resolves when it is durable. */
export const note = (
  { audit, believed }: Pick<AccountParts, 'audit' | 'believed'>,
  event: AuditLine['event'],
  ctx: CallContext,
  target: string | null,
  details: Record<string, string> = {},
): Promise<void> => {
  if (CHANGES.has(event)) believed.clear();
  return audit.write({ event, actor: ctx.principal.id, target, client: ctx.client ?? null, details });
};

/** The caller as a user; a key or this machine's own program is none. */
export async function self({ users }: Pick<AccountParts, 'users'>, { principal }: CallContext): Promise<StoredUser> {
  const user = await users.get(principal.id);
  if (user !== null) return user;
  throw new AppError('AUTH_006', { message: 'The caller is no user.', advice: 'Log in as a user.' });
}

/** A login of ours that is good no more. */
export const ended = () => new AppError('AUTH_002', { message: 'The login has ended.', advice: 'Log in again.' });

/** Whatever a key was given: with users and keys it would give itself more. */
export function notByKey({ principal }: CallContext): void {
  if (principal.kind !== 'key') return;
  throw new AppError('AUTH_003', { message: 'A key manages neither users nor keys.', advice: 'Log in as the user.' });
}

export function administer(ctx: CallContext): void {
  demand(ctx.principal, 'admin:users');
  notByKey(ctx);
}
