import { expect, it } from 'vitest';
import { backOffMs } from '../../../src/events/outbox/back-off.ts';

it.each([
  [1, null, 500],
  [1, 0, 500],
  [4, 0, 4000],
  [4, -5, 4000],
  [4, 3000, 4000],
  [1, 7000, 7000],
  [1, Number.POSITIVE_INFINITY, 3_600_000],
  [99, null, 150_000],
])('failure %i, asked for %s: the least is %i ms', (failures, asked, least) => {
  expect(backOffMs(failures, asked, () => 0)).toBe(least);
});
