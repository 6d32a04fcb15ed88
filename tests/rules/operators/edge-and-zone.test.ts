import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { boxInside, boxOutside } from '../../../src/rules/measuring/box-in-polygon.ts';
import { desk, ruleOf } from '../desk.ts';

const edge: Condition = { object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' };
const mugAt = (x: number, sigma = 0) => [{ class: 'mug', x, y: 500, sigma }];

describe('min_edge_distance', () => {
  it.each([
    [100, 0, 'satisfied', 60],
    [80, 0, 'violated', 40],
    [92, 3, 'uncertain', 52],
    [30, 0, 'violated', -10],
  ])('a mug at x = %s ± %s is %s', (x, sigma, verdict, measured) => {
    expect(evaluateAll([ruleOf(edge)], desk(mugAt(x, sigma)))[0]).toMatchObject({
      verdict,
      measured,
      objects: ['mug-1'],
    });
  });

  it('says when something is over the edge', () => {
    expect(evaluateAll([ruleOf(edge)], desk(mugAt(30, 3)))[0]?.reason).toBe(
      'mug-1 is over the edge of the table (over 99 % sure): between 5 and 15 mm over it, needs at least 50 mm',
    );
  });

  it('decides nothing by the border of the image', () => {
    for (const x of [30, 800]) {
      const [verdict] = evaluateAll([ruleOf(edge)], desk(mugAt(x), { table: 'image' }));
      expect(verdict).toMatchObject({ verdict: 'uncertain', measured: null, uncertainty: null, margin: null });
      expect(verdict?.reason).toContain('from the edge of the table is unknown');
      expect(verdict?.reason).toContain('corners of the table');
    }
  });

  it('is kept where the table is seen to go on far enough, though no edge is in sight', () => {
    const scene = desk(mugAt(400), { table: 'image' });
    const seen = { ...scene, table: { ...scene.table, lines: [] } };
    const [verdict] = evaluateAll([ruleOf(edge)], seen);
    expect(verdict).toMatchObject({ verdict: 'satisfied', measured: null, uncertainty: null });
    expect(verdict?.reason).toMatch(/^the table goes on at least 50 mm beyond mug-1( \((over )?\d+ % sure\))?$/);
    const close = desk(mugAt(30), { table: 'image' });
    const [open] = evaluateAll([ruleOf(edge)], { ...close, table: { ...close.table, lines: [] } });
    expect(open).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(open?.reason).toContain('corners of the table');
  });

  it('is judged by a line of the image that surely is the edge', () => {
    const scene = desk(mugAt(100), { table: 'image' });
    const at = { x: 70, y: 0 };
    const to = { x: 70, y: 1000 };
    const line = { fromPx: at, toPx: to, from: at, to, inward: { x: 1, y: 0 }, sigma: 2, probability: 0.9 };
    const [verdict] = evaluateAll([ruleOf(edge)], { ...scene, table: { ...scene.table, lines: [line] } });
    expect(verdict).toMatchObject({ verdict: 'violated', objects: ['mug-1'] });
  });

  it('knows only pixels without calibration', () => {
    const [verdict] = evaluateAll([ruleOf(edge)], desk(mugAt(100), { calibrated: false }));
    expect(verdict).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(verdict?.reason).toContain('120 px from the edge of the table');
  });

  it('says of no mug that the border of the image cuts off that it is over the edge', () => {
    const scene = desk(mugAt(100), { calibrated: false });
    const reason = (x1: number) => {
      const objects = scene.objects.map((o) => ({
        ...o,
        bbox: [x1, 500, x1 + 60, 580] as [number, number, number, number],
      }));
      const polygonPx = [
        { x: 300, y: 0 },
        { x: 900, y: 0 },
        { x: 900, y: 900 },
        { x: 300, y: 900 },
      ];
      const table = { ...scene.table, reference: 'visible' as const, polygonPx };
      return evaluateAll([ruleOf(edge)], { ...scene, objects, table })[0]?.reason;
    };
    expect(reason(200)).toContain('100 px over the edge of the table');
    expect(reason(0)).toContain('the distance of mug-1 from the edge of the table is unknown');
    expect(reason(0)).not.toContain('over the edge');
  });
});

describe('within', () => {
  const within: Condition = { object1: 'mug', operator: 'within', zone: 'Left Half' };
  const zones = [
    {
      name: 'left half',
      corners: [
        [0, 0],
        [0, 1000],
        [800, 1000],
        [800, 0],
      ] as const,
    },
  ];

  it.each([
    [400, 'satisfied', 360],
    [780, 'violated', -20],
    [1200, 'violated', -440],
  ])('a mug at x = %s is %s', (x, verdict, measured) => {
    expect(evaluateAll([ruleOf(within)], desk(mugAt(x), { zones }))[0]).toMatchObject({ verdict, measured });
  });

  it('is judged by the box without millimetres', () => {
    const verdict = (x: number) =>
      evaluateAll([ruleOf(within)], desk(mugAt(x), { zones, calibrated: false }))[0]?.verdict;
    expect([400, 780, 1200].map(verdict)).toEqual(['satisfied', 'uncertain', 'violated']);
  });

  it('is uncertain at the border and asks for more where a value is given', () => {
    expect(evaluateAll([ruleOf(within)], desk(mugAt(760, 5), { zones }))[0]?.verdict).toBe('uncertain');
    expect(evaluateAll([ruleOf({ ...within, value: 100 })], desk(mugAt(700), { zones }))[0]).toMatchObject({
      verdict: 'violated',
      margin: -40,
    });
  });

  it('does not apply where no such zone is known', () => {
    expect(evaluateAll([ruleOf({ ...within, zone: 'Tray "2"' })], desk(mugAt(400)))[0]).toMatchObject({
      verdict: 'not_applicable',
      reason: 'no zone "Tray \\"2\\"" is known for this image',
    });
  });

  it.each([
    ['left half', 'satisfied', 'violated'],
    ['Right_Half', 'violated', 'satisfied'],
    ['back half', 'satisfied', 'violated'],
    ['front half', 'violated', 'satisfied'],
  ])('knows the %s of every table', (zone, near, far) => {
    for (const options of [{}, { calibrated: false }, { table: 'image' as const }]) {
      const kinds = [
        { class: 'mug', x: 200, y: 200 },
        { class: 'mug', x: 1400, y: 800 },
      ].map((mug) => evaluateAll([ruleOf({ ...within, zone })], desk([mug], options))[0]?.verdict);
      expect(kinds).toEqual([near, far]);
      expect(
        evaluateAll([ruleOf({ ...within, zone })], desk([{ class: 'mug', x: 800, y: 500 }], options))[0]?.verdict,
      ).not.toBe('satisfied');
    }
  });

  it('takes a zone of the caller rather than a half of the same name', () => {
    const small = [
      {
        name: 'LEFT half',
        corners: [
          [0, 0],
          [0, 100],
          [100, 100],
          [100, 0],
        ] as const,
      },
    ];
    expect(evaluateAll([ruleOf(within)], desk(mugAt(400), { zones: small }))[0]?.verdict).toBe('violated');
  });
});

describe('boxes and polygons', () => {
  const hook = [
    { x: 0, y: 0 },
    { x: 0, y: 10 },
    { x: 10, y: 10 },
    { x: 10, y: 8 },
    { x: 2, y: 8 },
    { x: 2, y: 0 },
  ];
  it('sees notches, bars and swallowed polygons', () => {
    expect(boxInside([0.5, 1, 1.5, 9], hook)).toBe(true);
    expect(boxInside([0.5, 1, 9, 9.5], hook)).toBe(false);
    expect(boxOutside([4, 1, 9, 7], hook)).toBe(true);
    expect(boxOutside([-5, 4, 15, 5], hook)).toBe(false);
    expect(boxOutside([-5, -5, 15, 15], hook)).toBe(false);
  });
});
