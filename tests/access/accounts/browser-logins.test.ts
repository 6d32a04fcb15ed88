import { beforeEach, expect, it } from 'vitest';
import type { Accounts } from '../../../src/access/accounts/accounts.ts';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL } from '../../../src/contract/principal.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';

const GIVEN = { username: 'ann', password: 'correct horse battery' };
const ADMIN = { principal: LOCAL, client: '10.0.0.1' };

let time: Date;
let registry: Registry;
let accounts: Accounts;
let ids = 0;
const open = () =>
  createAccounts({
    registry,
    tokens: new Tokens(['a secret that is long enough for it'], () => time),
    now: () => time,
    newId: (prefix) => `${prefix}_${++ids}`,
  });
beforeEach(async () => {
  time = new Date('2026-11-28T10:00:00Z');
  ({ registry } = createSqliteRecords(':memory:'));
  accounts = open();
  await accounts.ensureAdmin('root', 'the very first secret');
  await accounts.createUser(ADMIN, { ...GIVEN, role: 'analyst', must_change_password: false });
});
const later = (seconds: number) => {
  time = new Date(time.getTime() + seconds * 1000);
};
const login = (remember = false) => accounts.loginBrowser(GIVEN, '10.0.0.2', remember);
const refresh = (cookie: string) => accounts.refresh(cookie, '10.0.0.2');
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string }) => error.code,
  );

it('a browser has short tokens and a cookie that is replaced with each', async () => {
  const first = await login();
  expect([first.login.expires_in, first.cookie?.maxAgeS]).toEqual([900, null]);
  expect(await accounts.identify(first.login.access_token)).toMatchObject({ kind: 'user', role: 'analyst' });
  later(901);
  expect(await code(accounts.identify(first.login.access_token))).toBe('AUTH_002');
  const next = await refresh(first.cookie!.value);
  expect(next.cookie!.value).not.toBe(first.cookie!.value);
  expect(await accounts.identify(next.login.access_token)).toMatchObject({ kind: 'user' });
});

it('it ends after a day, or thirty, however often it was refreshed', async () => {
  for (const [remember, seconds] of [
    [false, 24 * 3600],
    [true, 30 * 24 * 3600],
  ] as const) {
    let { cookie } = await login(remember);
    for (let n = 0; n < 4; n += 1) {
      later(seconds / 4 - 1);
      ({ cookie } = await refresh(cookie!.value));
      expect(cookie!.maxAgeS).toEqual(remember ? expect.any(Number) : null);
    }
    later(5);
    expect(await code(refresh(cookie!.value))).toBe('AUTH_002');
  }
});

it('a cookie that comes a second time ends the login for whoever has it, and is told of in the audit log', async () => {
  const stolen = await login();
  const mine = await refresh(stolen.cookie!.value);
  later(11);
  expect(await code(refresh(stolen.cookie!.value))).toBe('AUTH_002');
  expect(await code(refresh(mine.cookie!.value))).toBe('AUTH_002');
  expect(await code(accounts.identify(mine.login.access_token))).toBe('AUTH_002');
  const { items } = await accounts.audit(ADMIN, { limit: 1 });
  expect(items[0]).toMatchObject({ event: 'suspicious_activity', client: '10.0.0.2' });
});

