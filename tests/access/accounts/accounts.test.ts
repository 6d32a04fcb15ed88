import { beforeEach, describe, expect, it } from 'vitest';
import type { Accounts } from '../../../src/access/accounts/accounts.ts';
import { createAccounts } from '../../../src/access/accounts/create-accounts.ts';
import { LOGIN_LIMITS } from '../../../src/access/accounts/login-guard.ts';
import { Tokens } from '../../../src/access/accounts/tokens.ts';
import { LOCAL, type Principal, ROLES } from '../../../src/contract/principal.ts';
import { AppError } from '../../../src/errors.ts';
import type { Registry } from '../../../src/ports/registry.ts';
import { createSqliteRecords } from '../../../src/storage/sqlite/records.ts';

const SECRET = 'a secret that is long enough for it';
const PASSWORD = 'correct horse battery';
const ADMIN = { principal: LOCAL, client: '10.0.0.1' };

let time: Date;
let registry: Registry;
let accounts: Accounts;
let ids = 0;
const open = (secrets: string[] = [SECRET]) =>
  createAccounts({
    registry,
    tokens: new Tokens(secrets, () => time),
    now: () => time,
    newId: (prefix) => `${prefix}_${++ids}`,
  });
beforeEach(async () => {
  time = new Date('2026-11-28T10:00:00Z');
  ({ registry } = createSqliteRecords(':memory:'));
  accounts = open();
  await accounts.ensureAdmin('first-admin', 'the very first secret');
});
const later = (seconds: number) => {
  time = new Date(time.getTime() + seconds * 1000);
};
const user = (username: string, role: (typeof ROLES)[number] = 'viewer') =>
  accounts.createUser(ADMIN, { username, password: PASSWORD, role, must_change_password: false });
const login = (username: string, password = PASSWORD, client = '10.0.0.2') =>
  accounts.login({ username, password }, client);
const code = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string }) => error.code,
  );

describe('logging in', () => {
  it('gives a token that says who it is, for a day', async () => {
    const ann = await user('Ann', 'analyst');
    const { access_token, token_type, expires_in, user: shown } = await login('ann');
    expect([token_type, expires_in]).toEqual(['bearer', 86_400]);
    expect(shown).toMatchObject({
      user_id: ann.user_id,
      username: 'Ann',
      role: 'analyst',
      last_login_at: time.toISOString(),
    });
    expect(JSON.stringify(shown)).not.toContain('argon2');
    expect(await accounts.identify(access_token)).toMatchObject({ id: ann.user_id, kind: 'user', role: 'analyst' });
    later(86_399);
    await accounts.identify(access_token);
    later(2);
    expect(await code(accounts.identify(access_token))).toBe('AUTH_002');
  });

  it('a wrong password and a name that nobody has are refused alike', async () => {
    await user('ann');
    expect(await code(login('ann', 'wrong'))).toBe('AUTH_004');
    expect(await code(login('nobody', 'wrong'))).toBe('AUTH_004');
    expect(await code(login('__proto__', 'wrong'))).toBe('AUTH_004');
  });

  it('guessing ends after five failures of a name from one client, many at once too; others get in', async () => {
    await user('ann');
    await user('bob');
    const tries = await Promise.all(Array.from({ length: 12 }, () => code(login('ann', 'wrong'))));
    expect(tries.filter((one) => one === 'AUTH_004')).toHaveLength(LOGIN_LIMITS.pair);
    expect(tries.filter((one) => one === 'RATE_001')).toHaveLength(12 - LOGIN_LIMITS.pair);
    expect(await code(login('ann'))).toBe('RATE_001');
    expect(await code(login('ann', PASSWORD, '10.9.9.9'))).toBeNull();
    expect(await code(login('bob'))).toBeNull();
  });

  it('right passwords use up nothing', async () => {
    await user('ann');
    for (let i = 0; i < 30; i += 1) expect(await code(login('ann'))).toBeNull();
  });

  it('no other signature is believed, and the secret can be replaced', async () => {
    await user('ann');
    const { access_token: token } = await login('ann');
    const other = open(['another secret that is long enough too']);
    expect(await code(other.identify(token))).toBe('AUTH_001');
    const rotated = open(['another secret that is long enough too', SECRET]);
    expect(await code(rotated.identify(token))).toBeNull();
    const [head, body, signature] = token.split('.') as [string, string, string];
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    for (const forged of [
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
      `${head}.${body}.`,
      `${head}..${signature}`,
      'x',
      '',
      'a.b.c',
    ]) {
      expect([forged, await code(accounts.identify(forged))]).toEqual([forged, 'AUTH_001']);
    }
  });
});

