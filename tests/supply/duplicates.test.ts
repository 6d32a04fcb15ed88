import { expect, it } from 'vitest';
import { duplicates, extraCopies, KNOWN_DUPLICATES } from '../../scripts/supply/duplicates.ts';
import { productionPackages } from '../../scripts/supply/production-packages.ts';

const packages = productionPackages();

it('production holds two versions only of packages that cannot be merged', () => {
  expect(Object.keys(duplicates(packages)).sort()).toEqual(Object.keys(KNOWN_DUPLICATES).sort());
});

it('and no more copies than npm makes of them', () => {
  expect(extraCopies(packages)).toBeLessThanOrEqual(10);
});

it('sees another one', () => {
  const zod = packages.find(({ name }) => name === 'zod')!;
  const second = { ...zod, version: '3.25.76', paths: ['node_modules/openai/node_modules/zod'] };
  expect(duplicates([...packages, second]).zod).toEqual([`zod@${zod.version}`, 'zod@3.25.76']);
  expect(extraCopies([...packages, second])).toBe(extraCopies(packages) + 1);
});
