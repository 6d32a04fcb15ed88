import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/contract/rule.ts';
import { evaluateAll, MAX_VERDICTS } from '../../src/rules/evaluate.ts';
import { evaluateSummary, MAX_LISTED, MAX_OPEN, MAX_PAIRS } from '../../src/rules/evaluate-summary.ts';
import { MAX_OBJECTS } from '../../src/rules/scene-index.ts';
import { desk, ruleOf } from './desk.ts';

const near: Condition = { object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 152.4, unit: 'mm' };
const pair = (mm: number) => [
  { class: 'mug', x: 600 - mm, y: 500 },
  { class: 'laptop', x: 800, y: 500 },
];
const first = (condition: Condition | Condition[], scene = desk(pair(98)), rule = {}) =>
  evaluateAll([ruleOf(condition, rule)], scene)[0];

describe('what does not apply', () => {
  it.each([
    ['no object1', near, desk([{ class: 'laptop', x: 800, y: 500 }]), 'no mug is in the image'],
    ['no object2', near, desk([{ class: 'mug', x: 800, y: 500 }]), 'no laptop is in the image'],
    ['neither', near, desk([]), 'no mug is in the image'],
    [
      'not available',
      { ...near, when: 'available' as const },
      desk([{ class: 'mug', x: 8, y: 5 }]),
      'no laptop is in the image',
    ],
    ['not several', { ...near, when: 'several' as const }, desk(pair(98)), 'fewer than two mugs are in the image'],
    [
      'not present',
      { ...near, when: { object_present: 'phone' } },
      desk(pair(98)),
      'the rule holds only while a phone is in the image',
    ],
    ['alone with itself', { ...near, object2: 'mug' }, desk(pair(98)), 'there is no pair of objects to check'],
    [
      'no value',
      { object1: 'mug', object2: 'laptop', operator: 'min_distance' as const },
      desk(pair(98)),
      'the condition has no value for min_distance',
    ],
    [
      'no object2 named',
      { object1: 'mug', operator: 'on' as const },
      desk(pair(98)),
      'the condition has no second object for on',
    ],
    ['no zone named', { object1: 'mug', operator: 'within' as const }, desk(pair(98)), 'the condition names no zone'],
    [
      'on the table',
      { object1: 'mug', object2: 'table', operator: 'on' as const },
      desk(pair(98)),
      'everything in the image is on the table',
    ],
  ])('%s', (_, condition, scene, reason) => {
    expect(evaluateAll([ruleOf(condition)], scene)).toEqual([
      expect.objectContaining({ verdict: 'not_applicable', objects: [], measured: null, reason }),
    ]);
  });

  it('applies when the condition of its time is met', () => {
    expect(first({ ...near, when: 'available' })?.verdict).toBe('violated');
    expect(first({ ...near, when: { object_present: 'electronics' } })?.verdict).toBe('violated');
    const two = desk([...pair(98), { class: 'mug', x: 100, y: 100 }]);
    expect(first({ ...near, when: 'several' }, two)?.verdict).toBe('violated');
  });

  it('holds in its context only, and does not guess the context', () => {
    const office = { context: 'Office' };
    expect(first(near, desk(pair(98), { context: ' office' }), office)?.verdict).toBe('violated');
    expect(first(near, desk(pair(98), { context: 'kitchen' }), office)).toMatchObject({
      verdict: 'not_applicable',
      reason: 'the rule is for the context "Office"; this image\'s context is "kitchen"',
    });
    expect(first(near, desk(pair(98)), office)).toMatchObject({ verdict: 'not_applicable' });
    expect(first(near, desk(pair(98)), office)?.reason).toContain('nobody said');
    expect(first(near, desk(pair(98), { context: 'kitchen' }))?.verdict).toBe('violated');
  });
});

describe('attributes that an image does not show', () => {
  const hot: Condition = { ...near, attribute: 'hot' };

  it('leave a broken rule uncertain and a kept one satisfied', () => {
    const broken = first(hot);
    expect(broken).toMatchObject({ verdict: 'uncertain', measured: 98, margin: -54.4 });
    expect(broken?.reason).toContain('that matters only if mug-1 is hot, which an image does not show');
    expect(broken?.reason).not.toContain('error is too large');
    expect(first(hot, desk(pair(200)))?.verdict).toBe('satisfied');
  });

  it('do not blur what the image does tell', () => {
    const [mug, laptop] = pair(20);
    const maybe = first(hot, desk([{ ...mug!, on: { 'laptop-1': 0.5 } }, laptop!]));
    expect(maybe?.verdict).toBe('uncertain');
    expect(maybe?.reason).toMatch(
      /^mug-1 is too close to laptop-1 \(over 99 % sure\): about 20 mm apart, needs at least 152.4 mm \(6 in\); that matters only if/,
    );
  });

  it('decide where they were measured', () => {
    const known = (value: string) => {
      const [mug, laptop] = pair(98);
      return desk([{ ...mug!, attributes: { hot: value } }, laptop!]);
    };
    expect(first(hot, known('yes'))?.verdict).toBe('violated');
    expect(first(hot, known('no'))).toMatchObject({
      verdict: 'not_applicable',
      reason: 'no hot mug is in the image',
    });
    expect(first(hot, known('who knows'))?.verdict).toBe('uncertain');
  });
});

