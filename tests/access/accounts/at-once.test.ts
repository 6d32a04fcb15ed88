import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Accounts } from '../../../src/access/accounts/accounts.ts';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import { OneAfterAnother, TURN_LIMITS } from '../../../src/one-after-another.ts';
import type { Records } from '../../../src/ports/records.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';

const PASSWORD = 'correct horse battery';
const ADMIN = { principal: LOCAL, client: '10.0.0.1' };
let records: Records;
let ids = 0;
const serverOn = (registry: Registry): Accounts =>
  createAccounts({
    registry,
    tokens: new Tokens(['a secret that is long enough for it']),
    now: () => new Date(),
    newId: (prefix) => `${prefix}_${String(++ids).padStart(5, '0')}`,
  });
/** Answers as a store over the network does: others come in between. */
const slow = (registry: Registry, over: Partial<Registry> = {}): Registry => ({
  ...registry,
  get: (...given) => turn().then(() => registry.get(...given)),
  replace: (...given) => turn().then(() => registry.replace(...given)),
  list: (...given) => registry.list(...given),
  add: (...given) => registry.add(...given),
  find: (...given) => registry.find(...given),
  under: (...given) => registry.under(...given),
  remove: (...given) => registry.remove(...given),
  removeOlder: (...given) => registry.removeOlder(...given),
  removeExpired: (...given) => registry.removeExpired(...given),
  ...over,
});
const turn = () => new Promise((resolve) => setImmediate(resolve));
const codes = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'fulfilled' ? null : one.reason.code));
const counted = (all: (string | null)[], code: string | null) => all.filter((one) => one === code).length;

let accounts: Accounts;
let root: { principal: typeof LOCAL; client: string };
const user = (username: string, role: 'admin' | 'analyst' = 'analyst') =>
  accounts.createUser(ADMIN, { username, password: PASSWORD, role, must_change_password: false });
beforeEach(async () => {
  records = createSqliteRecords(':memory:');
  accounts = serverOn(slow(records.registry));
  await accounts.ensureAdmin('root', 'the very first secret');
  const { user_id: id } = (await accounts.users(ADMIN, { limit: 1 })).items[0]!;
  root = { principal: { ...LOCAL, id, kind: 'user' as never }, client: 'x' };
});
afterEach(async () => {
  vi.useRealTimers();
  await records.close();
});

it('160 keys asked for at once: as many as one may have, and each that is stored was handed out', async () => {
  const made = await codes(Array.from({ length: 160 }, (_, n) => accounts.createKey(root, { name: `key ${n}` })));
  expect([counted(made, null), counted(made, 'AUTH_007')]).toEqual([100, 60]);
  expect((await accounts.keys(root, { limit: 200 })).items).toHaveLength(100);
});

it('40 changes of one user, 60 refreshes of one cookie and 30 removals of administrators at once all are done', async () => {
  const ann = await user('ann');
  const change = (n: number) => accounts.updateUser(ADMIN, ann.user_id, { role: n % 2 ? 'viewer' : 'analyst' });
  expect(await codes(Array.from({ length: 40 }, (_, n) => change(n)))).toEqual(Array(40).fill(null));
  const { cookie } = await accounts.loginBrowser({ username: 'ann', password: PASSWORD }, 'x', false);
  const refresh = () => accounts.refresh(cookie!.value, 'x');
  const refreshed = await Promise.allSettled(Array.from({ length: 60 }, refresh));
  const given = refreshed.map((one) => (one.status === 'fulfilled' ? one.value.cookie !== null : one.reason.code));
  expect(given.filter((one) => one === true)).toHaveLength(1);
  expect(given.filter((one) => one === false)).toHaveLength(59);
  const admins = [];
  for (let n = 0; n < 30; n += 1) admins.push(await user(`admin-${n}`, 'admin'));
  expect(await codes(admins.map((one) => accounts.removeUser(ADMIN, one.user_id)))).toEqual(Array(30).fill(null));
}, 60_000);

it('several servers that change one entry wait for each other', async () => {
  const servers = Array.from({ length: 8 }, () => serverOn(slow(records.registry)));
  const made = await codes(Array.from({ length: 64 }, (_, n) => servers[n % 8]!.createKey(root, { name: `key ${n}` })));
  expect(counted(made, null)).toBe(64);
}, 30_000);

it('an entry that others change without end is refused after a while, to be tried again, and nothing is left', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  const never = serverOn(slow(records.registry, { replace: async () => false }));
  await accounts.createKey(root, { name: 'the first' });
  const refused = codes([never.createKey(root, { name: 'never' })]);
  const error = never.createKey(root, { name: 'nor this' }).catch((thrown: unknown) => thrown);
  for (let n = 0; n < 60; n += 1) await vi.advanceTimersByTimeAsync(TURN_LIMITS.waitMs / 20);
  expect(await refused).toEqual(['SYSTEM_002']);
  expect(await error).toMatchObject({ http: 503, retryAfterS: 1 });
  expect((await accounts.keys(root, { limit: 9 })).items.map(({ name }) => name)).toEqual(['the first']);
});

it('a key whose storing failed is not left behind, and one that is stored is handed out though the list fails', async () => {
  let fails = false;
  const gone = () => Promise.reject(Object.assign(new Error('gone'), { code: 'DB_001' }));
  const halfway = serverOn(
    slow(records.registry, {
      add: async (kind, entry) => {
        const added = await records.registry.add(kind, entry);
        return kind === 'api_key' && entry.owner === root.principal.id && !fails ? gone() : added;
      },
      replace: (...given) => (fails ? gone() : records.registry.replace(...given)),
    }),
  );
  expect(await codes([halfway.createKey(root, { name: 'half' })])).toEqual(['DB_001']);
  expect((await accounts.keys(root, { limit: 9 })).items).toEqual([]);
  fails = true;
  expect(await codes([halfway.createKey(root, { name: 'no' })])).toEqual(['DB_001']);
  expect((await accounts.keys(root, { limit: 9 })).items).toEqual([]);
});

it('so many wait for one name and no more, others are free, and what waits too long begins no more', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  const turns = new OneAfterAnother();
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = turns.take('a', () => promise);
  let begun = 0;
  const work = async () => {
    begun += 1;
  };
  const waiting = codes(Array.from({ length: TURN_LIMITS.waiting + 1 }, () => turns.take('a', work)));
  await turns.take('b', work);
  expect(begun).toBe(1);
  await vi.advanceTimersByTimeAsync(TURN_LIMITS.waitMs);
  expect(await waiting).toEqual(Array(TURN_LIMITS.waiting + 1).fill('SYSTEM_002'));
  resolve();
  await first;
  await turns.take('a', work);
  expect(begun).toBe(2);
});
