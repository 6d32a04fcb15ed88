import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { LoginWatch } from '../../../src/gateway/http/identify.ts';
import { callOf } from '../../support/caller.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Answer extends EventEmitter {
  destroyed = false;
  destroy(): void {
    this.destroyed = true;
  }
}

it('cuts the answers of logins that ended or may do less, and no others', async () => {
  const of = (name: string, role: 'admin' | 'viewer' = 'admin') => callOf(name, role).principal;
  const asked: string[] = [];
  const watch = new LoginWatch(async (authorization) => {
    asked.push(String(authorization));
    if (authorization === 'gone') throw new AppError('AUTH_002');
    if (authorization === 'store') throw new AppError('DB_001');
    return of(String(authorization), authorization === 'less' ? 'viewer' : 'admin');
  });
  const answers = Object.fromEntries(
    ['stays', 'gone', 'less', 'store', 'closed', 'nobody'].map((name) => {
      const principal = name === 'nobody' ? null : of(name);
      const answer = new Answer();
      watch.watch({ principal, headers: { authorization: name }, ip: '10.0.0.1' } as never, answer as never);
      return [name, answer];
    }),
  );
  answers.closed?.emit('close');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(Object.entries(answers).flatMap(([name, { destroyed }]) => (destroyed ? [name] : []))).toEqual([
    'gone',
    'less',
  ]);
  expect(asked.toSorted()).toEqual(['gone', 'less', 'stays', 'store']);
  watch.close();
  await vi.advanceTimersByTimeAsync(90_000);
  expect(asked).toHaveLength(4);
});
