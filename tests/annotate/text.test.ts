import { describe, expect, it } from 'vitest';
import { cleanText, formatLength, formatMeasure } from '../../src/annotate/text.ts';

describe('cleanText', () => {
  it.each([
    ['mug-1', 'mug-1'],
    ['a\nb\u0000c\u202ed', 'a b c d'],
    ['  padded\t', 'padded'],
    ['x'.repeat(40), `${'x'.repeat(27)}…`],
    ['😀'.repeat(40), `${'😀'.repeat(27)}…`],
    ['', ''],
  ])('%j', (given, wanted) => expect(cleanText(given)).toBe(wanted));
});

describe('lengths for people', () => {
  it.each([
    [83.4, 21.2, '83 ± 21 mm'],
    [2.44, 101, '2 ± 101 mm'],
    [6.02, 8.34, '6 ± 8.3 mm'],
    [-21.4, 224, '−21 ± 224 mm'],
    [0, 12, '0 ± 12 mm'],
    [-0.3, 12, '0 ± 12 mm'],
    [1234.5, 9.4, '1235 ± 9 mm'],
    [40, null, '40 mm'],
  ])('%d ± %s', (value, error, wanted) => expect(formatMeasure(value, error, 'metric')).toBe(wanted));
  it.each([
    [152.4, '152'],
    [9.94, '9.9'],
    [9.96, '10'],
    [5, '5'],
    [-0.04, '0'],
  ])('%d', (value, wanted) => expect(formatLength(value, 'metric')).toBe(`${wanted} mm`));
  it.each([
    [152.4, '6 in'],
    [12.7, '0.5 in'],
    [40, '1.6 in'],
    [6, '0.24 in'],
  ])('%d mm in inches', (value, wanted) => expect(formatLength(value, 'imperial')).toBe(wanted));
});
