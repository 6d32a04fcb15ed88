import { type Config, loadConfig, readVariables, VARIABLES, valueProblem } from '../config/config.ts';
import { SECRETS } from '../config/secrets.ts';
import { AppError } from '../errors.ts';
import { fixedSecrets, type LiveSecrets, type NamedReference, openSecrets } from '../secrets/live-secrets.ts';
import { isReference, parseReference } from '../secrets/reference.ts';
import type { SecretReader } from '../secrets/secret-reader.ts';

export interface Settings {
  readonly config: Config;
  /** Those that are read from elsewhere as they are now; the others as they were given. */
  readonly secrets: LiveSecrets;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration, with the secrets that variables only name. Nothing is loaded for secrets where none is elsewhere. Throws
 * ConfigError, and SECRET_001 or SECRET_002 that name the variable and never a value.
 */
export async function readSettings(env: Environment): Promise<Settings> {
  const named = namedReferences(env);
  if (named.length === 0) {
    const config = loadConfig(env);
    return { config, secrets: fixedSecrets(config) };
  }
  const live = await openSecrets(await openReader(env), named);
  try {
    const config = loadConfig({ ...env, ...Object.fromEntries(named.map(({ name }) => [name, live.get(name)])) });
    const given = fixedSecrets(config);
    return { config, secrets: { ...live, get: (name) => live.get(name) ?? given.get(name) } };
  } catch (thrown) {
    await live.close();
    throw thrown;
  }
}

/** The configuration alone, for what ends soon. */
export async function readConfig(env: Environment): Promise<Config> {
  const { config, secrets } = await readSettings(env);
  await secrets.close();
  return config;
}

/** Variables whose value says where the secret is. Throws SECRET_002. */
export function namedReferences(env: Environment): NamedReference[] {
  return Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const given = env[name] ?? '';
    if (!variable.secret || !isReference(given)) return [];
    return [{ name, reference: referenceOf(name, given), problem: (value) => valueProblem(variable, value) }];
  });
}

/** Reads with the credentials and the endpoint of the environment. */
export async function openReader(env: Environment): Promise<SecretReader> {
  const { SecretReader } = await import('../secrets/secret-reader.ts');
  const { GOOGLE_APPLICATION_CREDENTIALS: keyFile, GCP_SECRET_MANAGER_ENDPOINT: endpoint } = readVariables(
    SECRETS,
    env,
  );
  return new SecretReader({ keyFile, endpoint });
}

function referenceOf(name: string, given: string) {
  try {
    return parseReference(given);
  } catch (thrown) {
    throw thrown instanceof AppError
      ? new AppError(thrown.code, { message: `${name} does not say where a secret is.`, details: { variable: name } })
      : thrown;
  }
}
