import { describe, expect, it } from 'vitest';
import { momentOf } from '../../src/contract/moment.ts';
import { readText, saysSomething } from '../../src/search/read-text.ts';

const NOW = new Date('2026-11-28T13:00:00.000Z');
const read = (text: string) => readText(text, NOW);
const close = { verdict: 'violated', operator: 'min_distance', ignored: [] };

describe('words as filters', () => {
  it.each([
    ['When was a mug last too close to a laptop?', { ...close, about: ['mug', 'laptop'] }],
    [
      'show me cups too near the keyboard this week',
      { ...close, about: ['mug', 'keyboard'], since: '2026-11-22T00:00:00.000Z' },
    ],
    ['mugs near the edge of the table', { ...close, operator: 'min_edge_distance', about: ['mug'] }],
    ['mug not on a coaster', { ...close, operator: 'on', about: ['mug', 'coaster'].slice(0, 1) }],
    ['desks with a coffee mug and a mobile phone', { objects: ['mug', 'phone'], ignored: [] }],
    ['any broken rules about beverages', { verdict: 'violated', about: ['beverage'], ignored: [] }],
    [
      'uncertain yesterday',
      { verdict: 'uncertain', since: '2026-11-27T00:00:00.000Z', until: '2026-11-27T23:59:59.999Z', ignored: [] },
    ],
    ['mugs too close to the table edge', { ...close, operator: 'min_edge_distance', about: ['mug'] }],
    ['when was a mug last near the table edge', { ...close, operator: 'min_edge_distance', about: ['mug'] }],
    ["the mug's off the desk's edge", { ...close, operator: 'min_edge_distance', about: ['mug'] }],
    ['mug NOT too close to a laptop', { ...close, verdict: 'satisfied', about: ['mug', 'laptop'] }],
    [
      "a mug that isn't on the edge of my desk",
      { verdict: 'satisfied', operator: 'min_edge_distance', about: ['mug'], ignored: [] },
    ],
    ['cups uncertain, too close to a phone', { ...close, verdict: 'uncertain', about: ['mug', 'phone'] }],
    ['mugs near a laptop', { objects: ['mug', 'laptop'], ignored: ['near'] }],
    ['a mug on a book', { objects: ['mug', 'book'], ignored: ['on'] }],
    ['mugs in the last 2 hours', { objects: ['mug'], since: '2026-11-28T11:00:00.000Z', ignored: [] }],
    ['mugs in the past three days', { objects: ['mug'], since: '2026-11-25T13:00:00.000Z', ignored: [] }],
    ['mugs from the last hour', { objects: ['mug'], since: '2026-11-28T12:00:00.000Z', ignored: [] }],
    [
      'mugs this morning',
      {
        objects: ['mug'],
        since: '2026-11-28T00:00:00.000Z',
        until: '2026-11-28T11:59:59.999Z',
        ignored: [],
      },
    ],
    ['mugs today', { objects: ['mug'], since: '2026-11-28T00:00:00.000Z', ignored: [] }],
    ['a cosy desk with a laptop', { objects: ['laptop'], ignored: ['cosy'] }],
  ])('%s', (text, filters) => {
    expect(read(text)).toEqual(filters);
  });

  it.each(['sunset', '', '???', 'the desk', '💥', "' OR 1=1 --", 'constructor __proto__', 'x'.repeat(500)])(
    'finds nothing to go by in %j',
    (text) => {
      expect(saysSomething(read(text))).toBe(false);
    },
  );
});

it.each([
  ['desks without a phone', /^"without a phone" takes something away/],
  ['no mugs today', /takes something away/],
  ['a mug not near the laptop', /takes something away/],
  ['mug not uncertain', /takes something away/],
  ['mugs on Monday', /time that is not understood: "monday"/],
  ['mugs 3 days ago', /time that is not understood/],
  ['mugs since 2026-11-02', /time that is not understood/],
  ['mugs today or yesterday', /time that is not understood/],
  ['a mug too close to the computer', /^Is the computer a laptop or a monitor\?$/],
])('refuses %j: what is left out would turn it round', (text, message) => {
  expect(() => read(text)).toThrow(message);
});

it.each([
  'Tasse zu nah am Laptop',
  'mug trop près du laptop',
  'mug muy cerca del laptop',
  'mugs closer than 10 cm to laptops',
])('makes nothing of %j, of which it knows the lesser part', (text) => {
  expect(saysSomething(read(text))).toBe(false);
});

describe('moments', () => {
  it.each([
    ['2026-11-28', '2026-11-28T00:00:00.000Z', '2026-11-28T23:59:59.999Z'],
    ['2026-11-28T09:30', '2026-11-28T09:30:00.000Z', '2026-11-28T09:30:00.000Z'],
    ['2026-11-28 09:30:15+02:00', '2026-11-28T07:30:15.000Z', '2026-11-28T07:30:15.000Z'],
    ['7d', '2026-11-21T13:00:00.000Z', '2026-11-21T13:00:00.000Z'],
    ['12h', '2026-11-28T01:00:00.000Z', '2026-11-28T01:00:00.000Z'],
  ])('%s', (text, begin, end) => {
    expect([momentOf(text, NOW, 'begin'), momentOf(text, NOW, 'end')]).toEqual([begin, end]);
  });

  it.each(['soon', '2026-13-01', '2026-02-30T25:00', '', '1e9d', '-5d', '99999d', '{"$gt":""}'])(
    'refuses %j',
    (text) => {
      expect(momentOf(text, NOW, 'begin')).toBeNull();
    },
  );
});
