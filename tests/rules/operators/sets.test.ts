import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { desk, ruleOf } from '../desk.ts';

const mugs = (...places: (readonly [number, number])[]) => places.map(([x, y]) => ({ class: 'mug', x, y }));

describe('grouped', () => {
  const grouped: Condition = { object1: 'mug', operator: 'grouped', value: 100, unit: 'mm' };

  const found = (things: Parameters<typeof desk>[0]) =>
    evaluateAll([ruleOf(grouped)], desk(things)).map((v) => [v.verdict, v.measured, ...v.objects]);

  it('wants each near another, in one chain', () => {
    expect(found(mugs([100, 500], [180, 500], [260, 500], [340, 500]))).toEqual([
      ['satisfied', 0, 'mug-2', 'mug-1', 'mug-3', 'mug-4'],
    ]);
    expect(found(mugs([100, 500], [200, 500], [400, 500]))).toEqual([['violated', 120, 'mug-3', 'mug-2', 'mug-1']]);
    // Two pairs are no group.
    expect(found(mugs([100, 500], [200, 500], [600, 500], [700, 500]))).toEqual([
      ['violated', 320, 'mug-3', 'mug-2', 'mug-1', 'mug-4'],
    ]);
  });

  it('says which gap is the widest, and leaves open what one doubtful link decides', () => {
    const row = mugs([100, 500], [200, 500], [370, 500]).map((mug) => ({ ...mug, sigma: 10 }));
    const [verdict] = evaluateAll([ruleOf(grouped)], desk(row));
    expect(verdict).toMatchObject({ verdict: 'uncertain', measured: 90, objects: ['mug-3', 'mug-2', 'mug-1'] });
    expect(verdict?.reason).toMatch(
      /^the widest gap of the group: mug-3 is probably close enough to mug-2 \(7\d % likely\): between 7 and 11 cm apart, at most 10 cm/,
    );
  });

  it('is broken only where no chain can join them', () => {
    // As measured the nearest gap is the doubtful one: a wider one that is sure decides.
    const things = [...mugs([100, 500], [300, 500]), { class: 'mug', x: 200, y: 500, sigma: 60 }];
    expect(found(things)[0]?.[0]).toBe('uncertain');
    expect(found([...things, ...mugs([200, 560])])[0]?.[0]).toBe('satisfied');
  });

  it('needs at least two', () => {
    expect(evaluateAll([ruleOf(grouped)], desk(mugs([100, 500])))[0]).toMatchObject({ verdict: 'not_applicable' });
  });

  it('joins two selectors', () => {
    const scene = desk([...mugs([100, 500]), { class: 'bottle', x: 200, y: 500 }]);
    expect(evaluateAll([ruleOf({ ...grouped, object2: 'bottle' })], scene)[0]).toMatchObject({
      verdict: 'satisfied',
      objects: ['bottle-1', 'mug-1'],
    });
  });
});

describe('aligned', () => {
  const aligned: Condition = { object1: 'mug', operator: 'aligned', value: 20, unit: 'mm' };

  it('wants three or more on one line of any direction', () => {
    expect(evaluateAll([ruleOf(aligned)], desk(mugs([100, 100], [200, 200], [300, 300])))[0]).toMatchObject({
      verdict: 'satisfied',
      measured: 0,
      objects: ['mug-1', 'mug-2', 'mug-3'],
    });
    const bent = evaluateAll([ruleOf(aligned)], desk(mugs([100, 500], [300, 620], [500, 500])))[0];
    expect(bent).toMatchObject({ verdict: 'violated', measured: 80, objects: ['mug-2', 'mug-1', 'mug-3'] });
    expect(bent?.reason).toMatch(/^mug-1, mug-2 and mug-3 are not in line/);
    expect(bent?.reason).toContain(
      'are not in line (over 99 % sure): mug-2 is about 80 mm off, at most 20 mm is allowed',
    );
  });

  it('wants two in a row or a column', () => {
    const verdict = (x: number, y: number) => evaluateAll([ruleOf(aligned)], desk(mugs([100, 500], [x, y])))[0];
    expect(verdict(400, 515)).toMatchObject({ verdict: 'satisfied', measured: 15 });
    expect(verdict(90, 900)).toMatchObject({ verdict: 'satisfied', measured: 10 });
    expect(verdict(400, 800)).toMatchObject({ verdict: 'violated', measured: 300 });
  });

  it('is uncertain at the tolerance and without millimetres, and does not speak of one', () => {
    const near = mugs([100, 500], [400, 519]).map((m) => ({ ...m, sigma: 3 }));
    expect(evaluateAll([ruleOf(aligned)], desk(near))[0]?.verdict).toBe('uncertain');
    const unknown = evaluateAll([ruleOf(aligned)], desk(near, { calibrated: false }))[0];
    expect(unknown).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(unknown?.reason).toContain('mm_per_pixel');
    expect(evaluateAll([ruleOf(aligned)], desk(mugs([1, 1])))[0]?.verdict).toBe('not_applicable');
  });
});

