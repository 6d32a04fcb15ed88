import { expect, it } from 'vitest';
import { wayInImage, wayOnTable } from '../../../src/analysis/feedback/directions.ts';

it('a way that rounds to nothing is said to be small, not nothing', () => {
  expect(wayOnTable({ x: -0.4, y: 0.1 }, true, 'metric')).toBe('less than 1 mm to the left');
  expect(wayOnTable({ x: 0.04, y: 0.1 }, false, 'imperial')).toBe('less than 0.01 in toward you');
  expect(wayInImage({ x: 0.2, y: 0 })).toBe('less than 1 px to the right');
});

it('of two parts the one that is nothing is left out', () => {
  expect(wayOnTable({ x: -25, y: 0.3 }, true, 'metric')).toBe('25 mm to the left');
});
