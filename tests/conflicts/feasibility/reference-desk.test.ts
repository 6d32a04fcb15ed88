import { describe, expect, it } from 'vitest';
import { deskWith } from '../../../src/conflicts/feasibility/desk.ts';
import { createReferenceDesk } from '../../../src/conflicts/feasibility/reference-desk.ts';
import { review } from '../../../src/conflicts/review.ts';
import { CLASSES } from '../../../src/contract/detection.ts';
import { type Arrangement, type Condition, OPERATORS, type Operator, type Rule } from '../../../src/contract/rule.ts';
import { evaluateAll } from '../../../src/rules/evaluate.ts';
import { OPERATOR_SPECS } from '../../../src/rules/operators/catalogue.ts';
import { draftOf } from '../rules.ts';

const desk = createReferenceDesk();
const rulesOf = (...sentences: string[]): Rule[] => sentences.map((s, i) => draftOf(s, { rule_id: `rule_${i}` }));
const ask = (...sentences: string[]) => {
  const rules = rulesOf(...sentences);
  return { rules, check: desk.together(rules[0]!, rules.slice(1)) };
};
const sceneOf = ({ objects }: Arrangement, context: string | null = null, attributes: string[] = []) =>
  deskWith(
    objects.map(({ object, x, y }) => ({ class: object.replace(/-\d+$/, ''), x, y })),
    context,
    attributes,
  );
const worst = (rules: readonly Rule[], arrangement: Arrangement) =>
  new Set(evaluateAll(rules, sceneOf(arrangement)).map((v) => v.verdict));

const NEAR = ['Keep mugs at most 5 cm from keyboards', 'Keep keyboards at most 5 cm from laptops'];

/** The example rules of the user manual. */
const MANUAL = [
  'Keep mugs at least 6 inches away from laptops',
  'Place all beverages on coasters when available',
  'Center the mug on the desk mat',
  'Keep hot beverages away from the keyboard',
  'Group multiple mugs together',
  'Avoid placing mugs near the edge of the table',
  'Keep mugs centered on coasters',
];

describe('the rules of the manual', () => {
  it.each(MANUAL.map((_, i) => i))('hold together, whichever comes last: %i', (last) => {
    const rules = rulesOf(...MANUAL);
    const others = rules.filter((_, i) => i !== last);
    const said = review(rules[last]!, others, desk);
    expect(said.conflicts.filter((c) => c.kind !== 'subsumed')).toEqual([]);
    const arrangement = said.together?.arrangement;
    if (!arrangement) throw new Error(said.together?.explanation);
    expect(said.together?.rule_ids).toHaveLength(rules.length);
    expect(new Set(evaluateAll(rules, sceneOf(arrangement, null, ['hot'])).map((v) => v.verdict))).not.toContain(
      'violated',
    );
  });

  it('hold together however many of them there are so far', () => {
    const rules = rulesOf(...MANUAL);
    rules.forEach((rule, i) => {
      const said = review(rule, rules.slice(0, i), desk);
      expect(said.conflicts.filter((c) => c.kind !== 'subsumed')).toEqual([]);
      expect(said.together?.rule_ids).toHaveLength(i + 1);
    });
  });
});

it('a mug on a coaster that lies on a mat is on both', () => {
  const { rules, check } = ask(
    'Place mugs on coasters',
    'Center mugs on the desk mat',
    'Coasters must be on desk mats',
  );
  if (check.kind !== 'arranged') throw new Error(JSON.stringify(check));
  expect(check.ruleIds).toHaveLength(3);
  expect([...worst(rules, check.arrangement)]).toEqual(['satisfied']);
});

it('two of a kind are there where another rule needs them', () => {
  const { check } = ask('Group multiple mugs within 10 cm', 'Keep mugs at least 30 cm apart');
  expect(check).toMatchObject({ kind: 'not_arranged', ruleIds: ['rule_0', 'rule_1'] });
});

describe('what can hold together', () => {
  it.each([
    [['Keep mugs at least 30 cm from laptops', ...NEAR]],
    [
      [
        'Keep drinks away from electronics',
        'Every mug needs a coaster',
        'The keyboard must be in front of the monitor',
      ],
    ],
    [['At most two mugs on the desk', 'Group multiple mugs together', 'There must be at least two mugs']],
    [['Nothing may stand on the laptop', 'Keep mugs at least 5 cm from the edge of the table']],
    [['Center the mug on the desk mat', 'Keep the mug to the left of the laptop', 'Keep mugs in the zone "left half"']],
    [['Keep every mug at least 20 cm centre to centre from every other mug', 'Line up the mugs']],
  ])('is shown: %s', (sentences) => {
    const { rules, check } = ask(...sentences);
    if (check.kind !== 'arranged') throw new Error(JSON.stringify(check));
    expect(check.ruleIds).toHaveLength(rules.length);
    const kinds = worst(rules, check.arrangement);
    expect(kinds).not.toContain('violated');
    expect(kinds).not.toContain('uncertain');
    expect(kinds).toContain('satisfied');
  });

  it('gives the same answer every time', () => {
    const sentences = ['Keep mugs at least 30 cm from laptops', ...NEAR];
    expect(ask(...sentences).check).toEqual(ask(...sentences).check);
  });

  it('knows heat where the rule speaks of it', () => {
    const { rules, check } = ask(
      'Keep hot beverages away from the keyboard',
      'Keep hot mugs at most 40 cm from keyboards',
    );
    if (check.kind !== 'arranged') throw new Error(JSON.stringify(check));
    expect(evaluateAll(rules, sceneOf(check.arrangement, null, ['hot'])).every((v) => v.verdict !== 'violated')).toBe(
      true,
    );
  });
});

