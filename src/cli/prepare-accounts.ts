import { setTimeout as sleep } from 'node:timers/promises';
import type { Accounts } from '../access/accounts/accounts.ts';
import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { type AppError, isStoreGone, toAppError } from '../errors.ts';

/** A store that is gone at the start is asked again so often, ms. */
const AGAIN_MS = 2000;

/**
 * Makes the first administrator where the configuration names one; where the store is gone, as soon as it is back. Throws
 * ConfigError where half of it is missing, or where logins of a production server would end with its process. Answers what ends
 * the waiting.
 */
export async function prepareAccounts(
  accounts: Pick<Accounts, 'inUse' | 'ensureAdmin'>,
  {
    H200_ADMIN_USERNAME: username,
    H200_ADMIN_PASSWORD: password,
    H200_ADMIN_CHANGE_PASSWORD: mustChange,
    JWT_SECRET,
  }: Pick<Config, 'H200_ADMIN_USERNAME' | 'H200_ADMIN_PASSWORD' | 'H200_ADMIN_CHANGE_PASSWORD' | 'JWT_SECRET'>,
  mode: string | undefined,
  { warn, againMs = AGAIN_MS }: { warn?: (error: AppError) => void; againMs?: number } = {},
): Promise<() => void> {
  if ((username === undefined) !== (password === undefined)) {
    throw new ConfigError(['H200_ADMIN_USERNAME and H200_ADMIN_PASSWORD: set both, or none']);
  }
  const stopped = new AbortController();
  const ensure = async () => {
    if (username !== undefined && password !== undefined)
      await accounts.ensureAdmin(username, password, { mustChange });
  };
  await ensure().catch((thrown: unknown) => {
    if (!isStoreGone(thrown)) throw thrown;
    warn?.(thrown);
    void keepTrying(ensure, againMs, stopped.signal, warn);
  });
  // Nobody knows whether there are users where the store is gone.
  if (mode === 'production' && JWT_SECRET === undefined && (await accounts.inUse().catch(() => true))) {
    throw new ConfigError(['JWT_SECRET: must be set where NODE_ENV is production and there are users']);
  }
  return () => stopped.abort();
}

async function keepTrying(
  ensure: () => Promise<void>,
  everyMs: number,
  signal: AbortSignal,
  warn?: (error: AppError) => void,
): Promise<void> {
  for (;;) {
    const stopped = await sleep(everyMs, false, { ref: false, signal }).catch(() => true);
    if (stopped) return;
    try {
      await ensure();
      return;
    } catch (thrown) {
      if (!isStoreGone(thrown)) warn?.(toAppError(thrown));
    }
  }
}
