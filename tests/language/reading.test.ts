import { expect, it } from 'vitest';
import { parseSentence } from '../../src/language/grammar/parse.ts';
import { notUnderstood } from '../../src/language/reading.ts';

it.each([
  ['\u0000', 'U+0000'],
  ['\u202e', 'U+202E'],
  ['\ud800', 'U+D800'],
  ['blorgs', 'blorgs'],
])('names words that nobody sees (%j)', (words, shown) => {
  const error = notUnderstood({
    ok: false,
    unknown: [words],
    suggestions: [],
    question: null,
    reason: 'Not understood.',
  });
  expect(error.message).toBe(`Not understood: "${shown}".`);
  expect(error.details.unknown).toEqual([shown]);
});

it('never quotes nothing', () => {
  for (const text of ['Keep mugs \u0000 away from laptops', '\u202e', 'Keep \ud800 mugs 10 cm from phones']) {
    const read = parseSentence(text, {});
    if (!read.ok) expect(notUnderstood(read).message).not.toContain('""');
  }
});