describe('what no arrangement was found for', () => {
  it.each([
    [
      [
        'Keep mugs at least 90 cm from laptops',
        'Keep mugs at least 90 cm from phones',
        'Keep laptops at least 90 cm from phones',
      ],
    ],
    [
      [
        'Keep mugs to the left of laptops',
        'Keep mugs in the zone "right half"',
        'Keep laptops in the zone "left half"',
      ],
    ],
  ])('is the smallest set: %s', (sentences) => {
    const { check } = ask(...sentences, 'Keep books at least 10 cm from mugs', 'Keep bottles off the laptop');
    expect(check).toMatchObject({ kind: 'not_arranged', proven: false, ruleIds: ['rule_0', 'rule_1', 'rule_2'] });
    for (const leftOut of [1, 2]) {
      const fewer = sentences.filter((_, i) => i !== leftOut);
      expect(ask(...fewer).check.kind).toBe('arranged');
    }
  });

  it('is none for a group with room between: a chain does', () => {
    const chain = ['Group mugs within 20 cm', 'Keep mugs at least 18 cm apart', 'There must be at least four mugs'];
    expect(ask(...chain).check.kind).toBe('arranged');
  });

  it('is proved where every place is ruled out', () => {
    const { check } = ask('Keep mugs at least 45 cm from the edge of the table', 'Keep mugs off the laptop');
    expect(check).toMatchObject({
      kind: 'not_arranged',
      proven: true,
      ruleIds: ['rule_0'],
      width_mm: 1600,
      depth_mm: 800,
    });
  });

  it('is not the fault of a rule beside others that clash already', () => {
    const clash = ['Keep mugs at least 45 cm from the edge of the table', 'Keep bottles away from mugs'];
    const { check } = ask('Keep phones at least 10 cm from mugs', ...clash);
    expect(check).toMatchObject({ kind: 'arranged', ruleIds: ['rule_0', 'rule_2'], left: 1 });
  });
});

describe('what is not looked at', () => {
  it('is said: too many things, or none', () => {
    expect(ask('There must be at least 40 mugs').check).toMatchObject({ kind: 'unknown' });
    expect(ask('No phones on the desk').check).toMatchObject({ kind: 'unknown' });
  });

  it('leaves other places out', () => {
    const [rule, far] = [
      draftOf('Keep mugs at least 70 cm from laptops', { rule_id: 'rule_a', context: 'office' }),
      draftOf('Keep mugs to the left of phones', { rule_id: 'rule_b', context: 'kitchen' }),
    ];
    expect(desk.together(rule, [far])).toMatchObject({ kind: 'arranged', ruleIds: ['rule_a'] });
    const everywhere = draftOf('Keep mugs off the phone', { rule_id: 'rule_c' });
    expect(desk.together(everywhere, [rule])).toMatchObject({ kind: 'arranged', ruleIds: ['rule_c', 'rule_a'] });
  });

  it('lives with whatever a hand-made rule asks for', () => {
    const odd: Condition[] = [
      { object1: 'mug', object2: 'mug', operator: 'on' },
      { object1: 'object', object2: 'object', operator: 'max_distance', value: 0, unit: 'mm' },
      { object1: 'spaceship', object2: 'laptop', operator: 'left_of', value: 99_999, unit: 'mm' },
      { object1: 'table', operator: 'count_min', value: 3, unit: 'count' },
      { object1: 'mug', operator: 'within', zone: 'nowhere' },
      { object1: 'desk_mat', object2: 'coaster', operator: 'on' },
      { object1: 'mug', operator: 'count_min', value: 100_000, unit: 'count' },
    ];
    for (const condition of odd) {
      const rule = draftOf('Keep mugs off the laptop', { conditions: [condition] });
      expect(['arranged', 'not_arranged', 'unknown']).toContain(desk.together(rule, rulesOf(...NEAR)).kind);
    }
  });
});

it('prints no control characters of hand-made names', () => {
  const condition: Condition = { object1: 'mug\u202e\u0007\nevil', object2: 'laptop', operator: 'left_of' };
  const said = review(draftOf('Keep mugs off the laptop', { conditions: [condition] }), [], desk);
  expect(said.together?.arrangement?.objects).toHaveLength(2);
  expect(JSON.stringify(said)).not.toMatch(/\\u|\u202e|\\n/);
});

