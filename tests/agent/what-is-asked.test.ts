import { expect, it } from 'vitest';
import { isRequest, sentencesOf } from '../../src/agent/phrases.ts';
import { whatIsAsked } from '../../src/agent/what-is-asked.ts';

const asked = (text: string, images: string[] = []) => whatIsAsked({ text, images });

it.each([
  ['Keep mugs 1.5 cm from laptops. Mugs stay on coasters', ['Keep mugs 1.5 cm from laptops.', 'Mugs stay on coasters']],
  ['Keep approx. 5 cm', ['Keep approx. 5 cm']],
  ['a\n\n- \nb', ['a', 'b']],
  ['   ', []],
])('sentences of %j', (text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});

it('a picture is looked at, wherever it stands', () => {
  expect(asked('See https://a.example/d.jpg?x=1. Keep mugs 5 cm from laptops', ['data:image/png;base64,AA=='])).toEqual(
    {
      kind: 'look',
      images: ['data:image/png;base64,AA==', 'https://a.example/d.jpg?x=1'],
      sentences: ['Keep mugs 5 cm from laptops'],
    },
  );
  expect(asked('https://a.example/d.jpg https://a.example/d.jpg')).toEqual({
    kind: 'look',
    images: ['https://a.example/d.jpg'],
    sentences: [],
  });
});

it.each([
  ['explain ana_abc-1', 'explain'],
  ['Keep mugs 5 cm from laptops', 'rules'],
  ['Which rules are there?', 'list_rules'],
  ['List my analyses', 'list_analyses'],
  ['', 'help'],
  ['Hello!', 'help'],
  ['What mugs may stand near laptops?', 'help'],
  ['Please check this desk', 'help'],
])('%j is %s', (text, kind) => {
  expect(asked(text).kind).toBe(kind);
});

it.each([
  'Please check this desk',
  'Look at my desk, please.',
  'Could you have a look?',
  'Analyse this photo',
  'What is on it?',
  "What's wrong here?",
  'Is everything all right?',
  'Where should my mug go?',
  'Here is my desk',
  'Anything to move?',
  'Hello!',
])('a request is no wish: %s', (text) => {
  expect(isRequest(text)).toBe(true);
  expect(asked(text, ['https://a.example/d.jpg'])).toMatchObject({ kind: 'look', sentences: [] });
});

it.each([
  'Keep mugs away from laptops',
  'Please keep mugs away from laptops',
  'Can you keep mugs away from laptops?',
  'Any mug must stand on a coaster',
  'When a laptop is there, no mug may be near it',
  'Have mugs on coasters',
  'Do not put mugs near laptops',
  'Check that mugs are on coasters',
  'Desk mats must be empty',
  'This mug must stand on a coaster',
  'Is the mug at least 15 cm from the laptop?',
  'Mugs must fly.',
])('a wish is tried: %s', (text) => {
  expect(isRequest(text)).toBe(false);
});

it('a long hostile text takes no time', () => {
  const started = performance.now();
  for (const piece of ['https://', 'ana_', '. A', '!)', 'data:image/', 'please ', 'take ', 'any '])
    asked(piece.repeat(200_000));
  expect(performance.now() - started).toBeLessThan(2000);
});
