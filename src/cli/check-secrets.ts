import { namedReferences, openReader } from '../app/read-settings.ts';
import { VARIABLES, valueProblem } from '../config/config.ts';
import { readNamed } from '../secrets/live-secrets.ts';
import { describeReference, isReference } from '../secrets/reference.ts';
import { attempt, type Check, failure } from './check.ts';

/** More than all tries of one secret together take. */
const LIMIT_MS = 20_000;

/** Each secret that is set: whether it can be had and is usable. Never tells one. */
export async function checkSecrets(env: NodeJS.ProcessEnv): Promise<Check[]> {
  const given = Object.entries(VARIABLES).flatMap(([name, variable]): Check[] => {
    const value = env[name]?.trim() ?? '';
    if (!variable.secret || value === '' || isReference(value)) return [];
    const problem = valueProblem(variable, value);
    return [
      problem === null
        ? { name, state: 'ok', detail: 'is given in the environment' }
        : { name, state: 'failed', detail: `its value ${problem}` },
    ];
  });
  return [...given, ...(await checkReferences(env))];
}

/** Those that are elsewhere. */
export async function checkReferences(env: NodeJS.ProcessEnv): Promise<Check[]> {
  try {
    const named = namedReferences(env);
    if (named.length === 0) return [];
    const reader = await openReader(env);
    try {
      const read = named.map((one) =>
        attempt(
          one.name,
          async () => {
            await readNamed(reader, one, true);
            return `is read from ${describeReference(one.reference)}`;
          },
          LIMIT_MS,
        ),
      );
      return await Promise.all(read);
    } finally {
      await reader.close();
    }
  } catch (thrown) {
    return [{ name: 'secrets', state: 'failed', detail: failure(thrown) }];
  }
}
