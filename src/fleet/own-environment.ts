import { AppError } from '../errors.ts';
import type { GpuCloud } from '../ports/gpu-cloud.ts';

type Environment = Readonly<Record<string, string>>;

/** Servers get what is ours besides what was asked for; it goes to the provider alone and is kept nowhere. */
export function withOwnEnvironment(cloud: GpuCloud, own: (image: string | null) => Environment): GpuCloud {
  return {
    catalog: (type, signal) => cloud.catalog(type, signal),
    list: (signal) => cloud.list(signal),
    get: (type, id, signal) => cloud.get(type, id, signal),
    create: (spec, signal) => cloud.create({ ...spec, env: { ...own(spec.image), ...spec.env } }, signal),
    start: (server, workers, signal) => cloud.start(server, workers, signal),
    stop: (server, signal) => cloud.stop(server, signal),
    restart: (server, workers, signal) => cloud.restart(server, workers, signal),
    update: (server, { env, ...change }, signal) =>
      cloud.update(
        server,
        { ...change, ...(env !== undefined && { env: { ...own(change.image ?? null), ...env } }) },
        signal,
      ),
    terminate: (server, signal) => cloud.terminate(server, signal),
    billing: (since, signal) => cloud.billing(since, signal),
    async *logs(server, from, signal) {
      for await (const line of cloud.logs(server, from, signal)) {
        yield { ...line, text: withoutValues(line.text, { ...own(null), ...own(server.image) }) };
      }
    },
  };
}

/** Shorter ones are words like any other. */
const LEAST_SECRET = 8;

/** Whoever may read what a server writes is not told what was given to it. */
const withoutValues = (text: string, env: Environment): string =>
  Object.entries(env)
    .filter(([, value]) => value.length >= LEAST_SECRET)
    .toSorted(([, a], [, b]) => b.length - a.length)
    .reduce((rest, [name, value]) => rest.replaceAll(value, `[${name}]`), text);

/** Of the same repository: tag and digest aside. */
export const isSameRepository = (a: string, b: string): boolean => repositoryOf(a) === repositoryOf(b);

const repositoryOf = (image: string) => image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');

const SECRET_NAME = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|API_?KEY|(^|_)KEY(_|$)/i;
const PASSWORD_IN_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;
/** The server reads it there itself. */
const REFERENCE = /^(gsm|file):\/\//i;

/** Names of values that look like secrets. */
export const secretsIn = (env: Environment): string[] =>
  Object.entries(env)
    .filter(([, value]) => value !== '' && !REFERENCE.test(value))
    .filter(([name, value]) => SECRET_NAME.test(name) || PASSWORD_IN_ADDRESS.test(value))
    .map(([name]) => name);

/** Throws VALIDATION_002 where one would be kept in the records. */
export function demandNoSecrets(env: Environment): void {
  const found = secretsIn(env);
  if (found.length === 0) return;
  throw new AppError('VALIDATION_002', {
    message: `${found.join(', ')}: looks like a secret, and what is asked for is stored.`,
    advice:
      'Set it in H200_SERVER_ENV of this program, or give a reference (gsm://, file://) that the server reads. H200_API_TOKEN is made of H200_SERVER_TOKEN. Nothing was changed.',
    details: { field: 'config.env', names: found },
  });
}
