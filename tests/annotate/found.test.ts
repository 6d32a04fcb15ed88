import { describe, expect, it } from 'vitest';
import { drawFound, type Found, foundIn } from '../../src/annotate/found.ts';
import { measuresFor } from '../../src/annotate/style.ts';
import { createView } from '../../src/annotate/view.ts';
import type { TableEdge } from '../../src/scene/types.ts';
import { DESK } from './scenes.ts';

const withTable = (table: Partial<TableEdge>) => ({ ...DESK, table: { ...DESK.table, ...table } });
/** Half the size of the image. */
const view = createView(DESK, 400, 300);
const measures = measuresFor(400, 300);
const sheet: Found = {
  name: 'A4 sheet',
  sure: true,
  lines: [
    {
      closed: true,
      points: [
        { x: 200, y: 200 },
        { x: 400, y: 200 },
        { x: 400, y: 500 },
        { x: 200, y: 500 },
      ],
    },
  ],
};

describe('what was found to measure by', () => {
  it('is nothing where the border of the image stands in for the table', () => expect(foundIn(DESK)).toEqual([]));

  it('is the whole outline of a table all of whose sides are known, and else the sides that are edges', () => {
    const points = DESK.table.polygonPx;
    expect(foundIn(withTable({ reference: 'declared' }))).toEqual([
      { name: 'table edge', sure: true, lines: [{ points, closed: true }] },
    ]);
    expect(foundIn(withTable({ reference: 'declared', sides: [4, null, null, 7] }))[0]!.lines).toEqual([
      { points: [points[0], points[1]], closed: false },
      { points: [points[3], points[0]], closed: false },
    ]);
    expect(foundIn(withTable({ reference: 'declared', sides: [null, null, null, null] }))).toEqual([]);
  });

  it('is a guess where a detector drew a box around a table: dashed, without a name', () => {
    const [guess] = foundIn(withTable({ reference: 'surface' }));
    expect(guess!.sure).toBe(false);
    const { shapes, labels } = drawFound([guess!], view, measures);
    expect(shapes).toMatchObject([{ kind: 'line', dash: expect.any(Array) }]);
    expect(labels).toEqual([]);
  });

  it('lies where it was found, with its name at its longest side', () => {
    const { shapes, labels } = drawFound([sheet], view, measures);
    expect(shapes).toMatchObject([{ closed: true, points: [{ x: 100, y: 100 }, { x: 200, y: 100 }, {}, {}] }]);
    expect(labels).toMatchObject([{ title: 'A4 sheet', about: { x: 200, y: 175 } }]);
  });
});