describe('a login ends', () => {
  const me = (principal: Principal) => ({ principal, client: '10.0.0.2' });

  it('by logging out, which leaves the others', async () => {
    await user('ann');
    const [one, two] = [await login('ann'), await login('ann')];
    const principal = await accounts.identify(one.access_token);
    await accounts.logout(me(principal), one.access_token);
    expect(await code(accounts.identify(one.access_token))).toBe('AUTH_002');
    expect(await code(accounts.identify(two.access_token))).toBeNull();
  });

  it('with a change of the password, which wants the old one', async () => {
    await user('ann');
    const { access_token: token } = await login('ann');
    const principal = await accounts.identify(token);
    const change = (current: string, next: string) => code(accounts.changePassword(me(principal), { current, next }));
    expect(await change('wrong', 'another long password')).toBe('AUTH_004');
    expect(await change(PASSWORD, PASSWORD)).toBe('VALIDATION_002');
    expect(await change(PASSWORD, 'annannannann')).toBe('VALIDATION_002');
    expect(await change(PASSWORD, 'another long password')).toBeNull();
    expect(await code(accounts.identify(token))).toBe('AUTH_002');
    expect(await code(login('ann'))).toBe('AUTH_004');
    expect(await code(login('ann', 'another long password'))).toBeNull();
  });

  it('may have nothing done in their name that they may not do now', async () => {
    const { user_id } = await user('ann', 'analyst');
    const may = () => accounts.mayUser(user_id, 'analysis:write');
    expect([await may(), await accounts.mayUser('usr_nobody', 'analysis:read')]).toEqual([true, false]);
    await accounts.updateUser(ADMIN, user_id, { role: 'viewer' });
    expect(await may()).toBe(false);
    await accounts.updateUser(ADMIN, user_id, { role: 'manager' });
    expect(await may()).toBe(true);
    await accounts.updateUser(ADMIN, user_id, { disabled: true });
    expect(await may()).toBe(false);
  });

  it.each([{ role: 'analyst' as const }, { disabled: true }, { password: 'set by the admin!' }])(
    'with a change by an administrator: %o',
    async (patch) => {
      const ann = await user('ann');
      const { access_token: token } = await login('ann');
      const changed = await accounts.updateUser(ADMIN, ann.user_id, patch);
      expect(await code(accounts.identify(token))).toBe('AUTH_002');
      expect(changed.must_change_password).toBe('password' in patch);
    },
  );

  it('with the user', async () => {
    const ann = await user('ann');
    const { access_token: token } = await login('ann');
    const principal = await accounts.identify(token);
    const { key } = await accounts.createKey(me(principal), { name: 'script' });
    await accounts.removeUser(ADMIN, ann.user_id);
    expect(await code(accounts.identify(token))).toBe('AUTH_002');
    expect(await code(accounts.identify(key))).toBe('AUTH_001');
  });
});