describe('many verdicts', () => {
  const scene = desk([
    ...pair(98),
    { class: 'mug', x: 100, y: 500 },
    { class: 'mug', x: 300, y: 500 },
    { class: 'mug', x: 400, y: 900 },
  ]);

  it('are listed as what is wrong and what is right, the tightest first', () => {
    const rule = ruleOf([near, { ...near, value: 10 }, { ...near, object2: 'bowl' }]);
    expect(evaluateAll([rule], scene)).toHaveLength(9);
    const { verdicts, unlisted } = evaluateSummary([rule], scene);
    expect(verdicts.map((v) => [v.condition, v.verdict, v.objects[0]])).toEqual([
      [0, 'violated', 'mug-1'],
      [0, 'satisfied', 'mug-3'],
      [0, 'satisfied', 'mug-4'],
      [0, 'satisfied', 'mug-2'],
      [1, 'satisfied', 'mug-1'],
      [1, 'satisfied', 'mug-3'],
      [1, 'satisfied', 'mug-4'],
      [1, 'satisfied', 'mug-2'],
      [2, 'not_applicable', undefined],
    ]);
    expect(unlisted).toBe(0);
    expect(evaluateSummary([], scene)).toEqual({ verdicts: [], tallies: [], unlisted: 0 });
  });

  it('are listed of what is right as far as there is room, in every condition alike', () => {
    const row = desk([
      { class: 'laptop', x: 100, y: 100 },
      ...Array.from({ length: 70 }, (_, i) => ({ class: 'mug', x: 700 + 20 * i, y: 500 })),
    ]);
    const holding = (rules: number, condition: Condition = near) => {
      const all = Array.from({ length: rules }, (_, i) => ruleOf(condition, { rule_id: `rule_${i}` }));
      const { verdicts } = evaluateSummary(all, row);
      return verdicts.filter((v) => v.rule_id === 'rule_0' && v.verdict === 'satisfied').map((v) => v.objects[0]);
    };
    expect(holding(1)).toEqual(Array.from({ length: 50 }, (_, i) => `mug-${i + 1}`));
    expect(holding(10)).toHaveLength(20);
    expect(holding(300)).toEqual(['mug-1']);
    // The same of what is looked at one by one.
    const left: Condition = { object1: 'mug', operator: 'not_on', object2: 'laptop' };
    expect(holding(1, left)).toHaveLength(50);
  });

  it('are counted for each rule over all its conditions', () => {
    const rules = [
      ruleOf(near, { rule_id: 'rule_a' }),
      ruleOf({ ...near, value: 10 }, { rule_id: 'rule_b' }),
      ruleOf({ ...near, object2: 'bowl' }, { rule_id: 'rule_c' }),
      ruleOf({ ...near, attribute: 'hot' }, { rule_id: 'rule_d' }),
      ruleOf(
        [
          { object1: 'mug', operator: 'count_max', value: 1 },
          { ...near, value: 1 },
        ],
        { rule_id: 'rule_e' },
      ),
    ];
    const every = evaluateAll(rules, scene);
    const { tallies, verdicts } = evaluateSummary(rules, scene);
    expect(tallies.map((t) => t.rule_id)).toEqual(rules.map((r) => r.rule_id));
    for (const tally of tallies) {
      const own = every.filter((v) => v.rule_id === tally.rule_id);
      for (const kind of ['violated', 'uncertain', 'satisfied'] as const) {
        expect(tally[kind]).toBe(own.filter((v) => v.verdict === kind).length);
      }
    }
    for (const verdict of verdicts) expect(every).toContainEqual(verdict);
  });

  it('are counted as they are listed: stacked, perhaps stacked, spared, unplaced', () => {
    const things = [
      { class: 'mug', x: 800, y: 500, on: { 'laptop-1': 0.95 } },
      { class: 'mug', x: 300, y: 500, on: { 'coaster-1': 0.95, 'laptop-1': 0.5 } },
      { class: 'mug', x: 320, y: 900, on: { 'coaster-1': 0.5 } },
      { class: 'laptop', x: 800, y: 500 },
      { class: 'coaster', x: 300, y: 500 },
      { class: 'phone', x: 1200, y: 900 },
    ];
    const seen = desk(things);
    const lost = { ...seen, objects: seen.objects.map((o) => (o.id === 'phone-1' ? { ...o, footprint: null } : o)) };
    const operators = [
      'min_distance',
      'max_distance',
      'grouped',
      'left_of',
      'behind',
      'min_edge_distance',
      'on',
    ] as const;
    const selectors = ['mug', 'laptop', 'coaster', 'object', 'beverage', 'phone'];
    let number = 0;
    const rules = operators.flatMap((operator) =>
      selectors.flatMap((object1) =>
        selectors.flatMap((object2) =>
          [undefined, 1, 60, 300].map((value) =>
            ruleOf({ object1, object2, operator, ...(value && { value }) }, { rule_id: `rule_${number++}` }),
          ),
        ),
      ),
    );
    for (const here of [seen, lost, desk(things, { table: 'image' }), desk(things, { calibrated: false })]) {
      const { tallies, verdicts } = evaluateSummary(rules, here);
      rules.forEach((rule, i) => {
        const every = evaluateAll([rule], here);
        const count = (kind: string) => every.filter((v) => v.verdict === kind).length;
        const { violated, uncertain, satisfied } = tallies[i]!;
        expect([violated, uncertain, satisfied]).toEqual(['violated', 'uncertain', 'satisfied'].map(count));
        for (const verdict of verdicts.filter((v) => v.rule_id === rule.rule_id)) expect(every).toContainEqual(verdict);
      });
    }
  });

  it('are listed up to a bound, the worst first, and the rest is counted', () => {
    const crowd = desk([
      { class: 'laptop', x: 0, y: 0 },
      ...Array.from({ length: 80 }, (_, n) => ({ class: 'mug', x: 400 + 10 * n, y: 0 })),
    ]);
    const rule = ruleOf({ ...near, value: 3000 });
    const every = evaluateAll([rule], crowd).filter((v) => v.verdict === 'violated');
    expect(every).toHaveLength(80);
    const { verdicts, unlisted, tallies } = evaluateSummary([rule], crowd);
    expect(verdicts).toHaveLength(MAX_OPEN);
    expect(unlisted).toBe(80 - MAX_OPEN);
    expect(tallies[0]).toMatchObject({ violated: 80, uncertain: 0, satisfied: 0 });
    const worst = every.toSorted((a, b) => a.margin! - b.margin!).slice(0, MAX_OPEN);
    expect(new Set(verdicts.map((v) => v.objects[0]))).toEqual(new Set(worst.map((v) => v.objects[0])));
  });

  it('of many rules are shared out, and no broken rule is left out', () => {
    const crowd = desk([
      { class: 'laptop', x: 0, y: 0 },
      ...Array.from({ length: 40 }, (_, n) => ({ class: 'mug', x: 400 + 10 * n, y: 0 })),
    ]);
    const rules = Array.from({ length: 500 }, (_, n) =>
      ruleOf({ ...near, value: n % 2 ? 3000 : 60 }, { rule_id: `rule_${n}` }),
    );
    const { verdicts, unlisted, tallies } = evaluateSummary(rules, crowd);
    const open = verdicts.filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain');
    expect(open.length).toBeLessThanOrEqual(MAX_LISTED);
    expect(open.length + unlisted).toBe(tallies.reduce((n, t) => n + t.violated + t.uncertain, 0));
    for (const tally of tallies) {
      const own = verdicts.filter((v) => v.rule_id === tally.rule_id).map((v) => v.verdict);
      expect(own.includes('violated')).toBe(tally.violated > 0);
      expect(own.includes('satisfied')).toBe(tally.satisfied > 0);
    }
  });

  it('are refused where no answer could hold them', () => {
    const crowd = desk(Array.from({ length: MAX_OBJECTS + 1 }, (_, n) => ({ class: 'mug', x: n, y: n })));
    expect(() => evaluateAll([ruleOf(near)], crowd)).toThrow(expect.objectContaining({ code: 'RULES_005' }));
    const many = desk(
      Array.from({ length: 300 }, (_, n) => ({ class: 'mug', x: n, y: n })),
      { calibrated: false },
    );
    const rules = Array.from({ length: Math.ceil(MAX_VERDICTS / (150 * 299)) + 1 }, () =>
      ruleOf({ ...near, object2: 'mug' }),
    );
    expect(() => evaluateAll(rules, many)).toThrow(expect.objectContaining({ code: 'RULES_005' }));
    const more = Array.from({ length: Math.ceil(MAX_PAIRS / (300 * 300)) + 1 }, () =>
      ruleOf({ ...near, object2: 'mug' }),
    );
    expect(() => evaluateSummary(more, many)).toThrow(expect.objectContaining({ code: 'RULES_005' }));
  });
});
