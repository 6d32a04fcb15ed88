import { expect, it } from 'vitest';
import { sentencesOf, whatIsAsked } from '../../src/agent/what-is-asked.ts';

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
      sentences: ['See .', 'Keep mugs 5 cm from laptops'],
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
  ['What mugs may stand near laptops?', 'rules'],
])('%j is %s', (text, kind) => {
  expect(asked(text).kind).toBe(kind);
});

it('a long hostile text takes no time', () => {
  const started = performance.now();
  for (const piece of ['https://', 'ana_', '. A', '!)', 'data:image/']) asked(piece.repeat(200_000));
  expect(performance.now() - started).toBeLessThan(2000);
});
