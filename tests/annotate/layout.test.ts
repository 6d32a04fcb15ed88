import { describe, expect, it } from 'vitest';
import { layoutAnnotations } from '../../src/annotate/layout.ts';
import type { Drawing, Shape } from '../../src/annotate/shapes.ts';
import { overlap, rectOf } from '../../src/annotate/shapes.ts';
import { COLOUR } from '../../src/annotate/style.ts';
import { apply } from '../../src/scene/math/mat3.ts';
import {
  DESK,
  DESK_VERDICTS,
  move,
  object,
  plainMeasure,
  SCALED,
  scene,
  TILTED,
  UNCALIBRATED,
  verdict,
} from './scenes.ts';

type Line = Extract<Shape, { kind: 'line' }>;
const draw = (on = DESK, verdicts = DESK_VERDICTS, moves = [move('mug-1')], size = { width: 800, height: 600 }) =>
  layoutAnnotations(on, verdicts, moves, size, plainMeasure);
const texts = (d: Drawing) => d.shapes.flatMap((s) => (s.kind === 'text' ? [s.text] : []));
const lines = (d: Drawing, colour: string): Line[] =>
  d.shapes.filter((s): s is Line => s.kind === 'line' && s.colour === colour);

describe('layoutAnnotations', () => {
  it('is the same every time', () => expect(draw()).toEqual(draw()));

  it('says what was found, measured, asked for and proposed', () => {
    const said = texts(draw());
    for (const text of ['mug-1', 'mug-2', 'laptop-1', '40 ± 21 mm', 'min 152 mm', 'move mug-1 80 mm']) {
      expect(said).toContain(text);
    }
    for (const text of ['1 violated', '1 satisfied', '1 proposed move', 'mm from the given scale (± 4.9 %)']) {
      expect(said).toContain(text);
    }
  });

  it('says lengths in inches where the caller reads inches, and no mm anywhere', () => {
    const inches = layoutAnnotations(
      DESK,
      DESK_VERDICTS,
      [move('mug-1')],
      { width: 800, height: 600 },
      plainMeasure,
      undefined,
      'imperial',
    );
    const said = texts(inches);
    for (const text of ['1.6 ± 0.8 in', 'min 6 in', 'move mug-1 3.1 in', 'inches from the given scale (± 4.9 %)']) {
      expect(said).toContain(text);
    }
    expect(said.filter((text) => /\bmm\b/.test(text))).toEqual([]);
    expect(said.some((text) => /^[\d.]+ in\b/.test(text))).toBe(true);
  });

  it('outlines the printed sheet that the millimetres come from, and says so', () => {
    const sheetPx = [
      { x: 100, y: 100 },
      { x: 310, y: 120 },
      { x: 300, y: 420 },
      { x: 90, y: 400 },
    ];
    const drawing = draw({
      ...DESK,
      calibration: { ...DESK.calibration, method: 'marker', source: 'reference_object', sheetPx },
    });
    const scale = 800 / DESK.width;
    expect(lines(drawing, COLOUR.zone).map((l) => l.points)).toContainEqual(
      sheetPx.map((p) => ({ x: p.x * scale, y: p.y * (600 / DESK.height) })),
    );
    expect(texts(drawing)).toContain('printed sheet');
    expect(texts(drawing).join()).toContain('mm from the printed sheet');
    expect(lines(draw(), COLOUR.zone)).toEqual([]);
  });

  it('counts all findings in the caption, also those that are not listed', () => {
    const counts = { violated: 2, uncertain: 0, satisfied: 6, not_applicable: 1 };
    const size = { width: 800, height: 600 };
    const said = texts(layoutAnnotations(DESK, DESK_VERDICTS, [], size, plainMeasure, counts));
    expect(said).toEqual(expect.arrayContaining(['2 violated', '6 satisfied']));
    expect(said).not.toContain('1 satisfied');
  });

  it('colours boxes by the worst verdict that names them', () => {
    const boxes = (colour: string) =>
      lines(draw(), colour)
        .filter((l) => l.closed && l.points.length === 4 && l.fillOpacity === undefined)
        .map((l) => rectOf(l.points));
    expect(boxes(COLOUR.violated)).toEqual([
      { x: 320, y: 300, width: 80, height: 80 },
      { x: 480, y: 200, width: 280, height: 220 },
    ]);
    expect(boxes(COLOUR.neutral)).toEqual([{ x: 60, y: 420, width: 80, height: 80 }]);
  });

  it('dashes what is uncertain and draws what holds thinner than what is broken', () => {
    const kinds = (['violated', 'uncertain', 'satisfied'] as const).map((kind) => {
      const d = draw(DESK, [verdict(kind, ['mug-1', 'laptop-1'], { measured: 40 })], []);
      return lines(d, COLOUR[kind]).find((l) => !l.closed && l.points[0]!.y === l.points[1]!.y)!;
    });
    expect(kinds.map((l) => l.dash !== undefined)).toEqual([false, true, false]);
    expect(kinds[2]!.width).toBeLessThan(kinds[0]!.width);
  });

  it('shows footprints of disks where the homography puts them', () => {
    const tilted = { ...SCALED, method: 'homography' as const, homography: TILTED };
    const on = scene([object('mug-1', [320, 300, 400, 380])], tilted);
    const [outline] = lines(draw(on, [], []), COLOUR.neutral).filter((l) => l.fillOpacity !== undefined);
    expect(outline!.points).toHaveLength(40);
    for (const p of outline!.points) {
      const mm = apply(TILTED, p);
      expect(Math.hypot(mm.x - 180, mm.y - 170)).toBeCloseTo(20, 6);
    }
  });

  it('leads an arrow from the object to its ghost', () => {
    const cyan = lines(draw(), COLOUR.move);
    const ghost = cyan.find((l) => l.closed && l.dash !== undefined)!;
    expect(rectOf(ghost.points)).toEqual({ x: 160, y: 300, width: 80, height: 80 });
    const shaft = cyan.find((l) => !l.closed && l.points[0]!.x === 360)!;
    expect(shaft.points[0]).toEqual({ x: 360, y: 340 });
    const tip = cyan.find((l) => l.closed && l.points.length === 3)!;
    expect(tip.points[0]).toEqual({ x: 200, y: 340 });
    expect(shaft.dash).toBeUndefined();
  });

  it('marks a move that is not verified, and one that is known in pixels only', () => {
    const unsure = draw(DESK, [], [move('mug-1', { verified: false })]);
    expect(texts(unsure)).toEqual(expect.arrayContaining(['not verified', '1 move not verified']));
    expect(texts(unsure).join()).not.toContain('proposed');
    expect(lines(unsure, COLOUR.move).find((l) => !l.closed && l.points[0]!.x === 360)!.dash).toBeDefined();
    const on = scene([object('mug-1', [300, 300, 400, 400], false)], UNCALIBRATED);
    const blind = draw(on, [], [move('mug-1', { distanceMm: null, vectorMm: null, vectorPx: { x: -30, y: 40 } })]);
    expect(texts(blind)).toContain('move mug-1 50 px');
  });

  it('draws a ruler that is true on the table where it lies', () => {
    for (const homography of [SCALED.homography!, TILTED]) {
      const d = draw(scene([], { ...SCALED, homography }), [], []);
      const text = texts(d).find((t) => / mm( here)?$/.test(t))!;
      const ruler = lines(d, COLOUR.neutral)[0]!;
      const [a, b] = ruler.points.map((p) => apply(homography, p));
      expect(Math.hypot(b!.x - a!.x, b!.y - a!.y)).toBeCloseTo(Number.parseInt(text, 10), 6);
      expect(text.endsWith('here')).toBe(homography === TILTED);
    }
  });

  it('keeps the ruler off things and the lines of findings', () => {
    const inWay = [object('mug-1', [20, 500, 120, 600]), object('laptop-1', [300, 480, 560, 600])];
    const far = verdict('violated', ['mug-1', 'laptop-1']);
    const d = draw(scene(inWay), [far]);
    const plate = d.shapes.find((s) => s.kind === 'plate' && s.opacity === 0.5);
    const box = plate?.kind === 'plate' ? plate.box : null;
    expect(box).not.toBeNull();
    for (const { bbox } of inWay) {
      const [x1, y1, x2, y2] = bbox;
      expect(overlap(box!, { x: x1, y: y1, width: x2 - x1, height: y2 - y1 })).toBe(0);
    }
    // The line between them.
    expect(overlap(box!, { x: 120, y: 545, width: 180, height: 5 })).toBe(0);
  });

  it('tells below the picture what is broken or open and has no line', () => {
    const count = { unit: 'count', operator: 'count_max', measured: 3, required: 2 } as const;
    const none = { unit: 'none', operator: 'on', measured: null, required: null } as const;
    const { shapes, height, photoHeight } = draw(DESK, [
      ...DESK_VERDICTS,
      verdict('violated', ['mug-1', 'mug-2'], { ...count, reason: '3 mugs are seen; at most 2 are allowed' }),
      verdict('uncertain', ['mug-1'], { ...none, reason: 'mug-1 stands on no coaster that is seen' }),
      verdict('uncertain', ['mug-2'], { ...none, reason: 'mug-2 stands on no coaster that is seen' }),
      // The pair has a line for what is worse.
      verdict('uncertain', ['laptop-1', 'mug-1'], { reason: 'laptop-1 may be too far from mug-1' }),
      verdict('satisfied', ['mug-2'], { ...none, reason: 'mug-2 is fine' }),
    ]);
    const told = shapes.flatMap((s) => (s.kind === 'text' && s.at.y > photoHeight ? [s.text] : []));
    expect(told).toEqual(
      expect.arrayContaining([
        '3 mugs are seen; at most 2 are allowed',
        'mug-1, mug-2: stands on no coaster that is seen',
        'laptop-1 may be too far from mug-1',
      ]),
    );
    expect(told.join()).not.toContain('fine');
    expect(height).toBeGreaterThan(photoHeight);
  });

  it('says so when there is no scale, and draws neither ruler nor footprint', () => {
    const d = draw(scene([object('mug-1', [300, 300, 400, 400], false)], UNCALIBRATED), [], []);
    expect(texts(d)).toContain('no scale: distances in mm are unknown');
    expect(texts(d)).toContain('no rule applies');
    expect(texts(d).join()).not.toMatch(/\d mm/);
    expect(d.shapes.some((s) => s.kind === 'line' && s.fillOpacity !== undefined)).toBe(false);
  });

  it('shows declared zones and a declared table', () => {
    const zone = {
      name: 'left\u202e half',
      kind: 'zone' as const,
      polygonPx: [
        { x: 10, y: 10 },
        { x: 300, y: 10 },
        { x: 300, y: 300 },
      ],
      polygon: null,
    };
    const on = scene([], SCALED, [zone]);
    const d = draw({ ...on, table: { ...on.table, reference: 'declared' } }, [], []);
    expect(lines(d, COLOUR.zone)).toHaveLength(1);
    expect(texts(d)).toContain('left half');
    expect(lines(d, COLOUR.found).map((l) => l.points.length)).toEqual([4]);
    expect(texts(d)).toContain('table edge');
    expect(lines(draw(on, [], []), COLOUR.found)).toEqual([]);
  });

  it.each([600, 1600, 4000])('keeps its proportions at %i px', (width) => {
    const d = draw(DESK, DESK_VERDICTS, [move('mug-1')], { width, height: width * 0.75 });
    const sizes = d.shapes.flatMap((s) => (s.kind === 'text' ? [s.size] : []));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(Math.max(10, width * 0.0125));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(Math.max(11, width * 0.02));
  });

  it('shows the sides of the table that the image shows, and not the border of the image', () => {
    const on = scene([], SCALED);
    const sides = on.table.polygonPx.map((_, i) => (i === 0 ? 4 : null));
    const found = (reference: 'visible' | 'image') =>
      lines(draw({ ...on, table: { ...on.table, reference, sides, lines: [] } }, [], []), COLOUR.found);
    expect(found('visible')).toMatchObject([{ closed: false }]);
    expect(found('visible')[0]!.points).toHaveLength(2);
    expect(found('image')).toEqual([]);
  });

  it('names only a few of very many things that no rule speaks of', () => {
    const books = Array.from({ length: 100 }, (_, i) => object(`book-${i}`, [i * 8, 0, i * 8 + 7, 100]));
    const d = draw(scene(books), [], []);
    expect(texts(d).filter((t) => t.startsWith('book')).length).toBeLessThanOrEqual(6);
    expect(lines(d, COLOUR.neutral).length).toBeGreaterThanOrEqual(100);
  });

  it('stays finite beyond the horizon and for a homography without inverse', () => {
    for (const homography of [
      [1, 0, 0, 0, 1, 0, 0, -0.01, 1],
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as const) {
      const on = scene(DESK.objects, { ...SCALED, homography });
      for (const shape of draw(on).shapes) {
        const points = shape.kind === 'line' ? shape.points : [shape.kind === 'text' ? shape.at : shape.box];
        for (const { x, y } of points) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
      }
    }
  });
});