describe('counter-examples', () => {
  it.each([
    ['Keep mugs at least 10 cm from laptops', 'Keep mugs at least 30 cm from laptops'],
    ['Keep mugs at least 10 cm from laptops', 'Keep drinks at least 10 cm from laptops'],
    ['Every mug is on a coaster', 'Center mugs on coasters'],
    ['Keep mugs off the laptop', 'Keep mugs at least 5 cm from laptops'],
    ['Keep mugs at least 5 cm from the edge of the table', 'Keep mugs at least 12 cm from the edge of the table'],
    ['Keep the mug to the left of the laptop', 'Keep drinks to the left of the laptop'],
  ])('%s, but not: %s', (weaker, stronger) => {
    const [weak, strong] = rulesOf(weaker, stronger) as [Rule, Rule];
    const example = desk.counterExample(weak, strong);
    if (example === null) throw new Error('none found');
    expect(worst([weak], example)).not.toContain('violated');
    expect(worst([strong], example)).toContain('violated');
  });

  it('is none for rules that ask for the same', () => {
    const [a, b] = rulesOf('Keep mugs at least 10 cm from laptops', 'Keep laptops at least 10 cm from mugs') as [
      Rule,
      Rule,
    ];
    expect(desk.counterExample(a, b)).toBeNull();
    expect(review(a, [b], desk).conflicts).toEqual([
      expect.not.objectContaining({ counter_example: expect.anything() }),
    ]);
  });
});

it('stays bounded with 1,000 rules about the same things', () => {
  const names = CLASSES.slice(0, 11);
  const operators = ['min_distance', 'left_of', 'max_distance', 'not_on', 'behind', 'on'] as const;
  const many = Array.from({ length: 1000 }, (_, i): Rule => {
    const operator = operators[i % operators.length]!;
    const [a, b] = [names[i % 11]!, names[(i * 5 + 3 + (i >> 4)) % 11]!];
    const far =
      operator === 'min_distance'
        ? { value: 20 + (i % 40), unit: 'mm' as const }
        : { value: 700 + i, unit: 'mm' as const };
    const condition: Condition = { object1: a, object2: b, operator, ...(operator.includes('distance') && far) };
    return draftOf('Keep mugs off the laptop', {
      rule_id: `rule_m${i}`,
      conditions: [condition],
      priority: 1 + (i % 10),
    });
  });
  const check = desk.together(draftOf('Keep mugs at least 20 cm from laptops', { rule_id: 'rule_new' }), many);
  // Deterministic: a bound on work, not a clock, decides how many of them are tried.
  expect(check).toMatchObject({ kind: 'arranged', left: expect.any(Number) });
  if (check.kind !== 'arranged') return;
  expect(check.ruleIds[0]).toBe('rule_new');
  expect(check.ruleIds.length).toBeLessThanOrEqual(24);
  expect(check.left).toBeGreaterThan(0);
});

describe('what is not tried', () => {
  const lone = (operator: Operator, zone = 'by the printer'): Condition => {
    const { shape } = OPERATOR_SPECS[operator];
    const second = { other: 'laptop', support: 'coaster', direction: 'laptop', table: 'table', none: undefined };
    return {
      object1: 'mug',
      operator,
      ...(second[shape.object2] !== undefined && { object2: second[shape.object2]! }),
      ...(shape.value !== 'none' && { value: shape.value === 'mm' ? 100 : 2, unit: shape.value }),
      ...(shape.zone && { zone }),
    };
  };
  const ruleWith = (...conditions: Condition[]) => ({ ...rulesOf('Keep mugs on coasters')[0]!, conditions });

  it('is what speaks of zones, and no other operator', () => {
    const untried = OPERATORS.filter((name) => desk.together(ruleWith(lone(name)), []).kind !== 'arranged');
    expect(untried).toEqual(OPERATORS.filter((name) => OPERATOR_SPECS[name].shape.zone));
    expect(untried).toEqual(['within']);
  });

  it('is not half of the table, which every table has', () => {
    expect(desk.together(ruleWith(lone('within', 'left half')), []).kind).toBe('arranged');
  });

  it('is a whole rule of which one condition speaks of a zone', () => {
    const rule = ruleWith(lone('min_distance'), lone('within'));
    expect(review(rule, [], desk)).toMatchObject({
      conflicts: [],
      together: { arrangement: null, explanation: expect.stringContaining('was not tried') },
    });
  });

  it('does not count among those that hold together', () => {
    const [mugs, zone] = rulesOf('Keep mugs 10 cm from laptops', 'Keep mugs in zone "left"');
    const check = desk.together(mugs!, [zone!]);
    expect(check).toMatchObject({ kind: 'arranged', ruleIds: ['rule_0'], left: 1 });
    expect(review(mugs!, [zone!], desk).together?.explanation).toContain('the rest was not tried');
  });

  it('makes no counter-example', () => {
    const [weak, strong] = [ruleWith(lone('within')), ruleWith(lone('within'), lone('min_distance'))];
    expect(desk.counterExample(weak, { ...strong, rule_id: 'rule_1' })).toBeNull();
  });
});
