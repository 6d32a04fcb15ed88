import { expect, it } from 'vitest';
import { asWritten } from '../../src/rulebook/as-written.ts';

const condition = { object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 6, unit: 'mm' };

it.each([
  ['cm', 10, 100],
  ['inches', 6, 152.4],
  ['ft', 0.5, 152.4],
  ['m', 0.1, 100],
  ['mm', 6, 6],
  ['"', 6, 152.4],
  ['″', 6, 152.4],
  ["'", 1, 304.8],
  ['in.', 6, 152.4],
  ['Inch', 1, 25.4],
  ['Centimetres', 10, 100],
  ['centimeters', 10, 100],
  ['feet', 2, 609.6],
])('reads a length in %s', (unit, value, mm) => {
  expect(asWritten([{ ...condition, unit, value }])).toEqual([{ ...condition, value: mm, unit: 'mm' }]);
});

it.each([
  ['mugs', 'mug'],
  ['Coffee cups', 'mug'],
  ['drinks', 'beverage'],
  ['notebook computer', 'laptop'],
  ['desk_mat', 'desk_mat'],
  ['unicorns', 'unicorns'],
])('reads %j as %j', (words, name) => {
  expect(asWritten([{ ...condition, object1: words, object2: words }])).toEqual([
    { ...condition, object1: name, object2: name },
  ]);
});

it.each([
  ['no list', 'mugs'],
  ['no objects', [null, 3, ['cm']]],
  ['a unit of counts', [{ ...condition, operator: 'max_count', value: 2, unit: 'count' }]],
  ['an unknown unit', [{ ...condition, unit: 'cubits' }]],
  ['a value that is text', [{ ...condition, unit: 'cm', value: '10' }]],
])('leaves %s as it is', (_, given) => {
  expect(asWritten(given)).toEqual(given);
});
