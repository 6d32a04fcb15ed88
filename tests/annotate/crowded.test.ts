import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layoutAnnotations } from '../../src/annotate/layout.ts';
import { overlap, type Rect, type Shape } from '../../src/annotate/shapes.ts';
import { COLOUR } from '../../src/annotate/style.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import type { Move } from '../../src/placement/types.ts';
import { DESK, move, object, plainMeasure, scene, verdict } from './scenes.ts';

const SIZE = { width: 800, height: 600 };
const draw = (on = DESK, verdicts: readonly Verdict[] = [], moves: readonly Move[] = []) =>
  layoutAnnotations(on, verdicts, moves, SIZE, plainMeasure);
const texts = (shapes: readonly Shape[]) => shapes.flatMap((s) => (s.kind === 'text' ? [s] : []));
const inPhoto = (shapes: readonly Shape[]) => texts(shapes).filter((t) => t.at.y < SIZE.height);
const below = (shapes: readonly Shape[]) => texts(shapes).filter((t) => t.at.y > SIZE.height);
const words = (shapes: readonly Shape[]) => inPhoto(shapes).map((t) => t.text);
/** Plates of labels; the ruler's is paler, and the caption lies below the photo. */
const plates = (shapes: readonly Shape[]): Rect[] =>
  shapes.flatMap((s) => (s.kind === 'plate' && s.opacity > 0.6 && s.box.y < SIZE.height ? [s.box] : []));

/** Mugs in rows, each too near to the next one. */
const mugs = (n: number) =>
  Array.from({ length: n }, (_, i) => {
    const [x, y] = [40 + (i % 6) * 120, 80 + Math.floor(i / 6) * 130];
    return object(`mug-${i + 1}`, [x, y, x + 60, y + 60]);
  });
const pairs = (n: number, kind: Verdict['verdict'] = 'violated') =>
  Array.from({ length: n - 1 }, (_, i) =>
    verdict(kind, [`mug-${i + 1}`, `mug-${i + 2}`], { measured: 30 + i, margin: -100 + i }),
  );

describe('an image with much to say', () => {
  it('spells out two findings and one move, and gives the others numbers with a legend', () => {
    const { shapes } = draw(scene(mugs(7)), pairs(7), [
      move('mug-1', { verified: false }),
      move('mug-2'),
      move('mug-3', { verified: false }),
    ]);
    expect(words(shapes).filter((t) => t.includes('±'))).toEqual(['30 ± 21 mm', '31 ± 21 mm']);
    expect(words(shapes).filter((t) => t.startsWith('move'))).toEqual(['move mug-2 80 mm']);
    expect(words(shapes).filter((t) => /^\d+$/.test(t))).toEqual(['1', '2', '3', '4', '5', '6']);
    const legend = below(shapes).map((t) => t.text);
    expect(legend).toEqual(
      expect.arrayContaining(['mug-3 – mug-4: 32 ± 21 mm, min 152 mm', 'move mug-1 8 cm, not verified']),
    );
    for (const number of ['1', '2', '3', '4', '5', '6']) expect(legend).toContain(number);
  });

  it('says of more than a legend holds how many are left out', () => {
    const { shapes, height, photoHeight } = draw(
      scene(mugs(24)),
      [...pairs(24), ...mugs(24).map((m) => verdict('uncertain', [m.id]))],
      mugs(24).map((m) => move(m.id)),
    );
    expect(below(shapes).map((t) => t.text)).toContainEqual(expect.stringMatching(/^… and \d+ more in the answer$/));
    expect(height - photoHeight).toBeLessThan(0.5 * photoHeight);
  });

  it('draws no line to an edge that is nowhere in the image, and says it once for all', () => {
    const on = scene(mugs(3));
    const verdicts = on.objects.map((o) => verdict('uncertain', [o.id], { measured: null, uncertainty: null }));
    const { shapes } = draw(on, verdicts);
    expect(shapes.filter((s) => s.kind === 'line' && s.dash !== undefined)).toEqual([]);
    const said = below(shapes).map((t) => t.text);
    expect(said).toContain('mug-1, mug-2, mug-3: distance unknown, wanted 152 mm to the edge');
  });

  it('shows what was measured from its outline as that outline, its box only faintly', () => {
    const on = scene([
      { ...object('mug-1', [100, 100, 180, 180]), measuredFrom: 'outline' as const },
      object('mug-2', [400, 100, 480, 180]),
    ]);
    const lines = draw(on, pairs(2)).shapes.flatMap((s) =>
      s.kind === 'line' && s.closed && s.colour === COLOUR.violated ? [s] : [],
    );
    const [refined, boxed] = [100, 400].map((x) =>
      lines.filter((l) => l.points.every((p) => Math.abs(p.x - x - 40) < 41)),
    );
    const outline = (of: typeof lines) => of.find((l) => l.points.length === 40)!;
    const box = (of: typeof lines) => of.find((l) => l.points.length === 4)!;
    expect(outline(refined!).width).toBeGreaterThan(box(refined!).width);
    expect(box(refined!).opacity).toBeLessThan(0.5);
    expect(outline(boxed!).width).toBeLessThan(box(boxed!).width);
  });

  it('gives people and chairs no names', () => {
    const { footprint: _, ...person } = object('person-1', [100, 0, 300, 500]);
    expect(words(draw(scene([{ ...person, footprint: null }, object('book-1', [400, 300, 500, 400])])).shapes)).toEqual(
      expect.not.arrayContaining(['person-1']),
    );
  });
});

const place = fc.record({
  x: fc.integer({ min: 0, max: 700 }),
  y: fc.integer({ min: 0, max: 520 }),
  w: fc.integer({ min: 12, max: 400 }),
  h: fc.integer({ min: 12, max: 300 }),
  kind: fc.constantFrom('mug', 'laptop', 'keyboard', 'phone'),
});

describe('whatever lies on the desk', () => {
  it('no label covers another one, and no name its object', () => {
    fc.assert(
      fc.property(
        fc.array(place, { minLength: 2, maxLength: 14 }),
        fc.constantFrom<Verdict['verdict']>('violated', 'uncertain'),
        (places, kind) => {
          const objects = places.map(({ x, y, w, h, kind: name }, i) =>
            object(`${name}-${i}`, [x, y, Math.min(800, x + w), Math.min(600, y + h)]),
          );
          const verdicts = objects.slice(1).map((o, i) => verdict(kind, [objects[i]!.id, o.id], { measured: i }));
          const { shapes } = draw(
            scene(objects),
            verdicts,
            objects.map((o) => move(o.id)),
          );
          const boxes = plates(shapes);
          for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(overlap(a, b)).toBe(0);
          for (const text of inPhoto(shapes)) {
            const named = objects.find((o) => o.id === text.text);
            const plate = boxes.find((b) => overlap(b, { ...text.at, width: 1, height: 1 }) > 0);
            if (named === undefined || plate === undefined) continue;
            const [x1, y1, x2, y2] = named.bbox;
            const box = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
            expect(overlap(plate, box)).toBeLessThanOrEqual(0.02 * box.width * box.height + 1e-6);
          }
          expect(words(shapes).filter((t) => t.includes('±')).length).toBeLessThanOrEqual(2);
          expect(words(shapes).filter((t) => t.startsWith('move')).length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