describe('keys', () => {
  async function as(username: string, role: (typeof ROLES)[number]) {
    await user(username, role);
    return { principal: await accounts.identify((await login(username)).access_token), client: '10.0.0.2' };
  }

  it('act for their owner, with no more than they were given', async () => {
    const ann = await as('ann', 'analyst');
    const made = await accounts.createKey(ann, { name: 'script', permissions: ['analysis:read'] });
    expect(made.key).toMatch(/^h200_[A-Za-z0-9_-]{43}$/);
    expect(await accounts.identify(made.key)).toMatchObject({
      id: ann.principal.id,
      kind: 'key',
      permissions: ['analysis:read'],
    });
    const [listed] = (await accounts.keys(ann, { limit: 10 })).items;
    expect(listed).not.toHaveProperty('key');
    expect(JSON.stringify(await registry.list('api_key', null, { limit: 10 }))).not.toContain(made.key);
  });

  it('never have more than the owner has today', async () => {
    const ann = await as('ann', 'manager');
    const { key } = await accounts.createKey(ann, { name: 'script' });
    await accounts.updateUser(ADMIN, ann.principal.id, { role: 'viewer' });
    expect((await accounts.identify(key)).permissions).not.toContain('rules:write');
    const bob = await as('bob', 'viewer');
    expect(await code(accounts.createKey(bob, { name: 'x', permissions: ['admin:users'] }))).toBe('AUTH_003');
  });

  it('make no keys, change no passwords, expire, and are removed by their owner or an administrator alone', async () => {
    const ann = await as('ann', 'admin');
    const bob = await as('bob', 'viewer');
    const { key, key_id } = await accounts.createKey(ann, { name: 'a', expires_in_days: 1 });
    const byKey = { principal: await accounts.identify(key), client: '10.0.0.2' };
    expect(await code(accounts.keys(byKey, { limit: 1 }))).toBe('AUTH_003');
    expect(await code(accounts.removeKey(byKey, key_id))).toBe('AUTH_003');
    expect(await code(accounts.updateUser(byKey, bob.principal.id, { role: 'admin' }))).toBe('AUTH_003');
    expect(await code(accounts.createKey(byKey, { name: 'b' }))).toBe('AUTH_003');
    expect(await code(accounts.changePassword(byKey, { current: PASSWORD, next: 'another long password' }))).toBe(
      'AUTH_003',
    );
    expect((await accounts.keys(bob, { limit: 10 })).items).toEqual([]);
    expect(await code(accounts.removeKey(bob, key_id))).toBe('AUTH_006');
    later(86_401);
    expect(await code(accounts.identify(key))).toBe('AUTH_002');
    await accounts.removeKey(ann, key_id);
    expect(await code(accounts.identify(key))).toBe('AUTH_001');
  });
});

