import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ManagedReference } from '../../src/secrets/reference.ts';
import { SecretManager } from '../../src/secrets/secret-manager.ts';
import { SecretReader } from '../../src/secrets/secret-reader.ts';
import { type FakeSecretManager, startFakeSecretManager } from './fake-secret-manager.ts';

let fake: FakeSecretManager;
let manager: SecretManager;
beforeEach(async () => {
  fake = await startFakeSecretManager();
  manager = new SecretManager({ endpoint: fake.endpoint, tryMs: 1000, limitMs: 4000, pauseMs: 5 });
});
afterEach(async () => {
  await manager.close();
  await fake.close();
});
const of = (name: string, version = 'latest', key: string | null = null): ManagedReference => ({
  kind: 'gsm',
  project: 'p1',
  name,
  version,
  key,
});
const problem = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { code: string; message: string; details: { problem: string } }) => {
      expect(error.code).toBe('SECRET_001');
      expect(error.message).not.toContain('words of the other side');
      return error.details.problem;
    },
  );

it('reads the newest version, or the one that is named', async () => {
  fake.secrets.set('p1/jwt', ['one', 'two\n']);
  expect(await manager.read(of('jwt'))).toBe('two');
  expect(await manager.read(of('jwt', '1'))).toBe('one');
});

it('what is not there, not allowed, disabled or without an answer is told apart, at once where trying again is no use', async () => {
  fake.secrets.set('p1/off', [null]);
  expect(await problem(manager.read(of('none')))).toBe('not found');
  expect(await problem(manager.read(of('off')))).toMatch(/disabled|refused/);
  fake.failures.push(403);
  expect(await problem(manager.read(of('jwt')))).toBe('forbidden');
  fake.failures.push(401);
  expect(await problem(manager.read(of('jwt')))).toBe('unauthenticated');
  expect(fake.asked).toHaveLength(4);
});

it('tries three times what passes, and no more', async () => {
  fake.secrets.set('p1/jwt', ['one']);
  fake.failures.push(503, 503);
  expect(await manager.read(of('jwt'))).toBe('one');
  fake.failures.push(503, 503, 503, 503);
  expect(await problem(manager.read(of('jwt')))).toBe('unreachable');
  expect(fake.asked).toHaveLength(6);
});

it('no answer ends within its limit, and so does a server that is not there', async () => {
  fake.failures.push(0, 0, 0, 0, 0, 0, 0);
  const started = performance.now();
  expect(await problem(manager.read(of('jwt')))).toBe('late');
  expect(performance.now() - started).toBeLessThan(6000);
  const nobody = new SecretManager({ endpoint: 'http://127.0.0.1:9', tryMs: 400, limitMs: 1000, pauseMs: 5 });
  expect(await problem(nobody.read(of('jwt')))).toBe('unreachable');
  await nobody.close();
});

it('lists all pages, stores new versions and secrets, and removes', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) fake.secrets.set(`p1/${name}`, ['x']);
  fake.secrets.set('p2/other', ['x']);
  const listed = await manager.list('p1');
  expect(listed.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(listed[0]?.created_at).toBe('2026-11-28T10:00:00.000Z');
  expect(await manager.set('p1', 'a', 'new')).toBe('2');
  expect(await manager.set('p1', 'fresh', 'first')).toBe('1');
  expect([await manager.read(of('a')), await manager.read(of('fresh'))]).toEqual(['new', 'first']);
  expect([await manager.remove('p1', 'a'), await manager.remove('p1', 'a')]).toEqual([true, false]);
});

it('a write is not done twice', async () => {
  fake.secrets.set('p1/a', ['x']);
  fake.failures.push(503);
  expect(await problem(manager.set('p1', 'a', 'new'))).toBe('unreachable');
  expect(fake.asked).toHaveLength(1);
});

it('many keys of one secret are one request, for a while', async () => {
  fake.secrets.set('p1/all', ['{"a":"1","b":"2"}']);
  const reader = new SecretReader({ endpoint: fake.endpoint });
  expect(await Promise.all([reader.read(of('all', 'latest', 'a')), reader.read(of('all', 'latest', 'b'))])).toEqual([
    '1',
    '2',
  ]);
  fake.secrets.set('p1/all', ['{"a":"1"}', '{"a":"3"}']);
  expect(await reader.read(of('all', 'latest', 'a'))).toBe('1');
  expect(fake.asked).toHaveLength(1);
  expect(await reader.read(of('all', 'latest', 'a'), { fresh: true })).toBe('3');
  // A failure is not remembered.
  fake.failures.push(403);
  await expect(reader.read(of('all', '2'), { fresh: true })).rejects.toMatchObject({ code: 'SECRET_001' });
  expect(await reader.read(of('all', '2'))).toBe('{"a":"3"}');
  await reader.close();
});
