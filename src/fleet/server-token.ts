import { createHmac, randomBytes } from 'node:crypto';
import type { ServerRecord } from './record.ts';

type Environment = Readonly<Record<string, string>>;
type Server = Pick<ServerRecord, 'id' | 'token_salt'>;

const NAME = 'H200_API_TOKEN';

/** Of a server that gets this environment; null: what it asks for is in there. */
export const newSalt = (env: Environment): string | null =>
  Object.hasOwn(env, NAME) ? null : randomBytes(24).toString('base64url');

/**
 * What opens this server and no other: neither a stranger who has it, nor one who has the secret or the records alone, knows
 * that of another. Without a salt it is the secret itself: of servers that were made elsewhere or by an earlier version.
 */
export function tokenOf(secret: string | undefined, { id, token_salt: salt }: Server): string | null {
  if (secret === undefined) return null;
  return salt === null ? secret : createHmac('sha256', secret).update(`${NAME}\0${id}\0${salt}`).digest('base64url');
}

/** Made here by an earlier version, which gave all of them the same. */
export const hasSecret = ({ adopted, config, token_salt, terminated_at }: ServerRecord): boolean =>
  token_salt === null && adopted === null && terminated_at === null && !Object.hasOwn(config.env, NAME);

/** Gone to the provider with what was asked for, and kept nowhere. */
export function tokenEnvironment(secret: string | undefined, server: Server): Environment {
  const token = server.token_salt === null ? null : tokenOf(secret, server);
  return token === null ? {} : { [NAME]: token };
}

/** A line that a server wrote, without them. */
export const withoutTokens = (text: string, secret: string | undefined, server: Server): string =>
  [tokenOf(secret, server), secret].reduce(
    (rest: string, one) => (one ? rest.replaceAll(one, `[${NAME}]`) : rest),
    text,
  );
