import { expect, it } from 'vitest';
import { SearchRequest } from '../../src/contract/search.ts';

const objects = (given: unknown) => SearchRequest.safeParse({ objects: given }).data?.objects;

it('one name, or several with commas between them, is a list of our classes', () => {
  expect(objects('Mugs')).toEqual(['mug']);
  expect(objects('mugs, laptop')).toEqual(['mug', 'laptop']);
  expect(objects(['Cups', 'toaster'])).toEqual(['mug', 'toaster']);
});

it.each([
  ['only commas', ','.repeat(2_000_000)],
  ['very many names', 'mug,'.repeat(500_000)],
  ['one very long name', 'x'.repeat(2_000_000)],
  ['a long list', Array.from({ length: 200_000 }, () => 'mug')],
  ['a list of long names', ['y'.repeat(2_000_000), 'mug']],
])('%s is refused in no more time than a copy of it takes some times', (_, given) => {
  const copy = () => JSON.stringify(given).length;
  copy();
  const begun = performance.now();
  for (let i = 0; i < 10; i++) copy();
  const bare = performance.now() - begun;
  const started = performance.now();
  expect(objects(given)).toBeUndefined();
  expect((performance.now() - started) / Math.max(bare, 20)).toBeLessThan(5);
});