describe('count_max and count_min', () => {
  const most = (value: number, extra: Partial<Condition> = {}): Condition => ({
    object1: 'mug',
    operator: 'count_max',
    value,
    unit: 'count',
    ...extra,
  });
  const least = (value: number, extra: Partial<Condition> = {}): Condition => ({
    ...most(value, extra),
    operator: 'count_min',
  });
  const two = mugs([100, 500], [900, 500]);

  it('counts without millimetres', () => {
    for (const calibrated of [true, false]) {
      const verdict = (c: Condition) => evaluateAll([ruleOf(c)], desk(two, { calibrated }))[0];
      expect(verdict(most(2))).toMatchObject({
        verdict: 'satisfied',
        measured: 2,
        margin: 0,
        objects: ['mug-1', 'mug-2'],
      });
      expect(verdict(most(1))).toMatchObject({ verdict: 'violated', measured: 2, margin: -1, unit: 'count' });
      expect(verdict(least(2))?.verdict).toBe('satisfied');
      expect(verdict(least(3))).toMatchObject({
        verdict: 'violated',
        reason: '2 mugs are seen; at least 3 are required',
      });
    }
  });

  it('never passes for want of mugs, and misses those that must be there', () => {
    expect(evaluateAll([ruleOf(most(3))], desk([]))[0]?.verdict).toBe('not_applicable');
    expect(evaluateAll([ruleOf(least(1))], desk([]))[0]).toMatchObject({
      verdict: 'violated',
      measured: 0,
      objects: [],
    });
  });

  it('counts in a zone and on a surface, as a range where it cannot tell', () => {
    const zones = [
      {
        name: 'left',
        corners: [
          [0, 0],
          [0, 1000],
          [500, 1000],
          [500, 0],
        ] as const,
      },
    ];
    const inZone = evaluateAll([ruleOf(most(1, { zone: 'left' }))], desk(two, { zones }))[0];
    expect(inZone).toMatchObject({ verdict: 'satisfied', measured: 1 });
    const border = desk([...two, { class: 'mug', x: 460, y: 200, sigma: 5 }], { zones });
    const range = evaluateAll([ruleOf(most(1, { zone: 'left' }))], border)[0];
    expect(range).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(range?.reason).toBe('1 to 2 mugs are seen in zone "left"; at most 1 is allowed; the image cannot tell');
    expect(evaluateAll([ruleOf(most(1, { zone: 'attic' }))], border)[0]?.verdict).toBe('not_applicable');
    const mat = desk([
      { class: 'mug', x: 100, y: 500, on: { 'desk_mat-1': 0.9 } },
      { class: 'mug', x: 900, y: 500 },
      { class: 'desk_mat', x: 200, y: 500 },
    ]);
    expect(evaluateAll([ruleOf(most(0, { object2: 'desk_mat' }))], mat)[0]).toMatchObject({
      verdict: 'violated',
      measured: 1,
    });
  });

  it('cannot count what it cannot see', () => {
    const verdict = (c: Condition) => evaluateAll([ruleOf(c)], desk(two))[0]?.verdict;
    expect(verdict(most(2, { attribute: 'hot' }))).toBe('satisfied');
    expect(verdict(most(1, { attribute: 'hot' }))).toBe('uncertain');
    expect(verdict(least(3, { attribute: 'hot' }))).toBe('violated');
    expect(verdict(least(1, { attribute: 'hot' }))).toBe('uncertain');
  });
});
