import { expect, it } from 'vitest';
import { classNamed } from '../../src/contract/search.ts';
import { filterTerms, MOST_TERMS, searchTerms } from '../../src/contract/search-terms.ts';
import { aFinding, anObject } from '../storage/search.contract.ts';

const objects = ['mug-1', 'mug-2', 'laptop-1'].map(anObject);

it('every way to ask for a finding is a term of its analysis', () => {
  const terms = new Set(searchTerms({ objects, rules: [aFinding('violated', ['mug-1', 'laptop-1'])] }));
  const asked = [
    {},
    { objects: ['mug', 'laptop', 'beverage', 'electronics', 'object'] },
    { outcome: 'violated' },
    { ruleId: 'rule_near' },
    { operator: 'min_distance' },
    { about: ['mug'] },
    { about: ['laptop', 'mug'], operator: 'min_distance' },
    { about: ['electronics', 'beverage'] },
  ] as const;
  for (const filter of asked)
    for (const term of filterTerms(filter)) expect([filter, terms.has(term)]).toEqual([filter, true]);
  for (const filter of [
    { about: ['mug', 'mug'] },
    { outcome: 'satisfied' },
    { operator: 'on' },
    { objects: ['glass'] },
  ] as const) {
    expect(filterTerms(filter).every((term) => terms.has(term))).toBe(false);
  }
});

it('two of a kind are asked for as two of a kind', () => {
  const terms = searchTerms({ objects, rules: [aFinding('violated', ['mug-1', 'mug-2'])] });
  expect(terms).toEqual(expect.arrayContaining(filterTerms({ about: ['mug', 'mug'] })));
});

it('keeps a bound, and the violated first, whatever the analysis holds', () => {
  const many = Array.from({ length: 200 }, (_, n) => anObject(`thing ${'abcdefghij'[n % 10]}${n}-1`));
  const rules = many.flatMap((one, n) =>
    many.slice(n + 1, n + 6).map((other) => aFinding(n === 150 ? 'violated' : 'satisfied', [one.id, other.id])),
  );
  const terms = searchTerms({ objects: many, rules });
  expect(terms.length).toBe(MOST_TERMS);
  const [one, other] = [many[150]!, many[151]!];
  expect(terms).toContain(filterTerms({ about: [one.class, other.class] })[0]);
});

it.each([
  ['Mugs', 'mug'],
  ['cup', 'mug'],
  ['cell phone', 'phone'],
  ['desk mats', 'desk_mat'],
  ['Beverages', 'beverage'],
  ['my own class', 'my own class'],
])('%s is %s', (word, name) => {
  expect(classNamed(word)).toBe(name);
});
