import { describe, expect, it } from 'vitest';
import { conflictsOf, findConflicts } from '../../src/conflicts/detect.ts';
import type { Condition, Rule } from '../../src/contract/rule.ts';
import { canonicalSentence } from '../../src/language/grammar/canonical.ts';
import { ruleOf } from '../rules/desk.ts';

const c = (
  object1: string,
  operator: Condition['operator'],
  object2?: string,
  value?: number,
  extra: Partial<Condition> = {},
) => ({ object1, operator, ...(object2 && { object2 }), ...(value !== undefined && { value }), ...extra }) as Condition;
let n = 0;
const rule = (conditions: Condition | Condition[], extra: Partial<Rule> = {}) => {
  const list = [conditions].flat();
  return ruleOf(list, { rule_id: `rule_${++n}`, canonical: canonicalSentence(list), ...extra });
};
/** The kind of the only conflict of two rules, or null. */
const kindOf = (first: Condition | Condition[], second: Condition | Condition[], extra: Partial<Rule>[] = [{}, {}]) => {
  const found = findConflicts([rule(first, extra[0]), rule(second, extra[1])]);
  expect(found.length).toBeLessThan(2);
  return found[0]?.kind ?? null;
};

const hot = { attribute: 'hot' } as const;
const centre = { reference: 'centre' } as const;

