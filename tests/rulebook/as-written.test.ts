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
  ['10 cm', undefined, 100],
  ['10cm', null, 100],
  ['10', 'cm', 100],
  ['10 cm', 'centimetres', 100],
  ['6 1/2 inches', undefined, 165.1],
  ["5'10", undefined, 1778],
  ['half a foot', undefined, 152.4],
])('reads %j with unit %j', (value, unit, mm) => {
  expect(asWritten([{ ...condition, unit, value }])).toEqual([{ ...condition, value: mm, unit: 'mm' }]);
});

it('reads a number that is text and has no unit as that number', () => {
  expect(asWritten([{ ...condition, unit: undefined, value: '10' }])).toEqual([
    { ...condition, unit: undefined, value: 10 },
  ]);
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
  ['a length with another unit beside it', [{ ...condition, unit: 'mm', value: '10 cm' }]],
  ['a length that can mean two things', [{ ...condition, unit: undefined, value: '1,500 mm' }]],
  ['a length below nothing', [{ ...condition, unit: undefined, value: '-10 cm' }]],
  ['a length among other words', [{ ...condition, unit: undefined, value: 'at least 10 cm' }]],
  ['a length that is long', [{ ...condition, unit: undefined, value: `1${'0'.repeat(10_000)} cm` }]],
])('leaves %s as it is', (_, given) => {
  expect(asWritten(given)).toEqual(given);
});
