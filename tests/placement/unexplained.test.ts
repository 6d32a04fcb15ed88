import { describe, expect, it } from 'vitest';
import { withUnexplained } from '../../src/placement/infeasible.ts';
import { propose } from '../../src/placement/propose.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { desk, minDistance, type Thing } from './desk.ts';

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
});
