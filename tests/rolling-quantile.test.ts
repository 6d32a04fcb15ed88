import { expect, it } from 'vitest';
import { RollingQuantile } from '../src/rolling-quantile.ts';

it('knows quantiles of the last values only', () => {
  const recent = new RollingQuantile(4);
  expect(recent.quantile(0.5)).toBeNull();
  for (const v of [100, 100, 1, 2, 3, 4]) recent.add(v);
  expect(recent.count).toBe(6);
  expect(recent.quantile(0.5)).toBe(2);
  expect(recent.quantile(0.95)).toBe(4);
});
