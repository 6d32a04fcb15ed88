import { describe, expect, it } from 'vitest';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import type { Records } from '../../../src/ports/records.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';

const PASSWORD = 'correct horse battery';
const ADMIN = { principal: LOCAL, client: '10.0.0.1' };
let ids = 0;

/** A server of its own over the same store. */
const serverOn = ({ registry }: Pick<Records, 'registry'>, now = () => new Date()) =>
  createAccounts({
    registry,
    tokens: new Tokens(['a secret that is long enough for it']),
    now,
    newId: (prefix) => `${prefix}_${++ids}`,
  });
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string }) => error.code,
  );

async function mongo(): Promise<Records> {
  const { MongoStore } = await import('../../../src/storage/mongo/mongo-store.ts');
  return recordsOver(new MongoStore(await freshDatabase()));
}

describe.each([
  ['the embedded store', async () => createSqliteRecords(':memory:') as Records, true],
  ['MongoDB', mongo, MONGODB_URI !== null],
] as const)('several servers over %s', (_name, open, there) => {
  const onIt = it.skipIf(!there);

  onIt.each([0, 1, 2, 3])('never remove or demote the last administrators, also at once (%i)', async (round) => {
    const records = await open();
    try {
      const [one, two] = [serverOn(records), serverOn(records)];
      await one.ensureAdmin('admin-one', 'the very first secret');
      const a = (await one.users(ADMIN, { limit: 10 })).items[0]!.user_id;
      const other = { username: 'other', password: PASSWORD, role: 'admin', must_change_password: false } as const;
      const b = (await two.createUser(ADMIN, other)).user_id;
      const codes = await Promise.all([
        code(one.removeUser(ADMIN, a)),
        code(round % 2 === 0 ? two.removeUser(ADMIN, b) : two.updateUser(ADMIN, b, { disabled: true })),
      ]);
      expect(codes.toSorted()).toEqual(['AUTH_007', null]);
      const { items } = await one.users(ADMIN, { limit: 10 });
      const left = items.filter((user) => user.role === 'admin' && !user.disabled);
      expect(left).toHaveLength(1);
      // And the one that is left may go once there is another.
      await two.createUser(ADMIN, { ...other, username: 'next' });
      expect(await code(one.removeUser(ADMIN, left[0]!.user_id))).toBeNull();
    } finally {
      await records.close();
    }
  });

  onIt(
    'never make more keys than one user may have, also at once',
    async () => {
      const records = await open();
      try {
        const servers = [serverOn(records), serverOn(records)];
        await servers[0]!.ensureAdmin('root', 'the very first secret');
        const user = (await servers[0]!.users(ADMIN, { limit: 1 })).items[0]!;
        const me = { principal: { ...LOCAL, id: user.user_id, kind: 'user' as const }, client: 'x' };
        const make = (n: number) => code(servers[n % 2]!.createKey(me, { name: `key ${n}` }));
        for (let n = 0; n < 95; n += 1) expect(await make(n)).toBeNull();
        const codes = await Promise.all(Array.from({ length: 12 }, (_none, n) => make(n)));
        expect(codes.filter((one) => one === null)).toHaveLength(5);
        expect(codes.filter((one) => one === 'AUTH_007')).toHaveLength(7);
        const { items } = await servers[0]!.keys(me, { limit: 200 });
        expect(items).toHaveLength(100);
        await servers[1]!.removeKey(me, items[0]!.key_id);
        expect([await make(0), await make(1)]).toEqual([null, 'AUTH_007']);
      } finally {
        await records.close();
      }
    },
    120_000,
  );
});

it('what a killed server began counts no more after a minute, and lists of an older version are taken over', async () => {
  const records = createSqliteRecords(':memory:');
  let time = new Date('2026-11-28T10:00:00Z');
  const accounts = serverOn(records, () => time);
  await accounts.ensureAdmin('root', 'the very first secret');
  const other = { username: 'ann', password: PASSWORD, role: 'admin', must_change_password: false } as const;
  const ann = (await accounts.createUser(ADMIN, other)).user_id;
  const root = (await accounts.users(ADMIN, { limit: 10 })).items.find(({ username }) => username === 'root')!.user_id;
  // A server said that ann goes, and died.
  const entry = (await records.registry.get('counted', 'admins'))!;
  const value = { ids: [root], begun: [{ id: ann, at: time.toISOString() }] };
  await records.registry.replace('counted', { ...entry, version: entry.version + 1, value });
  expect(await code(accounts.removeUser(ADMIN, root))).toBe('AUTH_007');
  time = new Date(time.getTime() + 61_000);
  expect(await code(accounts.removeUser(ADMIN, root))).toBeNull();
  // Whoever made users before there was a list.
  await records.registry.remove('counted', 'admins');
  expect(await code(accounts.removeUser(ADMIN, ann))).toBe('AUTH_007');
  await accounts.createUser(ADMIN, { ...other, username: 'bob' });
  expect(await code(accounts.removeUser(ADMIN, ann))).toBeNull();
});