describe('contradictions', () => {
  it.each<[string, Condition, Condition]>([
    ['min over max', c('mug', 'min_distance', 'laptop', 300), c('mug', 'max_distance', 'laptop', 200)],
    ['min over max, swapped', c('laptop', 'min_distance', 'mug', 300), c('mug', 'max_distance', 'laptop', 200)],
    [
      'min over max by groups',
      c('beverage', 'min_distance', 'electronics', 300),
      c('mug', 'max_distance', 'mouse', 200),
    ],
    ['any object', c('mug', 'min_distance', 'object', 300), c('mug', 'max_distance', 'laptop', 200)],
    ['grouped within 20 cm, 30 cm apart', c('mug', 'grouped', undefined, 200), c('mug', 'min_distance', 'mug', 300)],
    ['a group, everything apart', c('mug', 'grouped', undefined, 200), c('beverage', 'min_distance', 'beverage', 300)],
    ['outlines over middles', c('mug', 'min_distance', 'laptop', 300), c('mug', 'max_distance', 'laptop', 200, centre)],
    ['on and not on', c('mug', 'on', 'coaster'), c('beverage', 'not_on', 'coaster')],
    ['centered and not on', c('mug', 'centered_on', 'desk_mat'), c('mug', 'not_on', 'desk_mat')],
    ['on and away from', c('mug', 'on', 'laptop'), c('mug', 'min_distance', 'electronics', 10)],
    ['on and away from, swapped', c('mug', 'on', 'coaster'), c('coaster', 'min_distance', 'mug', 10)],
    ['centered and middles apart', c('mug', 'centered_on', 'coaster'), c('mug', 'min_distance', 'coaster', 50, centre)],
    ['impossible counts', c('mug', 'count_min', undefined, 3), c('beverage', 'count_max', undefined, 2)],
    [
      'counts in one zone',
      c('mug', 'count_min', undefined, 3, { zone: 'a b' }),
      c('mug', 'count_max', undefined, 2, { zone: 'A_b' }),
    ],
    ['left both ways', c('mug', 'left_of', 'laptop'), c('laptop', 'left_of', 'beverage')],
    ['left and right', c('mug', 'left_of', 'laptop'), c('mug', 'right_of', 'laptop')],
    ['in front and behind', c('mug', 'in_front_of', 'laptop'), c('mug', 'behind', 'electronics')],
  ])('%s', (_, first, second) => {
    expect(kindOf(first, second)).toBe('contradiction');
    expect(kindOf(second, first)).toBe('contradiction');
  });

  it.each<[string, Condition, Condition]>([
    ['room between', c('mug', 'min_distance', 'laptop', 200), c('mug', 'max_distance', 'laptop', 200)],
    ['other objects', c('mug', 'min_distance', 'laptop', 300), c('mug', 'max_distance', 'phone', 200)],
    [
      'middles apart, outlines near',
      c('mug', 'min_distance', 'laptop', 300, centre),
      c('mug', 'max_distance', 'laptop', 200),
    ],
    [
      'a group in which others are between',
      c('beverage', 'grouped', undefined, 200),
      c('mug', 'min_distance', 'mug', 300),
    ],
    ['a group of beverages', c('beverage', 'grouped', undefined, 200), c('mug', 'min_distance', 'glass', 300)],
    ['group of another kind', c('mug', 'grouped', undefined, 200), c('mug', 'min_distance', 'laptop', 300)],
    ['some other surface is left', c('mug', 'on', 'object'), c('mug', 'not_on', 'laptop')],
    ['some other electronics are left', c('mug', 'on', 'electronics'), c('mug', 'min_distance', 'laptop', 10)],
    ['a coaster under a rule of any object', c('mug', 'on', 'coaster'), c('mug', 'min_distance', 'object', 50)],
    [
      'near a coaster under a rule of any object',
      c('mug', 'max_distance', 'coaster', 20),
      c('mug', 'min_distance', 'object', 50),
    ],
    ['fewer of a part', c('mug', 'count_max', undefined, 2), c('beverage', 'count_min', undefined, 3)],
    [
      'in the zone at most, overall at least',
      c('mug', 'count_max', undefined, 1, { zone: 'a' }),
      c('mug', 'count_min', undefined, 2),
    ],
    ['hot ones at most, all at least', c('mug', 'count_max', undefined, 1, hot), c('mug', 'count_min', undefined, 2)],
    [
      'hot and cold',
      c('mug', 'on', 'coaster', undefined, hot),
      c('mug', 'not_on', 'coaster', undefined, { attribute: 'cold' }),
    ],
    ['left of one, right of another', c('mug', 'left_of', 'laptop'), c('mug', 'right_of', 'phone')],
    ['left and behind', c('mug', 'left_of', 'laptop'), c('laptop', 'behind', 'mug')],
    [
      'centered allows a little to the left',
      c('mug', 'centered_on', 'coaster'),
      c('mug', 'min_distance', 'coaster', 10, centre),
    ],
  ])('not: %s', (_, first, second) => {
    expect(kindOf(first, second)).toBeNull();
    expect(kindOf(second, first)).toBeNull();
  });

  it('need one context', () => {
    const pair = [c('mug', 'on', 'coaster'), c('mug', 'not_on', 'coaster')] as const;
    expect(kindOf(...pair, [{ context: 'office' }, { context: 'kitchen' }])).toBeNull();
    expect(kindOf(...pair, [{ context: 'office' }, { context: ' Office' }])).toBe('contradiction');
    expect(kindOf(...pair, [{ context: 'office' }, { context: null }])).toBe('contradiction');
  });

  it('quote both sentences and name objects for which they clash', () => {
    const first = rule(c('mug', 'grouped', undefined, 200));
    const second = rule(c('mug', 'min_distance', 'mug', 300));
    expect(findConflicts([first, second])).toEqual([
      {
        kind: 'contradiction',
        rule_ids: [first.rule_id, second.rule_id],
        sentences: [first.canonical, second.canonical],
        explanation: 'two mugs would have to be at least 300 mm and at most 200 mm apart',
      },
    ]);
  });

  it('are found around a ring of three', () => {
    const rules = [
      rule(c('mug', 'left_of', 'laptop')),
      rule(c('phone', 'right_of', 'laptop')),
      rule(c('phone', 'left_of', 'mug')),
      rule(c('book', 'left_of', 'mug')),
    ];
    const [ring, ...rest] = findConflicts(rules);
    expect(rest).toEqual([]);
    expect(ring?.rule_ids.toSorted()).toEqual(rules.slice(0, 3).map((r) => r.rule_id));
    expect(ring?.explanation).toContain('a mug to the left of a laptop, a laptop to the left of a phone');
    expect(findConflicts(rules.slice(1))).toEqual([]);
  });
});

describe('rules that contradict themselves', () => {
  it('are impossible', () => {
    const self = rule([c('mug', 'min_distance', 'laptop', 300), c('mug', 'max_distance', 'laptop', 200)]);
    expect(findConflicts([self])).toMatchObject([{ kind: 'impossible', rule_ids: [self.rule_id] }]);
    const order = rule(c('beverage', 'left_of', 'mug'));
    expect(findConflicts([order])[0]).toMatchObject({ kind: 'impossible' });
    expect(findConflicts([order])[0]?.explanation).toBe('of two mugs, each would have to be to the left of the other');
  });
});

