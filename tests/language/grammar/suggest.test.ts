import { describe, expect, it } from 'vitest';
import { parseSentence } from '../../../src/language/grammar/parse.ts';
import { loadSentences } from './sentence-set.ts';

const suggestionsOf = (text: string): readonly string[] => {
  const result = parseSentence(text);
  return result.ok ? ['accepted'] : result.suggestions;
};

describe('suggestions', () => {
  it('are at most three for every refused sentence of the sets, of a third of them at least one, and each is understood', () => {
    const refused = ['tune.txt', 'held-out.txt', 'fresh.txt', 'strangers.txt']
      .flatMap(loadSentences)
      .filter((s) => !parseSentence(s.text).ok);
    expect(refused.length).toBeGreaterThan(250);
    const helped = refused.filter(({ text }) => suggestionsOf(text).length > 0);
    // Many ask for what no rule can say: a sentence about other objects would be no help.
    expect(helped.length / refused.length).toBeGreaterThan(1 / 3);
    for (const { text } of refused) {
      const offered = suggestionsOf(text);
      expect(offered.length, text).toBeLessThanOrEqual(3);
      expect(new Set(offered).size).toBe(offered.length);
      for (const s of offered) expect(parseSentence(s).ok, `${text}: ${s}`).toBe(true);
    }
  });

  it.each([
    ['Keep mugs atleast 6 inches from laptops', 'Keep mugs at least 6 inches from laptops'],
    ['Keep mugs at least 6 inches from labtops', 'Keep mugs at least 6 inches from laptops'],
    ['Keep mugs at least 12,5 cm from laptops', 'Keep mugs at least 12.5 cm from laptops'],
    ['Keep mugs at least 1,200 mm from laptops', 'Keep mugs at least 1200 mm from laptops'],
    ['Keep mugs at least -5 cm from laptops', 'Keep mugs at least 5 cm from laptops'],
    ['Keep it off the laptop', 'Keep mugs off the laptop'],
    ['Mugs are on coasters', 'Mugs must be on coasters'],
    ['Keep mugs or bottles on coasters', 'Keep mugs and bottles on coasters'],
    [
      'Keep mugs at least 10 cm from laptops 5 cm from phones',
      'Keep mugs at least 10 cm from laptops and 5 cm from phones',
    ],
    ['Move the mug closer to the laptop', 'Keep mugs within 15 cm of every laptop'],
    ['Keep everything but mugs off the laptop', 'Keep bottles and phones off laptops'],
    ['Upon the coaster goes the mug', 'Place mugs on coasters'],
    ['There must be two monitors on the desk', 'At most 2 monitors on the desk'],
    ['All books should make a straight line', 'Line up the books'],
    ['Keep mugs slightly left of the laptop', 'Keep mugs left of the laptop'],
  ])('begin with what was likely wanted: %s', (text, first) => {
    expect(suggestionsOf(text)[0]).toBe(first);
  });

  it.each([
    ['Keep at least two mugs 10 cm from the laptop', 'Keep at least two mugs'],
    ['Keep the mug on the book away from the laptop', 'Keep the mug on the book'],
    ['Put mugs on coasters instead of on books', 'Put mugs on coasters instead'],
  ])('leave out no thing and no number: %s', (text, silly) => {
    expect(suggestionsOf(text)).not.toContain(silly);
  });
});
