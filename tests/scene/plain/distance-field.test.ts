import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceField } from '../../../src/scene/math/distance-field.ts';

describe('the distance of every cell from the nearest marked one', () => {
  it('is what comparing all pairs finds', () => {
    const grid = fc
      .record({ columns: fc.integer({ min: 1, max: 12 }), rows: fc.integer({ min: 1, max: 12 }) })
      .chain(({ columns, rows }) =>
        fc.record({
          columns: fc.constant(columns),
          rows: fc.constant(rows),
          marked: fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: columns * rows, maxLength: columns * rows }),
        }),
      );
    fc.assert(
      fc.property(grid, ({ columns, rows, marked }) => {
        const field = distanceField(Uint8Array.from(marked), columns, rows);
        for (let i = 0; i < marked.length; i++) {
          const all = marked.flatMap((m, k) =>
            m ? [Math.hypot((i % columns) - (k % columns), Math.floor(i / columns) - Math.floor(k / columns))] : [],
          );
          expect(field[i]).toBeCloseTo(Math.min(Number.POSITIVE_INFINITY, ...all), 5);
        }
      }),
      { numRuns: 200 },
    );
  });
});