describe('repetitions', () => {
  it.each<[string, Condition, Condition]>([
    ['a smaller distance', c('mug', 'min_distance', 'laptop', 100), c('mug', 'min_distance', 'laptop', 200)],
    ['a part of the group', c('mug', 'min_distance', 'laptop', 200), c('beverage', 'min_distance', 'electronics', 200)],
    ['swapped', c('laptop', 'min_distance', 'mug', 100), c('mug', 'min_distance', 'laptop', 200)],
    ['middles of outlines', c('mug', 'min_distance', 'laptop', 200, centre), c('mug', 'min_distance', 'laptop', 200)],
    ['a hot one', c('mug', 'min_distance', 'laptop', 200, hot), c('mug', 'min_distance', 'laptop', 200)],
    ['a larger reach', c('mug', 'max_distance', 'laptop', 300), c('mug', 'max_distance', 'laptop', 200, centre)],
    ['a wider group', c('mug', 'grouped', undefined, 300), c('mug', 'grouped', undefined, 200)],
    ['group by pairs', c('mug', 'grouped', undefined, 300), c('mug', 'max_distance', 'mug', 300)],
    ['a narrower edge', c('mug', 'min_edge_distance', 'table', 40), c('beverage', 'min_edge_distance', 'table', 50)],
    ['on by centered', c('mug', 'on', 'coaster'), c('beverage', 'centered_on', 'coaster')],
    ['not on by distance', c('mug', 'not_on', 'laptop'), c('mug', 'min_distance', 'electronics', 20)],
    ['mirrored order', c('mug', 'left_of', 'laptop'), c('laptop', 'right_of', 'mug')],
    [
      'zone',
      c('mug', 'within', undefined, undefined, { zone: 'A' }),
      c('beverage', 'within', undefined, undefined, { zone: 'a' }),
    ],
    ['a looser line', c('mug', 'aligned', undefined, 30), c('mug', 'aligned', undefined, 20)],
    ['more allowed', c('mug', 'count_max', undefined, 3), c('beverage', 'count_max', undefined, 3)],
    ['fewer needed', c('beverage', 'count_min', undefined, 1), c('mug', 'count_min', undefined, 2)],
    ['only when', c('mug', 'on', 'coaster', undefined, { when: 'available' }), c('mug', 'on', 'coaster')],
  ])('%s', (_, weak, strong) => {
    const [a, b] = [rule(weak), rule(strong)];
    expect(findConflicts([a, b])).toMatchObject([
      { kind: 'subsumed', explanation: expect.stringMatching(/^(the second rule already|both rules)/) },
    ]);
    expect(findConflicts([b, a])).toMatchObject([
      { kind: 'subsumed', explanation: expect.stringMatching(/^(the first rule already|both rules)/) },
    ]);
  });

  it.each<[string, Condition, Condition]>([
    ['outlines of middles', c('mug', 'min_distance', 'laptop', 200), c('mug', 'min_distance', 'laptop', 300, centre)],
    ['a whole group', c('beverage', 'min_distance', 'laptop', 100), c('mug', 'min_distance', 'laptop', 200)],
    ['all of the hot', c('mug', 'min_distance', 'laptop', 100), c('mug', 'min_distance', 'laptop', 200, hot)],
    ['a coaster of any object', c('mug', 'min_distance', 'coaster', 100), c('mug', 'min_distance', 'object', 200)],
    [
      'other zones',
      c('mug', 'within', undefined, undefined, { zone: 'a' }),
      c('mug', 'within', undefined, undefined, { zone: 'b' }),
    ],
    ['other things', c('mug', 'not_on', 'laptop'), c('mug', 'not_on', 'keyboard')],
  ])('not: %s', (_, weak, strong) => {
    expect(kindOf(weak, strong)).toBeNull();
  });

  it('of a rule for everywhere by one for the office are none', () => {
    const same = c('mug', 'min_distance', 'laptop', 100);
    expect(kindOf(same, same, [{ context: null }, { context: null }])).toBe('subsumed');
    const [everywhere, office] = [rule(same), rule(same, { context: 'office' })];
    expect(findConflicts([everywhere, office])[0]?.explanation).toBe(
      'the first rule already asks for all that the second does',
    );
  });

  it('wants all conditions of the weaker rule in the other', () => {
    const two = [c('mug', 'on', 'coaster'), c('mug', 'min_distance', 'laptop', 100)];
    expect(kindOf(two, c('mug', 'min_distance', 'laptop', 200))).toBeNull();
    expect(kindOf(two[1]!, two)).toBe('subsumed');
  });
});

it('looks only at what one rule brings', () => {
  const rules = [
    rule(c('mug', 'on', 'coaster')),
    rule(c('mug', 'not_on', 'coaster')),
    rule(c('mug', 'left_of', 'laptop')),
  ];
  expect(conflictsOf(rule(c('laptop', 'left_of', 'mug')), rules)).toHaveLength(1);
  expect(conflictsOf(rules[0]!, rules)).toHaveLength(1);
  expect(conflictsOf(rule(c('book', 'on', 'desk_mat')), rules)).toEqual([]);
});
