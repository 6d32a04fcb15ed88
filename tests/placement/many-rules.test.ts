import { expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { moveObject } from '../../src/scene/move.ts';
import { allSatisfied, desk, minDistance, type Thing } from './desk.ts';

const things: Thing[] = [
  { id: 'laptop-1', x: 400, y: 300, width: 320, height: 220 },
  ...Array.from({ length: 8 }, (_, i) => ({ id: `mug-${i + 1}`, x: 640 + 60 * i, y: 80 + 70 * i, radius: 20 })),
];
const scene = desk(things);
/** 300 rules on 8 mugs: 2,400 statements, more than are planned for. */
const mild = Array.from({ length: 300 }, (_, i) => minDistance('mug', 'laptop', 1 + i / 100, { priority: 3 }));

it('the most urgent of very many rules are planned for', () => {
  const urgent = minDistance('mug', 'laptop', 122, { priority: 9, rule_id: 'rule_urgent' });
  const rules = [...mild, urgent];
  const { moves, infeasible } = propose(scene, rules);
  expect(moves.map((m) => [m.objectId, m.verified])).toEqual([['mug-1', true]]);
  expect(allSatisfied(rules, moveObject(scene, 'mug-1', moves[0]!.vectorMm!))).toBe(true);
  expect(infeasible).toBeNull();
});

it('one that is not planned for is checked all the same, and no more is said of it', () => {
  const tail = minDistance('mug', 'laptop', 600, { priority: 1, rule_id: 'rule_tail' });
  const urgent = minDistance('mug', 'laptop', 122, { priority: 9 });
  const { moves, infeasible, safetyScore } = propose(scene, [...mild, urgent, tail]);
  expect(moves).toHaveLength(1);
  expect(moves[0]).toMatchObject({ objectId: 'mug-1', verified: false });
  expect(moves[0]?.remains).toMatch(/too close to laptop/);
  expect(infeasible?.ruleIds).toEqual(['rule_tail']);
  expect(infeasible?.explanation).toMatch(/more is asked than is planned for at once.*it was checked only/);
  // All eight mugs break it: it counts, planned for or not.
  const without = propose(scene, [...mild, urgent]).safetyScore;
  expect(safetyScore).toBeLessThan(without!);
});
