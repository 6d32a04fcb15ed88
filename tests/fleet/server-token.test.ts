import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Fleet } from '../../src/fleet/create-fleet.ts';
import type { ServerRecord } from '../../src/fleet/record.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { ann, World } from './open-fleet.ts';

const SECRET = 'secret-of-the-installation';

let world: World;
let fleet: Fleet;
/** What the provider was given with a creation or an update. */
const given: Readonly<Record<string, string>>[] = [];
beforeEach(() => {
  given.length = 0;
  world = new World();
  const { cloud } = world;
  const { create, update } = cloud;
  cloud.create = (spec) => {
    given.push(spec.env);
    return create.call(cloud, spec);
  };
  cloud.update = (server, change) => {
    if (change.env !== undefined) given.push(change.env);
    return update.call(cloud, server, change);
  };
  fleet = world.process({ secret: () => SECRET });
});
afterEach(() => world.close());

const make = async (env: Record<string, string> = {}) =>
  (await fleet.service.create(ann, { type: 'timed', config: { env } })).server.id;
const tokenFor = async (id: string) => (await fleet.places.placeOf(id))?.token;
const stored = async (id: string) => JSON.stringify(await world.records.registry.get('server', id));

/** As earlier versions kept it: they gave every server the secret itself. */
async function asBefore(id: string) {
  const { registry } = world.records;
  const entry = (await registry.get('server', id))!;
  const { token_salt: _, ...value } = entry.value as ServerRecord;
  await registry.replace('server', { ...entry, version: entry.version + 1, value });
}

it('each server gets a token of its own, which is sent to it alone, and kept nowhere', async () => {
  const [one, two] = [await make({ NODE_ENV: 'production' }), await make()];
  const tokens = given.map(({ H200_API_TOKEN }) => H200_API_TOKEN ?? '');
  expect(new Set(tokens).size).toBe(2);
  for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/);
  expect([await tokenFor(one), await tokenFor(two)]).toEqual(tokens);
  expect(given[0]).toMatchObject({ NODE_ENV: 'production' });
  const seen = [await stored(one), await fleet.service.list(ann), world.events, world.audited].map((what) =>
    JSON.stringify(what),
  );
  for (const secret of [...tokens, SECRET]) for (const text of seen) expect(text).not.toContain(secret);
});

it('another process, a restart, a stop and an update do not change it; another secret does', async () => {
  const id = await make();
  const token = await tokenFor(id);
  const other = world.process({ secret: () => SECRET });
  expect((await other.places.placeOf(id))?.token).toBe(token);
  await fleet.service.control(ann, id, { action: 'update', image: 'ghcr.io/acme/mug:2' });
  expect(given.at(-1)).toEqual({ H200_API_TOKEN: token });
  expect(await tokenFor(id)).toBe(token);
  const changed = world.process({ secret: () => 'another-secret' });
  expect((await changed.places.placeOf(id))?.token).not.toBe(token);
});

it('a server that has the secret itself is sent that, until an update gives it one of its own', async () => {
  const id = await make();
  await asBefore(id);
  expect(await tokenFor(id)).toBe(SECRET);
  world.cloud.refusal = 'not now';
  await expect(fleet.service.control(ann, id, { action: 'update', image: 'ghcr.io/acme/mug:2' })).rejects.toThrow();
  expect(await tokenFor(id)).toBe(SECRET);
  await fleet.service.control(ann, id, { action: 'restart' });
  expect(await tokenFor(id)).toBe(SECRET);
  await fleet.service.control(ann, id, { action: 'update', image: 'ghcr.io/acme/mug:2' });
  expect(given.at(-1)?.H200_API_TOKEN).toBe(await tokenFor(id));
  expect(await tokenFor(id)).toMatch(/^[\w-]{43}$/);
});

it('where a token is asked for, that counts', async () => {
  const id = await make({ H200_API_TOKEN: 'gsm://project/token' });
  expect(given).toEqual([{ H200_API_TOKEN: 'gsm://project/token' }]);
  expect(await tokenFor(id)).toBe(SECRET);
  await fleet.service.control(ann, id, { action: 'update', env: {} });
  expect(given.at(-1)?.H200_API_TOKEN).toBe(await tokenFor(id));
});

it('one that was not made here is sent the secret', async () => {
  await make();
  const { cloud } = world;
  const [machine] = cloud.machines.values();
  cloud.machines.set('podX', { ...machine!, id: 'podX', spec: { ...machine!.spec, name: 'theirs' } });
  const ours = world.process({ secret: () => SECRET, adopt: { timed: 'podX' } });
  await ours.round();
  const { servers } = await ours.service.list(ann);
  const adopted = servers.find(({ provider_id }) => provider_id === 'podX');
  expect((await ours.places.placeOf(adopted?.id ?? ''))?.token).toBe(SECRET);
});

it('without a secret there is none', async () => {
  fleet = world.process({ secret: () => undefined });
  const id = await make();
  expect(given).toEqual([{}]);
  expect(await tokenFor(id)).toBeNull();
});

it('neither is shown to who reads what a server writes', async () => {
  const id = await make();
  const text = `+ H200_API_TOKEN=${await tokenFor(id)} and ${SECRET}`;
  world.cloud.lines = [{ cursor: 'c', at: '2026-11-20T12:00:00Z', source: 'container', text }];
  const { lines } = await fleet.service.logs(ann, id, { lines: 1 });
  expect(lines).toMatchObject([{ text: '+ H200_API_TOKEN=[H200_API_TOKEN] and [H200_API_TOKEN]' }]);
});

it('the start names those that have the secret itself', async () => {
  const [old] = [await make(), await make()];
  await asBefore(old);
  const warned: unknown[] = [];
  const log = Object.assign(Object.create(createLog('silent')), { warn: (...what: unknown[]) => warned.push(what) });
  world.process({ secret: () => SECRET, log }).start();
  await expect.poll(() => JSON.stringify(warned), { timeout: 20_000 }).toContain('H200_SERVER_TOKEN itself');
  expect(warned).toEqual([[{ ids: [old] }, expect.any(String)]]);
});
