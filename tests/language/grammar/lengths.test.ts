import { describe, expect, it } from 'vitest';
import { canonicalSentence } from '../../../src/language/grammar/canonical.ts';
import { parseSentence } from '../../../src/language/grammar/parse.ts';

const lengthOf = (length: string): number | string => {
  const result = parseSentence(`Keep mugs at least ${length} from laptops`);
  return result.ok ? (result.draft.conditions[0]?.value ?? 'none') : `${result.reason} ${result.unknown.join(', ')}`;
};
const canonicalOf = (text: string): string => {
  const result = parseSentence(text);
  return result.ok ? result.draft.canonical : result.reason;
};

describe('lengths as people write them', () => {
  it.each([
    ["6''", 152.4],
    ['6′′', 152.4],
    ['6’’', 152.4],
    ["6 ''", 152.4],
    ['6″', 152.4],
    ['6"', 152.4],
    ['6”', 152.4],
    ['6′', 1828.8],
    ['1-1/2 inches', 38.1],
    ['1–1/2 inches', 38.1],
    ['1-1/2"', 38.1],
    ['1-½ inches', 38.1],
    ['1 1/2 inches', 38.1],
    ['5 foot 10', 1778],
    ['5 ft 10', 1778],
    ['five foot ten', 1778],
    ["5'10", 1778],
    ['5\'10"', 1778],
    ["5'10''", 1778],
    ['5′ 10″', 1778],
    ['5 ft 10 in', 1778],
    ['5\'10-1/2"', 1790.7],
    ['1 ft. 2 in.', 355.6],
    ['6 in. (15 cm)', 152.4],
    ['1.5 mm', 1.5],
    ['1.50 m', 1500],
    ['1.500 m', 1500],
    ['0.500 m', 500],
    ['12.5 cm', 125],
    ['12.500 cm', 125],
    ['1.5000 mm', 1.5],
  ])('%s', (length, mm) => {
    expect(lengthOf(length)).toBe(mm);
  });

  it.each([
    ['1.500 mm', '1.500'],
    ['4.999mm', '4.999'],
    ['1.500 and at most 20 mm', '1.500'],
    ['1,500 mm', '1,500'],
  ])('asks which of two numbers is meant: %s', (length, quoted) => {
    expect(lengthOf(length)).toMatch(new RegExp(`can mean two things; .* ${quoted}$`));
  });

  it('asks in a range too', () => {
    expect(canonicalOf('Keep mugs between 1.500 and 2000 mm from laptops')).toMatch(/can mean two things/);
  });

  it.each(['1.500 mm', '1,500 mm'])('and offers both: %s', (length) => {
    const result = parseSentence(`Keep mugs at least ${length} from laptops`);
    expect(!result.ok && result.suggestions.slice(0, 2)).toEqual([
      'Keep mugs at least 1500 mm from laptops',
      'Keep mugs at least 1.5 mm from laptops',
    ]);
  });

  it.each(['5 foot 12', '5 foot 10 yards', '1-3/2 inches', '0-1/2 inches', '1 - 1/2 inches', "6'''", '5 foot and 10'])(
    'refuses %s',
    (length) => {
      expect(lengthOf(length)).toEqual(expect.any(String));
    },
  );
});

describe('the dot of an abbreviation', () => {
  it.each([
    [
      'Keep mugs at least 1 ft. 2 in. from laptops. Keep bottles at least 6 in. from phones.',
      'every mug keeps at least 355.6 mm from every laptop; every bottle keeps at least 152.4 mm from every phone',
    ],
    ['Keep mugs 1 ft. 2 in. or more from laptops', 'every mug keeps at least 355.6 mm from every laptop'],
    ['Separate mugs from laptops by at least 1 ft. 2 in.', 'every mug keeps at least 355.6 mm from every laptop'],
    [
      'Keep mugs at least 6 in. and at most 10 in. from the laptop',
      'every mug keeps at least 152.4 mm from every laptop; every mug stays within 254 mm of every laptop',
    ],
  ])('is not the end of a sentence: %s', (text, canonical) => {
    expect(canonicalOf(text)).toBe(canonical);
  });

  it.each([
    [
      'Separate mugs from laptops by at least 1 ft. 2 phones at most on the desk',
      'every mug keeps at least 304.8 mm from every laptop; there are at most 2 phones',
    ],
    [
      'Separate mugs from laptops by at least 2 in. Center the mug on the desk mat',
      'every mug keeps at least 50.8 mm from every laptop; every mug is centered on a desk mat',
    ],
    [
      'Separate mugs from laptops by at least 2 in. Put mugs on coasters.',
      'every mug keeps at least 50.8 mm from every laptop; every mug is on a coaster',
    ],
  ])('may still be one: %s', (text, canonical) => {
    expect(canonicalOf(text)).toBe(canonical);
  });
});

it('canonical lengths have one meaning', () => {
  const { ok, ...read } = parseSentence('Keep mugs at least 1/16 inch from laptops');
  if (!ok || !('draft' in read)) throw new Error('not understood');
  expect(read.draft.canonical).toBe('every mug keeps at least 1.5880 mm from every laptop');
  const again = parseSentence(canonicalSentence(read.draft.conditions));
  expect(again.ok && again.draft.conditions).toEqual(read.draft.conditions);
});
