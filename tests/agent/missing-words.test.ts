import { expect, it } from 'vitest';
import { looksForeign, missingWords } from '../../src/agent/missing-words.ts';
import { parseSentence } from '../../src/language/grammar/parse.ts';
import type { Refusal } from '../../src/language/reading.ts';

const missing = (text: string) => missingWords(parseSentence(text) as Refusal).join(' ');

it('a length alone is asked for its two things', () => {
  expect(missing('20 cm')).toBe(
    '20 cm between which two things? For example: "Keep mugs at least 20 cm away from laptops".',
  );
  expect(missing('8 inches.')).toContain('8 inches between which two things?');
});

it('what says nothing is told what a rule says', () => {
  expect(missing('nothing')).toContain('Say which things, and what must hold between them.');
});

it.each([
  'Tassen sollen mindestens 20 cm vom Laptop entfernt sein',
  'Keine Tassen auf dem Laptop',
  'Die Tasse muss auf dem Untersetzer stehen',
  'Les tasses doivent être loin',
  'Кружки должны стоять далеко',
])('another language is told that rules are English: %s', (text) => {
  expect(missing(text)).toContain('Rules are read in English only.');
});

it.each(['Mugs must fly.', 'Keep mugs away from the tea table', 'Mugs must die at least 20 cm from the laptop'])(
  'English is not taken for another language: %s',
  (text) => expect(looksForeign(text)).toBe(false),
);

it('a sentence that has suggestions needs no example', () => {
  expect(missing('at least 15 cm')).toBe('');
});
