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
  placeLabels(labels, AREA, taken, clear, measures, plainMeasure).shapes;
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

  it('gives back what finds no free place rather than cover another label', () => {
    const all = [{ x: 0, y: 0, ...AREA }];
    for (const required of [true, false]) {
      const one = label(500, 300, { required });
      expect(placeLabels([one], AREA, all, [], measures, plainMeasure)).toEqual({ shapes: [], left: [one] });
    }
  });

  it('looks for a free place in the whole image for what must be said, and near by for the rest', () => {
    const taken = [{ x: 0, y: 0, width: AREA.width, height: 680 }];
    const [box] = plates(place([label(500, 100)], taken));
    expect(box!.y).toBeGreaterThan(680);
    expect(place([label(500, 100, { required: false })], taken)).toEqual([]);
  });

  it('keeps off the objects that it names, unless one fills the image', () => {
    const box = { x: 300, y: 250, width: 300, height: 200 };
    expect(overlap(plates(place([label(450, 350, { avoid: [box] })]))[0]!, box)).toBeLessThanOrEqual(0.02 * 300 * 200);
    const all = { x: 0, y: 0, ...AREA };
    expect(plates(place([label(450, 350, { avoid: [all] })]))).toHaveLength(1);
  });

  it('leads a name to its object where it does not lie beside it', () => {
    const about = { x: 480, y: 360, width: 40, height: 40 };
    const far = measures.font * 1.2;
    expect(leaders(place([label(500, 415 + far, { about, detail: null })]))).toHaveLength(1);
    expect(leaders(place([label(500, 415, { about, detail: null })]))).toEqual([]);
  });

  it('drops a label that is wider than the image', () => {
    expect(place([label(500, 300, { title: 'x'.repeat(200) })])).toEqual([]);
  });
});