describe('administration', () => {
  it('is for administrators alone, whatever is asked', async () => {
    for (const role of ROLES) {
      const name = `${role}-${ROLES.indexOf(role)}`;
      const made = await user(name, role);
      const ctx = { principal: await accounts.identify((await login(name)).access_token), client: '10.0.0.2' };
      const asked = await Promise.all([
        code(accounts.users(ctx, { limit: 1 })),
        code(
          accounts.createUser(ctx, {
            username: `of-${name}`,
            password: PASSWORD,
            role: 'admin',
            must_change_password: false,
          }),
        ),
        code(accounts.updateUser(ctx, made.user_id, { role: 'admin' })),
        code(accounts.audit(ctx, { limit: 1 })),
        code(accounts.checkAudit(ctx)),
      ]);
      expect([role, ...asked]).toEqual([role, ...asked.map(() => (role === 'admin' ? null : 'AUTH_003'))]);
    }
  });

  it('keeps an administrator, and each name once', async () => {
    const ann = await user('ann', 'admin');
    const [first] = (await accounts.users(ADMIN, { limit: 10 })).items.filter((one) => one.username === 'first-admin');
    await accounts.removeUser(ADMIN, first!.user_id);
    expect(await code(accounts.updateUser(ADMIN, ann.user_id, { role: 'viewer' }))).toBe('AUTH_007');
    expect(await code(accounts.updateUser(ADMIN, ann.user_id, { disabled: true }))).toBe('AUTH_007');
    expect(await code(accounts.removeUser(ADMIN, ann.user_id))).toBe('AUTH_007');
    expect(await code(user('ANN'))).toBe('AUTH_007');
    await user('bob', 'admin');
    expect(await code(accounts.removeUser(ADMIN, ann.user_id))).toBeNull();
    expect(await code(accounts.removeUser(ADMIN, ann.user_id))).toBe('AUTH_006');
  });

  it('the first administrator is made once, and keeps the password that was set meanwhile', async () => {
    const { registry: empty } = createSqliteRecords(':memory:');
    registry = empty;
    accounts = open();
    expect(await accounts.inUse()).toBe(false);
    expect(await code(user('viewer-first'))).toBe('AUTH_007');
    await accounts.ensureAdmin('root', PASSWORD);
    expect(await accounts.inUse()).toBe(true);
    await accounts.ensureAdmin('root', 'another long password');
    expect(await code(login('root'))).toBeNull();
    expect(await code(login('root', 'another long password'))).toBe('AUTH_004');
    expect((await login('root')).user.must_change_password).toBe(false);
  });

  it('the first administrator of a password that a program made must choose another one', async () => {
    const { registry: empty } = createSqliteRecords(':memory:');
    registry = empty;
    accounts = open();
    await accounts.ensureAdmin('root', PASSWORD, { mustChange: true });
    expect((await login('root')).user.must_change_password).toBe(true);
  });
});

it('on a full disk who has the right password is let in, and can log out', async () => {
  const real = registry;
  let isFull = false;
  const full = () => Promise.reject(new AppError('STORAGE_003'));
  registry = new Proxy(real, {
    get: (target, name) =>
      isFull && (name === 'add' || name === 'replace') ? full : Reflect.get(target, name, target),
  });
  accounts = open();
  registry = real;
  const ann = await user('ann', 'manager');
  const before = await accounts.loginBrowser({ username: 'ann', password: PASSWORD }, '10.0.0.2', true);
  isFull = true;
  const { access_token: token } = await login('ann');
  expect(await accounts.identify(token)).toMatchObject({ id: ann.user_id });
  const late = await accounts.loginBrowser({ username: 'ann', password: PASSWORD }, '10.0.0.2', true);
  expect(late.cookie).toBeNull();
  expect(await accounts.identify(late.login.access_token)).toMatchObject({ id: ann.user_id });
  expect(await code(login('ann', 'wrong'))).toBe('AUTH_004');
  const principal = await accounts.identify(before.login.access_token);
  await accounts.logout({ principal }, before.login.access_token).catch(() => undefined);
  // A token that cannot be written down as ended goes on, and that is said.
  expect(await code(accounts.logout({ principal }, token))).toBe('STORAGE_003');
});

it('guessing one name from many addresses is bounded and told once; known addresses are let in', async () => {
  const ann = await user('ann');
  await login('ann', PASSWORD, '10.0.0.2');
  const wrong = (n: number) => code(login('ann', `wrong ${n}`, `10.1.${n >> 2}.1`));
  const codes: (string | null)[] = [];
  for (let n = 0; n < LOGIN_LIMITS.name + 5; n += 1) codes.push(await wrong(n));
  expect(codes.filter((one) => one === 'AUTH_004')).toHaveLength(LOGIN_LIMITS.name);
  expect(codes.slice(-5)).toEqual(Array(5).fill('RATE_001'));
  expect(await code(login('ann', PASSWORD, '10.9.9.9'))).toBe('RATE_001');
  expect(await code(login('ann', PASSWORD, '10.0.0.2'))).toBeNull();
  const { items } = await accounts.audit(ADMIN, { limit: 100 });
  expect(items.filter(({ event }) => event === 'suspicious_activity')).toMatchObject([{ actor: ann.user_id }]);
}, 120_000);

