import { beforeEach, expect, it } from 'vitest';
import type { Accounts } from '../../../src/access/accounts/accounts.ts';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';
import { callOf } from '../../support/caller.ts';

const OLD = 'correct horse battery';
const ours = { principal: LOCAL };
let accounts: Accounts;
beforeEach(async () => {
  const { registry } = createSqliteRecords(':memory:');
  accounts = createAccounts({
    registry,
    tokens: new Tokens(['a secret that is long enough for it'], () => new Date()),
    now: () => new Date(),
    newId: (prefix) => `${prefix}_${Math.random().toString(36).slice(2)}`,
  });
  await accounts.ensureAdmin('er', OLD);
});
const login = (password: string) => accounts.login({ username: 'er', password }, '10.0.0.2');
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string }) => error.code,
  );

it('the only administrator gets in again, must choose another password, and what was logged in is not any more', async () => {
  const before = await login(OLD);
  const { user, password } = await accounts.replacePassword(ours, 'ER');
  expect(user).toMatchObject({ username: 'er', role: 'admin', must_change_password: true });
  expect(await code(login(OLD))).toBe('AUTH_004');
  expect(await code(accounts.identify(before.access_token))).not.toBeNull();
  expect((await login(password)).user).toMatchObject({ role: 'admin', must_change_password: true });
});

it('is a line of the audit log, which does not have the password', async () => {
  const { user, password } = await accounts.replacePassword(ours, 'er');
  const { items } = await accounts.audit(ours, { limit: 10 });
  expect(items).toContainEqual(
    expect.objectContaining({
      event: 'user_changed',
      actor: 'local',
      target: user.user_id,
      details: { password: 'set' },
    }),
  );
  expect(JSON.stringify(items)).not.toContain(password);
});

it('each is another, and none holds the name', async () => {
  const made = new Set<string>();
  for (let i = 0; i < 8; i++) made.add((await accounts.replacePassword(ours, 'er')).password);
  expect(made.size).toBe(8);
  expect([...made].filter((one) => /er/i.test(one) || one.length < 20)).toEqual([]);
});

it('is not for callers of the server, nor for nobody', async () => {
  expect(await code(accounts.replacePassword(callOf('ann', 'admin'), 'er'))).toBe('AUTH_003');
  expect(await code(accounts.replacePassword(ours, 'nobody'))).toBe('AUTH_006');
});
