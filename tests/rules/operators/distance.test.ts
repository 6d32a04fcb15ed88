import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/contract/rule.ts';
import { Z90 } from '../../../src/contract/verdict.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { desk, ruleOf } from '../desk.ts';

const min = (value: number, extra: Partial<Condition> = {}): Condition => ({
  object1: 'mug',
  object2: 'laptop',
  operator: 'min_distance',
  value,
  unit: 'mm',
  ...extra,
});
const max = (value: number, extra: Partial<Condition> = {}): Condition =>
  min(value, { ...extra, operator: 'max_distance' });

/** The laptop's left side is at x = 640, the mug's right side at x + 40: their gap is 600 - x. */
const gap = (mm: number, sigma = 0, extra = {}) => [
  { class: 'mug', x: 600 - mm, y: 500, sigma, ...extra },
  { class: 'laptop', x: 800, y: 500 },
];

describe('min_distance', () => {
  it('measures from outline to outline and names the pair', () => {
    const [verdict] = evaluateAll([ruleOf(min(152.4))], desk(gap(98, 12 / Z90)));
    expect(verdict).toEqual({
      rule_id: 'rule_test1',
      condition: 0,
      operator: 'min_distance',
      verdict: 'violated',
      objects: ['mug-1', 'laptop-1'],
      measured: 98,
      required: 152.4,
      uncertainty: 12,
      margin: -54.4,
      probability: 0.001,
      unit: 'mm',
      reason:
        'mug-1 is too close to laptop-1 (over 99 % sure): between 9 and 11 cm apart, needs at least 15.24 cm (6 in)',
    });
  });

  it.each([
    [151.9, 0.2, 'violated'],
    [152.2, 0.2, 'uncertain'],
    [152.6, 0.2, 'uncertain'],
    [152.9, 0.2, 'satisfied'],
    [152.4, 0, 'satisfied'],
    [152.399, 0, 'violated'],
  ])('at %s ± %s mm against 152.4 mm it is %s', (mm, sigma, expected) => {
    expect(evaluateAll([ruleOf(min(152.4))], desk(gap(mm, sigma)))[0]?.verdict).toBe(expected);
  });

  it('measures between the middles when the rule says so', () => {
    const [verdict] = evaluateAll([ruleOf(min(299, { reference: 'centre' }))], desk(gap(100)));
    expect(verdict).toMatchObject({ verdict: 'satisfied', measured: 300 });
    expect(verdict?.reason).toBe(
      'the centre of mug-1 is far enough from the centre of laptop-1 (over 99 % sure): about 300 mm apart, needs at least 299 mm',
    );
  });

  it('gives one verdict for every pair', () => {
    const things = [...gap(98), { class: 'mug', x: 100, y: 500 }, { class: 'laptop', x: 800, y: 800 }];
    const verdicts = evaluateAll([ruleOf(min(152.4))], desk(things));
    expect(verdicts.map((v) => v.objects.join(' '))).toEqual([
      'mug-1 laptop-1',
      'mug-1 laptop-2',
      'mug-2 laptop-1',
      'mug-2 laptop-2',
    ]);
  });

  it('compares each two of one class once and nothing with itself', () => {
    const things = [1, 2, 3].map((n) => ({ class: 'mug', x: n * 200, y: 500 }));
    const objects = evaluateAll([ruleOf(min(50, { object2: 'mug' }))], desk(things)).map((v) => v.objects.join(' '));
    expect(objects).toEqual(['mug-1 mug-2', 'mug-1 mug-3', 'mug-2 mug-3']);
    const mixed = desk([...things.slice(0, 2), { class: 'glass', x: 900, y: 500 }]);
    expect(evaluateAll([ruleOf(min(50, { object1: 'beverage', object2: 'mug' }))], mixed)).toHaveLength(3);
  });

  it('speaks of groups', () => {
    const things = [...gap(98), { class: 'mouse', x: 400, y: 200 }, { class: 'bowl', x: 100, y: 100 }];
    const verdicts = evaluateAll([ruleOf(min(50, { object1: 'beverage', object2: 'electronics' }))], desk(things));
    expect(verdicts.map((v) => v.objects[1])).toEqual(['laptop-1', 'mouse-1']);
  });

  it('takes what stands on a laptop as 0 mm from it', () => {
    const on = { class: 'mug', x: 800, y: 500, on: { 'laptop-1': 0.95 } };
    const [verdict] = evaluateAll([ruleOf(min(152.4))], desk([on, { class: 'laptop', x: 800, y: 500 }]));
    expect(verdict).toMatchObject({
      verdict: 'violated',
      measured: 0,
      uncertainty: null,
      margin: -152.4,
      probability: 0.05,
    });
    expect(verdict?.reason).toBe('mug-1 stands on laptop-1 (95 % sure); needs at least 152.4 mm');
  });

  it('does not know when the mug may stand on it, unless both readings agree', () => {
    const maybe = (mm: number) => desk(gap(mm, 0, { on: { 'laptop-1': 0.5 } }));
    const [verdict] = evaluateAll([ruleOf(min(152.4))], maybe(300));
    expect(verdict?.verdict).toBe('uncertain');
    expect(verdict?.reason).toBe(
      'mug-1 may stand on laptop-1 (50 % likely), or they are about 300 mm apart; needs at least 152.4 mm (6 in)',
    );
    expect(evaluateAll([ruleOf(min(152.4))], maybe(20))[0]?.verdict).toBe('violated');
    expect(evaluateAll([ruleOf(max(152.4))], maybe(20))[0]?.verdict).toBe('satisfied');
    expect(evaluateAll([ruleOf(max(152.4))], maybe(300))[0]?.verdict).toBe('uncertain');
  });

  it('lets a mug stand on its coaster under a rule about any object', () => {
    const things = [
      { class: 'mug', x: 300, y: 500, on: { 'coaster-1': 0.95 } },
      { class: 'coaster', x: 300, y: 500 },
      { class: 'laptop', x: 800, y: 500 },
    ];
    const any = evaluateAll([ruleOf(min(100, { object2: 'object' }))], desk(things));
    expect(any.map((v) => [v.verdict, v.objects[1]])).toEqual([['satisfied', 'laptop-1']]);
    expect(evaluateAll([ruleOf(min(100, { object2: 'coaster' }))], desk(things))[0]?.verdict).toBe('violated');
    const laptop = [
      { class: 'mug', x: 800, y: 500, on: { 'laptop-1': 0.95 } },
      { class: 'laptop', x: 800, y: 500 },
    ];
    expect(evaluateAll([ruleOf(min(100, { object2: 'object' }))], desk(laptop))[0]?.verdict).toBe('violated');
  });

  it('does not know without millimetres, and says how to get them', () => {
    const [verdict] = evaluateAll([ruleOf(min(152.4))], desk(gap(98), { calibrated: false }));
    expect(verdict).toMatchObject({
      verdict: 'uncertain',
      measured: null,
      uncertainty: null,
      margin: null,
      required: 152.4,
    });
    expect(verdict?.reason).toContain('196 px apart');
    expect(verdict?.reason).toContain('mm_per_pixel');
  });

  it('does not know about an object that has no place on the table', () => {
    const scene = desk(gap(98));
    const lost = { ...scene, objects: scene.objects.map((o) => (o.class === 'mug' ? { ...o, footprint: null } : o)) };
    const [verdict] = evaluateAll([ruleOf(min(152.4))], lost);
    expect(verdict).toMatchObject({ verdict: 'uncertain', measured: null });
    expect(verdict?.reason).toContain('place on the table could not be measured');
  });

  it('takes a declared coaster for one that was seen', () => {
    const corners = [
      [250, 450],
      [250, 550],
      [350, 550],
      [350, 450],
    ] as const;
    const scene = desk([{ class: 'mug', x: 600, y: 500 }], { zones: [{ name: 'mine', kind: 'coaster', corners }] });
    const [verdict] = evaluateAll([ruleOf(max(250, { object2: 'coaster' }))], scene);
    expect(verdict).toMatchObject({ verdict: 'satisfied', measured: 210, objects: ['mug-1', 'zone:mine'] });
  });
});

describe('max_distance', () => {
  it('is the mirror of min_distance', () => {
    const far = evaluateAll([ruleOf(max(100))], desk(gap(120)))[0];
    expect(far).toMatchObject({ verdict: 'violated', measured: 120, margin: -20 });
    expect(far?.reason).toBe(
      'mug-1 is too far from laptop-1 (over 99 % sure): about 120 mm apart, at most 100 mm is allowed',
    );
    expect(evaluateAll([ruleOf(max(100))], desk(gap(80)))[0]).toMatchObject({ verdict: 'satisfied', margin: 20 });
    expect(evaluateAll([ruleOf(max(100))], desk(gap(99, 2)))[0]?.verdict).toBe('uncertain');
  });

  it('is satisfied by what stands on the other', () => {
    const on = { class: 'mug', x: 800, y: 500, on: { 'laptop-1': 0.95 } };
    expect(evaluateAll([ruleOf(max(100))], desk([on, { class: 'laptop', x: 800, y: 500 }]))[0]).toMatchObject({
      verdict: 'satisfied',
      measured: 0,
    });
  });
});
