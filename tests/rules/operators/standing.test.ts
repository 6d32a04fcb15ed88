import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { desk, ruleOf } from '../desk.ts';

const cond = (operator: Condition['operator'], object2 = 'coaster'): Condition => ({
  object1: 'mug',
  object2,
  operator,
});
const onCoaster = (p: number) => [
  { class: 'mug', x: 300, y: 500, on: { 'coaster-1': p } },
  { class: 'coaster', x: 300, y: 500 },
];

describe('on and not_on', () => {
  it.each([
    [0.95, 'satisfied', 'violated'],
    [0.8, 'satisfied', 'violated'],
    [0.5, 'uncertain', 'uncertain'],
    [0.2, 'violated', 'satisfied'],
    [0, 'violated', 'satisfied'],
  ])('with probability %s on is %s and not_on is %s', (p, on, notOn) => {
    for (const calibrated of [true, false]) {
      const scene = desk(onCoaster(p), { calibrated });
      expect(evaluateAll([ruleOf(cond('on'))], scene)[0]?.verdict).toBe(on);
      expect(evaluateAll([ruleOf(cond('not_on'))], scene)[0]?.verdict).toBe(notOn);
    }
  });

  it('says on what, how surely, and where the nearest one is', () => {
    const reason = (p: number, operator: Condition['operator']) =>
      evaluateAll([ruleOf(cond(operator))], desk(onCoaster(p)))[0]?.reason;
    expect(reason(0.93, 'on')).toBe('mug-1 stands on coaster-1 (93 % sure)');
    expect(reason(0.999, 'on')).toBe('mug-1 stands on coaster-1 (over 99 % sure)');
    expect(reason(0.5, 'on')).toBe('mug-1 may stand on coaster-1 (50 % likely)');
    expect(reason(0, 'on')).toBe('mug-1 stands on no coaster (over 99 % sure); the nearest is coaster-1');
    expect(reason(0.93, 'not_on')).toBe('mug-1 stands on coaster-1 (93 % sure)');
    expect(reason(0, 'not_on')).toBe('mug-1 stands on no coaster (over 99 % sure)');
  });

  it('gives every mug one verdict, about its most likely surface', () => {
    const scene = desk([
      { class: 'mug', x: 300, y: 500, on: { 'coaster-2': 0.9, 'coaster-1': 0.1 } },
      { class: 'mug', x: 900, y: 500 },
      { class: 'coaster', x: 280, y: 420 },
      { class: 'coaster', x: 300, y: 500 },
    ]);
    const verdicts = evaluateAll([ruleOf(cond('on'))], scene);
    expect(verdicts.map((v) => [v.verdict, ...v.objects])).toEqual([
      ['satisfied', 'mug-1', 'coaster-2'],
      ['violated', 'mug-2', 'coaster-2'],
    ]);
  });

  it('takes declared coasters and mats for surfaces', () => {
    const corners = [
      [250, 450],
      [250, 550],
      [350, 550],
      [350, 450],
    ] as const;
    const mug = { class: 'mug', x: 300, y: 500, on: { 'zone:mine': 0.97 } };
    const scene = desk([mug], { zones: [{ name: 'mine', kind: 'desk_mat', corners }], calibrated: false });
    expect(evaluateAll([ruleOf(cond('on', 'desk_mat'))], scene)[0]).toMatchObject({
      verdict: 'satisfied',
      objects: ['mug-1', 'zone:mine'],
    });
  });

  it('is broken for want of a coaster', () => {
    expect(evaluateAll([ruleOf(cond('on'))], desk([{ class: 'mug', x: 300, y: 500 }]))[0]).toMatchObject({
      verdict: 'violated',
      reason: 'mug-1 stands on no coaster: none is in the image',
    });
  });
});

describe('centered_on', () => {
  const off = (mm: number, sigma = 0) => [
    { class: 'mug', x: 300 + mm, y: 500, sigma },
    { class: 'coaster', x: 300, y: 500 },
    { class: 'coaster', x: 900, y: 500 },
  ];

  it.each([
    [0, 0, 'satisfied'],
    [11, 0, 'satisfied'],
    [11, 2, 'uncertain'],
    [40, 2, 'violated'],
  ])('%s mm off, ± %s: %s', (mm, sigma, expected) => {
    const [verdict, ...rest] = evaluateAll([ruleOf(cond('centered_on'))], desk(off(mm, sigma)));
    expect(verdict).toMatchObject({ verdict: expected, measured: mm, required: 12, objects: ['mug-1', 'coaster-1'] });
    expect(rest).toEqual([]);
  });

  it('knows without millimetres only that what stands beside is not in the middle', () => {
    const verdict = (mm: number) => evaluateAll([ruleOf(cond('centered_on'))], desk(off(mm), { calibrated: false }))[0];
    expect(verdict(0)).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(verdict(0)?.reason).toContain('mm_per_pixel');
    expect(verdict(200)).toMatchObject({ verdict: 'violated', measured: null });
  });
});
