import { expect, it } from 'vitest';
import { SETS } from '../../attack/sets.ts';
import { runSet } from '../../attack/support/set.ts';

/** A few cases of every set: `npm run attack` has them all. */
it.each(SETS.map((set) => [set.id, set] as const))('%s holds', { timeout: 240_000 }, async (_id, set) => {
  const { failures, cases } = await runSet(set, { share: 0.01, corpus: null });
  expect(failures).toEqual([]);
  expect(cases).toBeGreaterThan(0);
});