describe('while the store is gone', () => {
  const gone = () => {
    throw new AppError('DB_001');
  };
  /** The same accounts over a registry that can be lost. */
  function losable() {
    let isGone = false;
    const real = registry;
    registry = new Proxy(real, {
      get: (target, name) => (isGone ? gone : Reflect.get(target, name, target)),
    });
    accounts = open();
    registry = real;
    return {
      lose: () => {
        isGone = true;
      },
      find: () => {
        isGone = false;
      },
    };
  }

  it('whoever was known shortly before is believed, for a quarter of an hour, and nobody else', async () => {
    const store = losable();
    const ann = await user('ann', 'analyst');
    const { access_token: used } = await login('ann');
    const { access_token: unused } = await login('ann');
    const { key } = await accounts.createKey(
      { principal: await accounts.identify(used) },
      { name: 'script', permissions: ['analysis:write'], expires_in_days: 30 },
    );
    await accounts.identify(key);
    store.lose();
    expect(await accounts.identify(used)).toMatchObject({ id: ann.user_id, kind: 'user', role: 'analyst' });
    expect(await accounts.identify(key)).toMatchObject({
      id: ann.user_id,
      kind: 'key',
      permissions: ['analysis:write'],
    });
    expect(await code(accounts.identify(unused))).toBe('DB_001');
    expect(await code(login('ann'))).toBe('DB_001');
    later(15 * 60 - 1);
    await accounts.identify(used);
    later(2);
    expect(await code(accounts.identify(used))).toBe('DB_001');
    expect(await code(accounts.identify(key))).toBe('DB_001');
  });

  it('who was refused before it went is not believed, nor a token or key that has expired', async () => {
    const store = losable();
    const ann = await user('ann');
    const { access_token: token } = await login('ann');
    await accounts.identify(token);
    await accounts.updateUser(ADMIN, ann.user_id, { disabled: true });
    expect(await code(accounts.identify(token))).toBe('AUTH_002');
    store.lose();
    expect(await code(accounts.identify(token))).toBe('DB_001');
    store.find();
    await user('ben');
    later(10);
    const { access_token: first } = await login('ben');
    const { access_token: bens } = await login('ben');
    const ben = { principal: await accounts.identify(first) };
    await accounts.identify(bens);
    await accounts.logout(ben, first);
    store.lose();
    expect(await code(accounts.identify(first))).toBe('DB_001');
    expect(await code(accounts.identify(bens))).toBe('DB_001');
    store.find();
    later(10);
    const { key } = await accounts.createKey(
      { principal: await accounts.identify(bens) },
      { name: 'script', permissions: [], expires_in_days: 1 },
    );
    later(86_400 - 60);
    await accounts.identify(bens);
    await accounts.identify(key);
    store.lose();
    later(61);
    expect(await code(accounts.identify(bens))).toBe('AUTH_002');
    expect(await code(accounts.identify(key))).toBe('DB_001');
  });
});

