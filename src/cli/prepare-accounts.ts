import type { Accounts } from '../access/accounts/accounts.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';

/**
 * Makes the first administrator where the configuration names one. Throws ConfigError where half of it is missing, or where
 * logins of a production server would end with its process.
 */
export async function prepareAccounts(
  accounts: Pick<Accounts, 'inUse' | 'ensureAdmin'>,
  { H200_ADMIN_USERNAME: username, H200_ADMIN_PASSWORD: password, JWT_SECRET }: Config,
  mode: string | undefined,
): Promise<void> {
  if ((username === undefined) !== (password === undefined)) {
    throw new ConfigError(['H200_ADMIN_USERNAME and H200_ADMIN_PASSWORD: set both, or none']);
  }
  if (username !== undefined && password !== undefined) await accounts.ensureAdmin(username, password);
  if (mode === 'production' && JWT_SECRET === undefined && (await accounts.inUse().catch(() => false))) {
    throw new ConfigError(['JWT_SECRET: must be set where NODE_ENV is production and there are users']);
  }
}
