import { describe, expect, it } from 'vitest';
import { withUnexplained } from '../../src/placement/infeasible.ts';
import { propose } from '../../src/placement/propose.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { desk, minDistance, rule, type Thing } from './desk.ts';

const laptop: Thing = { id: 'laptop-1', x: 400, y: 300, width: 320, height: 220, sigma: 3 };
const mug: Thing = { id: 'mug-1', x: 640, y: 300, radius: 40, sigma: 3 };

describe('a broken finding without a move', () => {
  it('gets the words why, also where the same rule has a move for another mug', () => {
    const scene = desk([laptop, mug, { ...mug, id: 'mug-2', x: 160 }]);
    const rules = [minDistance('mug', 'laptop', 150, { rule_id: 'rule_far' })];
    const { verdicts } = evaluateSummary(rules, scene, 'metric');
    const { moves } = propose(scene, rules);
    expect(moves.map((m) => m.objectId).toSorted()).toEqual(['mug-1', 'mug-2']);
    expect(withUnexplained(scene, rules, verdicts, moves, null, [])).toBeNull();
    const one = moves.filter((m) => m.objectId === 'mug-1');
    expect(withUnexplained(scene, rules, verdicts, one, null, [])?.explanation).toMatch(
      /^No move is offered for rule_far.* at mug-2: no place within reach/,
    );
  });

  it('is not said to lack a place where nothing that may be moved is part of it, or where it is about how many', () => {
    const bottle: Thing = { id: 'bottle-1', x: 400, y: 460, radius: 35, sigma: 3 };
    const scene = desk([laptop, mug, { ...mug, id: 'mug-2', x: 900 }, bottle]);
    const both = [
      rule({ object1: 'mug', operator: 'count_max', value: 1, unit: 'count' }, { rule_id: 'rule_many', priority: 9 }),
      minDistance('bottle', 'laptop', 150, { rule_id: 'rule_bottle', priority: 5 }),
      minDistance('mug', 'laptop', 150, { rule_id: 'rule_far' }),
    ];
    const { moves, infeasible } = propose(scene, both);
    expect(moves.map((m) => m.objectId)).toEqual(['mug-1']);
    expect(infeasible?.ruleIds.toSorted()).toEqual(['rule_bottle', 'rule_many']);
    expect(infeasible?.explanation).toMatch(/No move can fulfil rule_many[^.]*: it is about how many there are\./);
    expect(infeasible?.explanation).toMatch(/No move can fulfil rule_bottle[^.]*: bottle-1 is [^.]*may be moved\./);
    expect(infeasible?.explanation).not.toMatch(/place|then be/);
  });
});
