import type { Registry } from '../../ports/registry.ts';
import { demand } from '../can.ts';
import type { AccountParts } from './account-parts.ts';
import type { Accounts } from './accounts.ts';
import { ApiKeys } from './api-keys.ts';
import { Audit } from './audit.ts';
import { BelievedCallers } from './believed-callers.ts';
import { Counted } from './counted.ts';
import { createIdentities } from './identities.ts';
import { LoginGuard } from './login-guard.ts';
import { createLogins } from './logins.ts';
import { createKeyManagement } from './manage-keys.ts';
import { createUserManagement } from './manage-users.ts';
import { createRecorder } from './recorder.ts';
import { Refreshes } from './refreshes.ts';
import type { Tokens } from './tokens.ts';
import { Users } from './users.ts';

export interface AccountsOptions {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
}

export function createAccounts({ registry, tokens, now, newId }: AccountsOptions): Accounts {
  const users = new Users(registry, now, () => newId('usr'));
  const audit = new Audit(registry, now);
  const parts: AccountParts = {
    registry,
    tokens,
    now,
    users,
    admins: new Counted({ registry, now, id: 'admins', owner: 'local', actual: () => users.admins() }),
    keys: new ApiKeys(registry, now, () => newId('key')),
    refreshes: new Refreshes(registry, now, () => newId('ref')),
    audit,
    guard: new LoginGuard(),
    believed: new BelievedCallers(now),
  };
  const management = createUserManagement(parts);
  const recorder = createRecorder(parts, management.inUse);
  return {
    ...createIdentities(parts),
    ...createLogins(parts),
    ...management,
    ...recorder,
    ...createKeyManagement(parts),
    async audit(ctx, page) {
      demand(ctx.principal, 'admin:audit');
      const lines = await audit.list(page);
      await recorder.record(ctx, 'data_access', 'audit', { what: 'list' });
      return lines;
    },
    async countAudit({ principal }) {
      demand(principal, 'admin:audit');
      return audit.count();
    },
    async checkAudit({ principal }, noted) {
      demand(principal, 'admin:audit');
      return audit.check(noted);
    },
  };
}
