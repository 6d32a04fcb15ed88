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
