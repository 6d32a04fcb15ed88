import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Label, placeLabels } from '../../src/annotate/labels.ts';
import { overlap, type Rect, type Shape } from '../../src/annotate/shapes.ts';
import { COLOUR, measuresFor } from '../../src/annotate/style.ts';
import { plainMeasure } from './scenes.ts';

const AREA = { width: 1000, height: 750 };
const measures = measuresFor(AREA.width, AREA.height);

function label(x: number, y: number, rest: Partial<Label> = {}): Label {
  return {
    title: '83 ± 21 mm',
    detail: 'min 152 mm',
    preferred: [{ x, y }],
    about: { x, y },
    ink: COLOUR.paper,
    plate: COLOUR.violated,
    required: true,
    ...rest,
  };
}
const place = (labels: Label[], taken: Rect[] = [], clear: Rect[] = []) =>
  placeLabels(labels, AREA, taken, clear, measures, plainMeasure);
const plates = (shapes: Shape[]) => shapes.flatMap((s) => (s.kind === 'plate' ? [s.box] : []));
const leaders = (shapes: Shape[]) => shapes.filter((s) => s.kind === 'line');

describe('placeLabels', () => {
  it('puts a lonely label where it wants to be, without a leader', () => {
    const shapes = place([label(500, 300)]);
    const [box] = plates(shapes);
    expect(box!.x + box!.width / 2).toBeCloseTo(500);
    expect(box!.y + box!.height / 2).toBeCloseTo(300);
    expect(leaders(shapes)).toEqual([]);
    expect(shapes.filter((s) => s.kind === 'text').map((s) => s.text)).toEqual(['83 ± 21 mm', 'min 152 mm']);
  });

  it('keeps twenty labels of one place apart, inside the image, each with a line to it when far', () => {
    const shapes = place(Array.from({ length: 20 }, () => label(500, 375)));
    const boxes = plates(shapes);
    expect(boxes).toHaveLength(20);
    for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(0);
    expect(leaders(shapes).length).toBeGreaterThan(10);
  });

  it('never leaves the image, wherever the wish lies', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -5000, max: 5000, noNaN: true }),
        fc.double({ min: -5000, max: 5000, noNaN: true }),
        (x, y) => {
          const [box] = plates(place([label(x, y)]));
          return box!.x >= 0 && box!.y >= 0 && box!.x + box!.width <= AREA.width && box!.y + box!.height <= AREA.height;
        },
      ),
    );
  });

  it('keeps off what is taken and off what it speaks of', () => {
    const taken = [{ x: 400, y: 300, width: 200, height: 100 }];
    for (const shapes of [place([label(500, 350)], taken), place([label(500, 350)], [], taken)]) {
      expect(overlap(plates(shapes)[0]!, taken[0]!)).toBe(0);
    }
  });

  it('drops what may be dropped rather than cover another label', () => {
    const all = [{ x: 0, y: 0, ...AREA }];
    expect(place([label(500, 300, { required: false })], all)).toEqual([]);
    expect(plates(place([label(500, 300)], all))).toHaveLength(1);
  });

  it('drops a label that is wider than the image', () => {
    expect(place([label(500, 300, { title: 'x'.repeat(200) })])).toEqual([]);
  });
});