it('a secret of long ago ends the login, a wrong one is only refused and counted: ids are no secret', async () => {
  const { cookie, login: mine } = await login();
  const [id, secret] = cookie!.value.split('.') as [string, string];
  const guesses = [
    'x',
    'A'.repeat(43),
    `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
    `B${secret.slice(1)}`,
  ];
  for (const wrong of guesses) expect([wrong, await code(refresh(`${id}.${wrong}`))]).toEqual([wrong, 'AUTH_002']);
  await accounts.forget(`${id}.${'A'.repeat(43)}`);
  expect(await accounts.identify(mine.access_token)).toMatchObject({ kind: 'user' });
  const { items } = await accounts.audit(ADMIN, { limit: 4 });
  expect(items.map(({ event }) => event)).toEqual(Array(4).fill('login_failure'));
  // Who goes on guessing is told to wait; the right one goes on from the same address.
  expect(await code(refresh(`${id}.y`))).toBe('AUTH_002');
  expect(await code(refresh(`${id}.z`))).toBe('RATE_001');
  let next = await refresh(cookie!.value);
  for (let n = 0; n < 3; n += 1) {
    later(11);
    next = await refresh(next.cookie!.value);
  }
  expect(await code(refresh(cookie!.value))).toBe('AUTH_002');
  expect(await code(refresh(next.cookie!.value))).toBe('AUTH_002');
});

it('a login that an older version began goes on, and a guess does not end it', async () => {
  const { cookie } = await login();
  const [id] = cookie!.value.split('.') as [string];
  const entry = (await registry.get('refresh', id))!;
  const { stamp: _, ...value } = entry.value as Record<string, unknown>;
  await registry.replace('refresh', { ...entry, version: entry.version + 1, value });
  expect(await code(refresh(`${id}.x`))).toBe('AUTH_002');
  const next = await refresh(cookie!.value);
  later(11);
  expect(await code(refresh(cookie!.value))).toBe('AUTH_002');
  expect(await code(refresh(next.cookie!.value))).toBe('AUTH_002');
});

it('two tabs that refresh at once go on both, with one cookie', async () => {
  const { cookie } = await login();
  const both = await Promise.all([refresh(cookie!.value), refresh(cookie!.value)]);
  const cookies = both.flatMap((one) => (one.cookie === null ? [] : [one.cookie.value]));
  expect(cookies).toHaveLength(1);
  for (const { login: own } of both) await accounts.identify(own.access_token);
  expect(await code(refresh(cookies[0]!))).toBeNull();
});

it('it ends by logging out, with the password, with the user, and what is no cookie of ours is refused', async () => {
  const one = await login();
  const me = { principal: await accounts.identify(one.login.access_token), client: '10.0.0.2' };
  await accounts.logout(me, one.login.access_token);
  expect(await code(accounts.identify(one.login.access_token))).toBe('AUTH_002');
  expect(await code(refresh(one.cookie!.value))).toBe('AUTH_002');
  const two = await login();
  const three = await login();
  await accounts.forget(two.cookie!.value);
  expect(await code(refresh(two.cookie!.value))).toBe('AUTH_002');
  await accounts.changePassword(me, { current: GIVEN.password, next: 'another long password' });
  expect(await code(refresh(three.cookie!.value))).toBe('AUTH_002');
  for (const text of ['', '.', 'ref_1', 'ref_1.', '.x', 'a.b.c', '__proto__.x']) {
    expect([text, await code(refresh(text))]).toEqual([text, 'AUTH_002']);
  }
});

it('a user has twenty browsers at most: a further one ends the oldest', async () => {
  const cookies: string[] = [];
  for (let n = 0; n < 21; n += 1) {
    later(1);
    cookies.push((await login()).cookie!.value);
  }
  expect(await code(refresh(cookies[0]!))).toBe('AUTH_002');
  expect(await code(refresh(cookies[1]!))).toBeNull();
}, 60_000);

it('secrets of cookies are not in the store', async () => {
  const { cookie } = await login();
  const { items } = await registry.list('refresh', null, { limit: 10 });
  expect(JSON.stringify(items)).not.toContain(cookie!.value.split('.')[1]);
});

it('a ticket opens one line, for half a minute, for whoever it was made for and as long as that login goes on', async () => {
  const { login: own } = await login();
  const principal = await accounts.identify(own.access_token);
  const issue = () => accounts.issueTicket({ principal }, own.access_token, 'proof');
  const { ticket, expires_in } = await issue();
  expect(expires_in).toBe(30);
  // On another server of the same store.
  const used = await open().useTicket(ticket);
  if (!('again' in used)) throw new Error('not of a user');
  expect(await used.again()).toEqual(principal);
  expect(await code(accounts.useTicket(ticket))).toBe('AUTH_001');
  const late = await issue();
  later(31);
  expect(await code(accounts.useTicket(late.ticket))).toBe('AUTH_002');
  // It is no login, and a login is no ticket.
  expect(await code(accounts.identify((await issue()).ticket))).toBe('AUTH_001');
  expect(await code(accounts.useTicket(own.access_token))).toBe('AUTH_001');
  await accounts.logout({ principal, client: 'x' }, own.access_token);
  expect(await code(used.again())).toBe('AUTH_002');
});

it('of many that use one ticket at once one does', async () => {
  const { login: own } = await login();
  const principal = await accounts.identify(own.access_token);
  const { ticket } = await accounts.issueTicket({ principal }, own.access_token, 'proof');
  const codes = await Promise.all(Array.from({ length: 20 }, () => code(accounts.useTicket(ticket))));
  expect(codes.filter((one) => one === null)).toHaveLength(1);
});

it('the ticket of a key does what the key does, and goes with it', async () => {
  const { login: own } = await login();
  const principal = await accounts.identify(own.access_token);
  const me = { principal, client: 'x' };
  const key = await accounts.createKey(me, { name: 'a', permissions: ['rules:read'] });
  const byKey = await accounts.identify(key.key);
  const { ticket } = await accounts.issueTicket({ principal: byKey }, key.key, 'proof');
  const used = await accounts.useTicket(ticket);
  if (!('again' in used)) throw new Error('not of a key');
  expect(await used.again()).toMatchObject({ kind: 'key', permissions: ['rules:read'] });
  await accounts.removeKey(me, key.key_id);
  expect(await code(used.again())).toBe('AUTH_001');
});