describe('the audit log', () => {
  it('tells what was done, by whom, never a secret, and shows a line that was removed or changed', async () => {
    const ann = await user('ann');
    await code(login('ann', 'wrong'));
    await login('ann');
    const { items } = await accounts.audit(ADMIN, { limit: 10 });
    expect(items.map(({ event, actor }) => [event, actor])).toEqual([
      ['login_success', ann.user_id],
      ['login_failure', ann.user_id],
      ['user_created', 'local'],
      ['user_created', 'local'],
    ]);
    expect(JSON.stringify(items)).not.toMatch(/wrong|correct horse|argon2/);
    // Reading it is a line too.
    const { newest, ...whole } = await accounts.checkAudit(ADMIN);
    expect(whole).toEqual({ lines: 5, broken_at: null });
    expect(newest).toEqual({ number: 5, hash: (await accounts.audit(ADMIN, { limit: 10 })).items[0]?.hash });
    const second = (await registry.get('audit', '000000000002'))!;
    await registry.replace('audit', {
      ...second,
      version: 2,
      value: { ...(second.value as object), actor: 'usr_other' },
    });
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ broken_at: 2 });
    await registry.remove('audit', '000000000002');
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ broken_at: 3 });
    await registry.remove('audit', '000000000001');
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ broken_at: 3 });
  });

  it('shows by a line that was noted elsewhere that its end was cut off, or that all of it was made anew', async () => {
    await user('ann');
    await user('ben');
    const { newest } = await accounts.checkAudit(ADMIN);
    await user('cat');
    expect(await accounts.checkAudit(ADMIN, newest)).toMatchObject({ lines: 4, broken_at: null });
    for (const id of ['000000000004', '000000000003']) await registry.remove('audit', id);
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ lines: 2, broken_at: null });
    expect(await accounts.checkAudit(ADMIN, newest)).toMatchObject({ broken_at: 3 });
    // The log goes on with another line of that number.
    await user('dan');
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ lines: 3, broken_at: null });
    expect(await accounts.checkAudit(ADMIN, newest)).toMatchObject({ broken_at: 3 });
  });

  it('two servers that write at once write one chain', async () => {
    const other = open();
    await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        code((i % 2 ? accounts : other).login({ username: `n${i}`, password: 'x' }, `10.1.0.${i}`)),
      ),
    );
    expect(await accounts.checkAudit(ADMIN)).toMatchObject({ lines: 11, broken_at: null });
  });
});

describe('two at once', () => {
  it('administrators who remove or demote each other leave one', async () => {
    for (const way of ['remove', 'demote'] as const) {
      const [ann, bob] = [await user(`ann-${way}`, 'admin'), await user(`bob-${way}`, 'admin')];
      for (const { user_id, role } of (await accounts.users(ADMIN, { limit: 50 })).items) {
        if (role === 'admin' && user_id !== ann.user_id && user_id !== bob.user_id)
          await accounts.removeUser(ADMIN, user_id);
      }
      const end = (id: string) =>
        way === 'remove' ? accounts.removeUser(ADMIN, id) : accounts.updateUser(ADMIN, id, { role: 'viewer' });
      expect((await Promise.all([code(end(ann.user_id)), code(end(bob.user_id))])).toSorted()).toEqual([
        'AUTH_007',
        null,
      ]);
    }
  });

  it("an administrator's new password wins over the user's, and no login of the old one outlives it", async () => {
    const ann = await user('ann');
    const principal = await accounts.identify((await login('ann')).access_token);
    const own = code(
      accounts.changePassword({ principal, client: 'x' }, { current: PASSWORD, next: 'of the attacker, long' }),
    );
    const logins = Promise.all(Array.from({ length: 3 }, () => login('ann', PASSWORD, '10.0.0.9').catch(() => null)));
    await accounts.updateUser(ADMIN, ann.user_id, { password: 'of the administrator' });
    await own;
    expect(await code(login('ann', 'of the administrator', '10.0.0.8'))).toBeNull();
    expect(await code(login('ann', 'of the attacker, long', '10.0.0.7'))).toBe('AUTH_004');
    for (const one of await logins) {
      if (one !== null) expect(await code(accounts.identify(one.access_token))).toBe('AUTH_002');
    }
  });
});

it('a server whose last user was taken out of the store is not open to everyone again', async () => {
  const [first] = (await accounts.users(ADMIN, { limit: 1 })).items;
  await registry.remove('user', first!.user_id);
  expect(await open().inUse()).toBe(true);
});

it('where nobody can administer any more, who starts the server can', async () => {
  const [first] = (await accounts.users(ADMIN, { limit: 1 })).items;
  const entry = (await registry.get('user', first!.user_id))!;
  await registry.replace('user', { ...entry, version: 2, value: { ...(entry.value as object), role: 'viewer' } });
  await accounts.ensureAdmin('first-admin', 'another first secret');
  expect((await login('first-admin', 'another first secret')).user.role).toBe('admin');
});
