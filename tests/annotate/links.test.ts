import { describe, expect, it } from 'vitest';
import { linksOf } from '../../src/annotate/links.ts';
import type { DrawnVerdict } from '../../src/annotate/state.ts';
import { createView } from '../../src/annotate/view.ts';
import type { Scene } from '../../src/scene/types.ts';
import { DESK, object, SCALED, scene, UNCALIBRATED, verdict } from './scenes.ts';

/** Half the size of the image: the image's pixels are the table's mm. */
const links = (on: Scene, ...verdicts: DrawnVerdict[]) => linksOf(on, verdicts, createView(on, 400, 300));

describe('where a dimension line runs', () => {
  it('between the outlines of two footprints, as long as the distance', () => {
    const [link] = links(DESK, verdict('violated', ['mug-1', 'laptop-1']));
    expect(link).toMatchObject({ kind: 'violated', from: { x: 200, y: 170 }, to: { x: 240, y: 170 } });
  });

  it('between the centres when that is what was measured', () => {
    const [link] = links(DESK, {
      ...verdict('violated', ['mug-1', 'laptop-1'], { measured: 130.4 }),
      reference: 'centre',
    });
    expect(link).toMatchObject({ from: { x: 180, y: 170 }, to: { x: 310, y: 155 } });
  });

  it('to the nearest edge of the table for one object', () => {
    const [link] = links(DESK, verdict('violated', ['mug-2'], { measured: 30 }));
    expect(link).toMatchObject({ from: { x: 30, y: 230 }, to: { x: 0, y: 230 }, detail: 'min 152 mm to the edge' });
  });

  it('to the border of the zone that the rule names', () => {
    const polygonPx = [
      { x: 160, y: 0 },
      { x: 300, y: 0 },
      { x: 300, y: 600 },
      { x: 160, y: 600 },
    ];
    const polygon = polygonPx.map(({ x, y }) => ({ x: x / 2, y: y / 2 }));
    const on = scene(DESK.objects, SCALED, [{ name: 'middle', kind: 'zone', polygonPx, polygon }]);
    const [link] = links(on, {
      ...verdict('violated', ['mug-1'], { operator: 'within', measured: -50, required: 0, margin: -50 }),
      zone: 'Middle',
    });
    expect(link).toMatchObject({ from: { x: 160, y: 170 }, to: { x: 150, y: 170 } });
  });

  it('where one stands on the other: the words say on what, and no length', () => {
    const on = scene(
      DESK.objects.map((o) => (o.id === 'mug-1' ? { ...o, on: [{ surfaceId: 'laptop-1', probability: 0.94 }] } : o)),
    );
    const standing = { measured: 0, uncertainty: null, margin: -152.4 };
    for (const ids of [
      ['mug-1', 'laptop-1'],
      ['laptop-1', 'mug-1'],
    ]) {
      expect(links(on, verdict('violated', ids, standing))[0]?.title).toBe('on laptop-1');
    }
  });

  it('to no edge that is in sight but not the one that the verdict speaks of', () => {
    const edge = { operator: 'min_edge_distance', measured: null, uncertainty: null, margin: null } as const;
    const { table } = DESK;
    const on: Scene = { ...DESK, table: { ...table, reference: 'visible' } };
    expect(links(on, verdict('uncertain', ['mug-2'], edge))[0]?.inSight).toBe(false);
    expect(links(on, verdict('violated', ['mug-2'], { ...edge, measured: 30 }))[0]?.inSight).toBe(true);
  });

  it('where no edge of the table is in sight: how far it goes on at least', () => {
    const { table } = DESK;
    const on: Scene = { ...DESK, table: { ...table, reference: 'image', lines: [] } };
    const unseen = { operator: 'min_edge_distance', measured: null, uncertainty: null, margin: null } as const;
    const title = (given: DrawnVerdict) => links(on, given)[0]?.title;
    expect(title(verdict('satisfied', ['mug-1'], unseen))).toMatch(/^table goes on at least \d+ mm$/);
    const [inches] = linksOf(on, [verdict('satisfied', ['mug-1'], unseen)], createView(on, 400, 300), 'imperial');
    expect(inches?.title).toMatch(/^table goes on at least [\d.]+ in$/);
    expect(title(verdict('uncertain', ['mug-1', 'laptop-1'], { ...unseen, operator: 'min_distance' }))).toBe(
      'distance unknown',
    );
  });

  it('between the boxes when nothing is known in mm', () => {
    const on = scene(
      [object('mug-1', [100, 100, 200, 200], false), object('book-1', [300, 120, 500, 180], false)],
      UNCALIBRATED,
    );
    const [link] = links(
      on,
      verdict('uncertain', ['mug-1', 'book-1'], { measured: null, uncertainty: null, margin: null }),
    );
    expect(link).toMatchObject({
      title: 'distance unknown',
      detail: 'wanted 152 mm',
      from: { x: 100, y: 75 },
      to: { x: 150, y: 75 },
    });
    expect(links(on, verdict('uncertain', ['mug-1'], { measured: null }))[0]).toMatchObject({
      from: { x: 50, y: 75 },
      to: { x: 0, y: 75 },
    });
  });

  it('has no length where things overlap', () => {
    const on = scene([object('mug-1', [100, 100, 200, 200]), object('laptop-1', [0, 0, 300, 300])]);
    const [link] = links(on, verdict('violated', ['mug-1', 'laptop-1'], { measured: 0 }));
    expect(link?.from).toEqual(link?.to);
  });

  it('joins the pair of a group that fits the measured value', () => {
    const on = scene([
      object('mug-1', [0, 0, 40, 40]),
      object('mug-2', [100, 0, 140, 40]),
      object('mug-3', [700, 0, 740, 40]),
    ]);
    const [link] = links(
      on,
      verdict('violated', ['mug-1', 'mug-2', 'mug-3'], { measured: 330, required: 100, margin: -230 }),
    );
    expect(link).toMatchObject({ from: { x: 20, y: 10 }, to: { x: 350, y: 10 }, detail: 'max 100 mm' });
  });
});

