import { describe, expect, it } from 'vitest';
import { findConflicts } from '../../src/conflicts/detect.ts';
import { resolve } from '../../src/conflicts/resolve.ts';
import type { Condition, Rule } from '../../src/contract/rule.ts';
import { ruleOf } from '../rules/desk.ts';

const distance = (operator: 'min_distance' | 'max_distance', value: number): Condition => ({
  object1: 'mug',
  object2: 'laptop',
  operator,
  value,
  unit: 'mm',
});
const far = ruleOf(distance('min_distance', 300), { rule_id: 'rule_far', priority: 8 });
const near = ruleOf(distance('max_distance', 200), { rule_id: 'rule_near', priority: 3 });
const on = ruleOf({ object1: 'mug', object2: 'coaster', operator: 'on' }, { rule_id: 'rule_on', priority: 5 });
const off = ruleOf({ object1: 'mug', object2: 'coaster', operator: 'not_on' }, { rule_id: 'rule_off', priority: 2 });
const clash = (...rules: Rule[]) => ({ conflict: findConflicts(rules)[0]!, rules });

describe('priority', () => {
  it('lets the less urgent rule yield', () => {
    const { conflict, rules } = clash(far, near);
    expect(resolve(conflict, rules, 'priority')).toMatchObject({ disable: ['rule_near'], change: [], question: null });
  });

  it('asks when both are as urgent', () => {
    const { conflict, rules } = clash(far, { ...near, priority: 8 });
    const answer = resolve(conflict, rules, 'priority');
    expect(answer).toMatchObject({ disable: [], change: [] });
    expect(answer.question).toContain('Which of these should hold');
  });

  it('leaves a repetition that is the more urgent one', () => {
    const { conflict, rules } = clash(
      { ...far, priority: 2 },
      { ...far, rule_id: 'rule_weak', priority: 9, conditions: [distance('min_distance', 100)] },
    );
    expect(resolve(conflict, rules, 'priority')).toMatchObject({ disable: [], question: null });
    expect(resolve(conflict, rules, 'combine')).toMatchObject({ disable: ['rule_weak'] });
  });
});

describe('combine', () => {
  it('relaxes the less urgent distance until both hold', () => {
    const { conflict, rules } = clash(far, near);
    const answer = resolve(conflict, rules, 'combine');
    expect(answer.change).toEqual([{ rule_id: 'rule_near', conditions: [distance('max_distance', 350)] }]);
    const mended = [far, { ...near, conditions: [...answer.change[0]!.conditions] }];
    expect(findConflicts(mended)).toEqual([]);
  });

  it('keeps the stricter of two that ask for the same', () => {
    const weak = { ...far, rule_id: 'rule_weak', conditions: [distance('min_distance', 100)] };
    const { conflict, rules } = clash(far, weak);
    expect(resolve(conflict, rules, 'combine')).toMatchObject({ disable: ['rule_weak'], question: null });
  });

  it('asks where nothing lies between', () => {
    const { conflict, rules } = clash(on, off);
    expect(resolve(conflict, rules, 'combine').question).not.toBeNull();
  });
});

it('asks a person when told to, and about rules that it does not have or that contradict themselves', () => {
  const { conflict, rules } = clash(far, near);
  expect(resolve(conflict, rules, 'user').question).toContain(far.canonical);
  expect(resolve(conflict, [far], 'priority').question).not.toBeNull();
  const self = clash(ruleOf([distance('min_distance', 300), distance('max_distance', 200)]));
  expect(resolve(self.conflict, self.rules, 'combine').question).toContain('corrected');
});
