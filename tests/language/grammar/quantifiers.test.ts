import { describe, expect, it } from 'vitest';
import { parseSentence } from '../../../src/language/grammar/parse.ts';

/** `on` says of every upper thing that it stands on some lower one. What is said of every lower one has no operator. */
const ASKED = [
  // The support is what "every" goes with.
  'Every coaster must be under a mug',
  'Each coaster should be under a mug',
  'All coasters must be under mugs',
  'Coasters must be under mugs',
  'The coasters must be under the mugs',
  'Every coaster must be under every mug',
  'All desk mats under keyboards',
  'All desk mats must be under keyboards',
  'Every desk mat must be under a keyboard',
  'Put every coaster under a mug',
  'Put all coasters under mugs',
  'Use every coaster for a glass',
  'Put mugs on every coaster',
  'Put the mug on each coaster',
  'Put mugs on each of the coasters',
  'There must be a coaster under a mug',
  'I want every coaster under a mug',
  'Mugs must be on all coasters',
  'Every mug must be on every coaster',
  'Every mug needs every coaster',
  'Center a mug on every desk mat',
  'Mugs must be centered on all desk mats',
  'Put a mug on every coaster',
  // "Not on all" is not "on none".
  'Never put mugs on every laptop',
  'Mugs must not be on all books',
  // One of them is meant, not all.
  'There must be mugs on coasters',
  'There should be mugs near the laptop',
  'There must be mugs at least 10 cm from the laptop',
  'To the left of every laptop, place a mug',
  'Every laptop must be near a mug',
  'Every laptop must be to the right of a mug',
  'Every laptop must be within 10 cm of a mug',
  'Put a coaster under a mug',
  'Keep a laptop free of mugs',
];

/** Refused for words that have no place. */
const REFUSED = [
  'Each laptop should have a mug to its left',
  'Every laptop must have a mug within 10 cm',
  'No coaster without a mug',
  'Never leave a coaster without a mug',
  'Every coaster needs a mug',
  'Every coaster must have a mug',
  'Every coaster must carry a mug',
  'On every coaster there must be a mug',
  'To the left of every laptop there must be mugs',
  'On the coaster there must be mugs',
  'On every coaster there must be mugs',
  'Every table edge must be free of mugs',
  'Every keyboard must be under a desk mat',
  'No desk mat under a laptop',
  'At least one mug on every coaster',
  'Limit every coaster to one mug',
];

const READ: readonly (readonly [string, string])[] = [
  ['Put a coaster under every mug', 'every mug is on a coaster'],
  ['Put coasters under mugs', 'every mug is on a coaster'],
  ['Put the coaster under the mug', 'every mug is on a coaster'],
  ['A coaster must be under every mug', 'every mug is on a coaster'],
  ['A coaster belongs under every glass', 'every glass is on a coaster'],
  ['There must be a coaster under every mug', 'every mug is on a coaster'],
  ['Make sure there are coasters under all mugs', 'every mug is on a coaster'],
  ['Use a coaster for every glass', 'every glass is on a coaster'],
  ['Use coasters for glasses', 'every glass is on a coaster'],
  ['Every mug needs a coaster', 'every mug is on a coaster'],
  ['Put all mugs on coasters', 'every mug is on a coaster'],
  ['Put mugs on any coaster', 'every mug is on a coaster'],
  ['On the coaster, place the mug', 'every mug is on a coaster'],
  ['Keep mugs off all laptops', 'no mug is on a laptop'],
  ['No mug may be on any laptop', 'no mug is on a laptop'],
  ['Every laptop must be free of mugs', 'no mug is on a laptop'],
  ['On the laptop there must be no mugs', 'no mug is on a laptop'],
  ['There must be no mugs on the laptop', 'no mug is on a laptop'],
  ['There must not be mugs on the laptop', 'no mug is on a laptop'],
  ['Every mug must be to the left of every laptop', 'every mug is to the left of every laptop'],
];

const readingOf = (text: string) => {
  const result = parseSentence(text);
  return result.ok ? result.draft.canonical : (result.question ?? 'refused');
};

describe('a quantifier stays with its noun', () => {
  it.each(ASKED)('asked back: %s', (text) => {
    expect(readingOf(text)).toMatch(/\?/);
  });
  it.each(REFUSED)('refused: %s', (text) => {
    expect(parseSentence(text).ok && readingOf(text)).toBe(false);
  });
  it.each(READ)('read: %s', (text, canonical) => {
    expect(readingOf(text)).toBe(canonical);
  });
});
