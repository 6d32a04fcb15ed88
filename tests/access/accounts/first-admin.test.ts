import { beforeEach, describe, expect, it } from 'vitest';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';

const PASSWORD = 'correct horse battery';
const CLIENT = '10.0.0.7';

let time: Date;
let registry: Registry;
/** A server that starts on what is stored. */
const start = () =>
  createAccounts({
    registry,
    tokens: new Tokens(['a secret that is long enough for it'], () => time),
    now: () => time,
    newId: (prefix) => `${prefix}_${Math.random().toString(36).slice(2)}`,
  });
beforeEach(() => {
  time = new Date('2026-11-28T10:00:00Z');
  ({ registry } = createSqliteRecords(':memory:'));
});
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string }) => error.code,
  );
const use = (token: string, username = 'ann', password = PASSWORD) =>
  start().createFirstAdmin({ token, username, password }, CLIENT);
const linkOf = async (again = false) => (await start().firstLink({ again }))!.token;

describe('the link for the first administrator', () => {
  it('makes one, once, after a restart too, and from then on nobody is let in without a login', async () => {
    const token = await linkOf();
    expect(await start().inUse()).toBe(false);
    expect(await use(token)).toMatchObject({ username: 'ann', role: 'admin', must_change_password: false });
    const accounts = start();
    expect(await accounts.inUse()).toBe(true);
    expect(await accounts.login({ username: 'ann', password: PASSWORD }, CLIENT)).toMatchObject({
      user: { role: 'admin' },
    });
    expect(await code(use(token, 'bob'))).toBe('AUTH_007');
    expect(await code(accounts.firstLink({ again: true }))).toBe('AUTH_007');
    const { items } = await accounts.audit({ principal: LOCAL }, { limit: 10 });
    const made = items.find(({ event }) => event === 'user_created');
    expect(made).toMatchObject({ actor: 'local', client: CLIENT, details: { by: 'link', username: 'ann' } });
    expect(await accounts.checkAudit({ principal: LOCAL })).toMatchObject({ broken_at: null });
  });

  it('is told once; another one ends it, and its hour does', async () => {
    const first = await linkOf();
    expect(await start().firstLink({ again: false })).toBeNull();
    const second = await linkOf(true);
    expect(await code(use(first))).toBe('AUTH_001');
    time = new Date(time.getTime() + 3_600_000);
    expect(await code(use(second))).toBe('AUTH_002');
    const third = await linkOf(true);
    expect(await code(use(`${third}x`))).toBe('AUTH_001');
    expect(await code(use('x'.repeat(43)))).toBe('AUTH_001');
    expect(await code(use(third))).toBeNull();
  });

  it('of many at once makes one administrator', async () => {
    const token = await linkOf();
    const names = ['ann', 'bob', 'cid', 'dan', 'eve'];
    const done = await Promise.all(names.map((name) => code(use(token, name))));
    expect(done.filter((one) => one === null)).toHaveLength(1);
    expect(await start().countUsers({ principal: LOCAL })).toBe(1);
  });

  it('is not used up by a password that is too easy, and is not stored as it is', async () => {
    const token = await linkOf();
    expect(await code(use(token, 'ann', 'aaaaaaaaaaaaaaaa'))).toBe('VALIDATION_002');
    expect(JSON.stringify(await registry.get('first_admin', 'link'))).not.toContain(token);
    expect(await code(use(token))).toBeNull();
  });

  it('there is none where there are users', async () => {
    await start().ensureAdmin('root', PASSWORD);
    expect(await code(start().firstLink({ again: false }))).toBe('AUTH_007');
    expect(await code(use('x'.repeat(43)))).toBe('AUTH_007');
  });

  it('and who asks for one because the password is forgotten is told what helps', async () => {
    await start().ensureAdmin('root', PASSWORD);
    const refused = await start()
      .firstLink({ again: true })
      .catch((thrown: { advice: string }) => thrown.advice);
    expect(refused).toContain('h200-mug users password NAME');
  });
});
