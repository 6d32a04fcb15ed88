import { expect, it } from 'vitest';
import { LOGIN_LIMITS, LoginGuard, WAITING_LIMITS } from '../../../src/access/accounts/login-guard.ts';

const code = (promise: Promise<unknown>) =>
  promise.then(
    (right) => (right === null ? 'wrong' : 'right'),
    (error: { code: string }) => error.code,
  );
const turn = () => new Promise((done) => setImmediate(done));

it('right passwords of one name, many at once, all get in, five at a time', async () => {
  const guard = new LoginGuard();
  let running = 0;
  let most = 0;
  const attempt = () =>
    code(
      guard.attempt('ann', '10.0.0.1', async () => {
        most = Math.max(most, ++running);
        await turn();
        running -= 1;
        return 'in';
      }),
    );
  const codes = await Promise.all(Array.from({ length: 40 }, attempt));
  expect(new Set(codes)).toEqual(new Set(['right']));
  expect(most).toBe(LOGIN_LIMITS.pair);
});

it('wrong ones are still five in all, however many come at once', async () => {
  const guard = new LoginGuard();
  let checked = 0;
  const attempt = () =>
    code(
      guard.attempt('ann', '10.0.0.1', async () => {
        checked += 1;
        await turn();
        return null;
      }),
    );
  const codes = await Promise.all(Array.from({ length: 40 }, attempt));
  expect(codes.filter((one) => one === 'wrong')).toHaveLength(5);
  expect(codes.filter((one) => one === 'RATE_001')).toHaveLength(35);
  expect(checked).toBe(5);
});

it('a check that throws counts as wrong, and frees its place', async () => {
  const guard = new LoginGuard();
  const fails = () => guard.attempt('ann', 'x', () => Promise.reject(Object.assign(new Error(), { code: 'DB_001' })));
  const codes = await Promise.all(Array.from({ length: 8 }, () => code(fails())));
  expect(codes.filter((one) => one === 'DB_001')).toHaveLength(5);
});

it('who waits is bounded in number and time', async () => {
  const guard = new LoginGuard();
  let open = () => {};
  const gate = new Promise<string>((done) => {
    open = () => done('in');
  });
  const attempts = Array.from({ length: 70 }, () => code(guard.attempt('ann', 'x', () => gate)));
  await turn();
  open();
  const codes = await Promise.all(attempts);
  expect(codes.filter((one) => one === 'right')).toHaveLength(LOGIN_LIMITS.pair + WAITING_LIMITS.name);
  expect(codes.filter((one) => one === 'RATE_001')).toHaveLength(70 - LOGIN_LIMITS.pair - WAITING_LIMITS.name);
});