describe('of what is to stand in line', () => {
  const ROW = scene([
    object('mug-1', [0, 0, 40, 40]),
    object('mug-2', [300, 100, 340, 140]),
    object('mug-3', [600, 0, 640, 40]),
  ]);
  const off = { operator: 'aligned', measured: 33.3, uncertainty: 5, required: 20, margin: -13.3 } as const;

  it('the line is from what is farthest off to where it would stand in line', () => {
    const [link] = links(ROW, verdict('violated', ['mug-2', 'mug-1', 'mug-3'], off));
    expect(link).toMatchObject({ title: '33 ± 5 mm', detail: 'max 20 mm off the line', from: { x: 160, y: 60 } });
    expect(link?.to.x).toBeCloseTo(160);
    // A third of the way to the middle of the other two, which stand 50 px farther up.
    expect(link?.to.y).toBeCloseTo(60 - (2 / 3) * 50);
  });

  it('two are off a row or a column', () => {
    const [link] = links(ROW, verdict('violated', ['mug-1', 'mug-2'], off));
    expect(link?.detail).toBe('max 20 mm off a row or column');
  });
});

describe('what is worth a line', () => {
  it('nothing that no other thing is known of: what a mug may be centred on is not seen', () => {
    const unknown = { operator: 'centered_on', measured: null, uncertainty: null, margin: null, required: 12 } as const;
    expect(links(DESK, verdict('uncertain', ['mug-1'], unknown))).toEqual([]);
  });

  it('only the worst verdict of a pair, in either order', () => {
    const found = links(
      DESK,
      verdict('satisfied', ['mug-1', 'laptop-1']),
      verdict('violated', ['laptop-1', 'mug-1']),
      verdict('uncertain', ['mug-1', 'laptop-1']),
    );
    expect(found.map((l) => l.kind)).toEqual(['violated']);
  });

  it('broken before uncertain before tight, the worst first', () => {
    const found = links(
      DESK,
      verdict('satisfied', ['mug-2', 'laptop-1'], { measured: 170, margin: 18 }),
      verdict('uncertain', ['mug-1', 'mug-2'], { measured: 150, margin: -2 }),
      verdict('violated', ['mug-2'], { measured: 30, margin: -20, required: 50 }),
      verdict('violated', ['mug-1', 'laptop-1']),
    );
    expect(found.map((l) => l.title)).toEqual(['40 ± 21 mm', '30 ± 21 mm', '150 ± 21 mm', '170 ± 21 mm']);
  });

  it('nothing for counts, unknown objects, absent objects and comfortable distances', () => {
    expect(
      links(
        DESK,
        verdict('violated', ['mug-1', 'mug-2'], { unit: 'count', measured: 2, required: 1 }),
        verdict('violated', ['mug-9', 'laptop-9']),
        verdict('violated', []),
        verdict('not_applicable', ['mug-1', 'laptop-1']),
        verdict('satisfied', ['mug-2', 'laptop-1'], { measured: 500, margin: 347.6 }),
      ),
    ).toEqual([]);
  });

  it('a limited number of lines, whatever the scene', () => {
    const mugs = Array.from({ length: 60 }, (_, i) => object(`mug-${i}`, [i * 10, 0, i * 10 + 8, 8]));
    const verdicts = mugs.flatMap((a) => mugs.map((b) => verdict('violated', [a.id, b.id])));
    expect(links(scene(mugs), ...verdicts)).toHaveLength(9);
  });
});

describe('words', () => {
  it('tell a least distance from a greatest one by the margin', () => {
    const detail = (measured: number, margin: number) =>
      links(DESK, verdict('violated', ['mug-1', 'laptop-1'], { measured, required: 100, margin }))[0]?.detail;
    expect([detail(40, -60), detail(140, 40), detail(140, -40), detail(40, 60)]).toEqual([
      'min 100 mm',
      'min 100 mm',
      'max 100 mm',
      'max 100 mm',
    ]);
  });

  it('take the first clause of the reason where numbers say nothing', () => {
    const reason = 'mug-1 is 300 px to the right of laptop-1 in the image; to the left is required';
    const unknown = { measured: null, uncertainty: null, required: 0, reason };
    const [link] = links(DESK, verdict('uncertain', ['mug-1', 'laptop-1'], unknown));
    expect(link).toMatchObject({
      title: 'mug-1 is 300 px to the right of',
      detail: 'laptop-1 in the image',
      small: true,
    });
  });

  it('show the length where one was measured, and what is wrong in words', () => {
    const reason = 'mug-1 is not to the left of laptop-1 (over 99 % sure): between 26 and 34 cm to the right';
    const told = { measured: -300, uncertainty: 36, required: 0, reason };
    const [link] = links(DESK, verdict('violated', ['mug-1', 'laptop-1'], told));
    expect(link).toMatchObject({ title: '300 ± 36 mm', detail: 'is not to the left of laptop-1' });
  });

  it('run to no edge that the distance was not measured to', () => {
    const edge = { operator: 'min_edge_distance', measured: null, uncertainty: null, margin: null } as const;
    const on: Scene = { ...DESK, table: { ...DESK.table, reference: 'visible' } };
    expect(links(on, verdict('uncertain', ['mug-2'], edge))[0]?.inSight).toBe(false);
    expect(links(on, verdict('uncertain', ['mug-2'], { ...edge, measured: 30 }))[0]?.inSight).toBe(true);
  });
});
