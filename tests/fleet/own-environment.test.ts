import { describe, expect, it } from 'vitest';
import { isServerEnvironment, readServerEnvironment } from '../../src/config/server-environment.ts';
import { demandNoSecrets, isSameRepository, withOwnEnvironment } from '../../src/fleet/own-environment.ts';
import type { CloudServer } from '../../src/ports/gpu-cloud.ts';
import { CATALOG, InMemoryCloud, TestClock } from './in-memory-cloud.ts';

describe('values that are kept', () => {
  it.each(['H200_API_TOKEN', 'AWS_SECRET_ACCESS_KEY', 'db_password', 'OPENAI_API_KEY', 'APIKEY', 'KEY', 'PASSPHRASE'])(
    'may not be secrets (%s)',
    (name) => expect(() => demandNoSecrets({ [name]: 'x' })).toThrow(name),
  );
  it('may not hold a password in an address', () => {
    expect(() => demandNoSecrets({ MONGODB_ATLAS_URI: 'mongodb+srv://me:word@host/db' })).toThrow('MONGODB_ATLAS_URI');
  });
  it.each([
    { H200_API_TOKEN: 'gsm://project/name' },
    { H200_API_TOKEN: 'file:///run/secrets/token' },
    { H200_API_TOKEN: '' },
    { KEYBOARD: 'qwertz', MONKEY: 'x', NODE_ENV: 'production', REDIS_HOST: 'redis://host:6379' },
  ])('may be %j', (env) => expect(() => demandNoSecrets(env)).not.toThrow());
});

it.each([
  ['ghcr.io/acme/mug:1', 'ghcr.io/acme/mug:2.0.0', true],
  ['ghcr.io/acme/mug', `ghcr.io/acme/mug:1@sha256:${'a'.repeat(64)}`, true],
  ['localhost:5000/mug', 'localhost:5000/mug:1', true],
  ['localhost:5000/mug', 'localhost:5001/mug', false],
  ['ghcr.io/acme/mug', 'ghcr.io/evil/mug', false],
])('%s and %s are of one repository: %s', (a, b, same) => expect(isSameRepository(a, b)).toBe(same));

it('what is not an object of names and texts is refused', () => {
  expect(readServerEnvironment('{"A":"b"}')).toEqual({ A: 'b' });
  for (const text of ['', '[]', '{"A":1}', '{"a b":"c"}', '{', '"x"']) expect(isServerEnvironment(text)).toBe(false);
});

it('goes to the provider when a server is made or updated, and what was asked for counts more', async () => {
  const seen: unknown[] = [];
  class Watched extends InMemoryCloud {
    override create(...given: Parameters<InMemoryCloud['create']>) {
      seen.push(given[0].env);
      return super.create(...given);
    }
    override update(...given: Parameters<InMemoryCloud['update']>) {
      seen.push(given[1].env);
      return super.update(...given);
    }
  }
  const cloud = withOwnEnvironment(new Watched(new TestClock()), (image) => ({ A: `of ${image}`, B: 'ours' }));
  const [gpu] = CATALOG;
  if (gpu === undefined) throw new Error('no GPU');
  const { signal } = new AbortController();
  const spec = { type: 'timed', name: 'h200-mug-x', image: 'mug:1', gpu, gpuCount: 1, env: { B: 'asked' } } as const;
  const rest = { ports: [], workers: { min: 0, max: 0 }, serving: 'queue' } as const;
  const server = await cloud.create({ ...spec, ...rest }, signal);
  await cloud.update(server, { image: 'mug:2', env: {} }, signal);
  await cloud.update(server, { workers: { min: 0, max: 1 } }, signal);
  expect(seen).toEqual([{ A: 'of mug:1', B: 'asked' }, { A: 'of mug:2', B: 'ours' }, undefined]);
});

it('what a server prints of it is struck out of its log', async () => {
  class Printing extends InMemoryCloud {
    override async *logs() {
      yield {
        cursor: '1',
        at: '2026-01-01T00:00:00Z',
        source: 'container' as const,
        text: 'tok=srvtok_0123 env=sesame-open A=b',
      };
    }
  }
  const secrets = { H200_API_TOKEN: 'srvtok_0123', DOOR: 'sesame-open', A: 'b' };
  const cloud = withOwnEnvironment(new Printing(new TestClock()), () => secrets);
  const lines: string[] = [];
  const from = { after: null, tail: 1 };
  for await (const { text } of cloud.logs({ image: 'mug:1' } as CloudServer, from, new AbortController().signal))
    lines.push(text);
  expect(lines).toEqual(['tok=[H200_API_TOKEN] env=[DOOR] A=b']);
});
