import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/contract/rule.ts';
import { propose } from '../../src/placement/propose.ts';
import { MAX_MOVE } from '../../src/placement/solver/reaches.ts';
import type { Placement } from '../../src/placement/types.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { closest, footprintDepth } from '../../src/scene/math/geometry.ts';
import { moveObject } from '../../src/scene/move.ts';
import type { Point, Scene } from '../../src/scene/types.ts';
import { allSatisfied, desk, maxDistance, minDistance, rule, type Thing } from './desk.ts';

/** Everything here is judged by the rules' own evaluation and the scene's own geometry, not by the solver's. */

const GAP = 2;
const WIDTH = 420;
const HEIGHT = 320;

function isFree(scene: Scene, id: string): boolean {
  const mug = scene.objects.find((o) => o.id === id)!;
  if (footprintDepth(scene.table.polygon!, mug.footprint!).depth < 0) return false;
  return scene.objects.every((o) => o.id === id || closest(mug.footprint!, o.footprint!).gap >= GAP);
}

const allowed = (scene: Scene, rules: readonly Rule[], id: string, by: Point): boolean => {
  const moved = moveObject(scene, id, by);
  return isFree(moved, id) && allSatisfied(rules, moved);
};

/** Distances are promised only with 97 %: 1.2 half widths of the 90 % interval. */
const promised = (scene: Scene, rules: readonly Rule[], id: string, by: Point): boolean =>
  allowed(scene, rules, id, by) &&
  evaluateAll(rules, moveObject(scene, id, by)).every(
    (v) => v.operator === 'left_of' || v.margin == null || v.margin >= 1.2 * (v.uncertainty ?? 0),
  );

/** Least displacement of one object over the whole table: a coarse grid, then a fine one around its best places. */
function bruteForce(scene: Scene, rules: readonly Rule[], id: string): number {
  const mug = scene.objects.find((o) => o.id === id)!.footprint as { centre: Point };
  const coarse: { by: Point; cost: number }[] = [];
  for (let x = 0; x <= WIDTH; x += 12)
    for (let y = 0; y <= HEIGHT; y += 12) {
      const by = { x: x - mug.centre.x, y: y - mug.centre.y };
      if (promised(scene, rules, id, by)) coarse.push({ by, cost: Math.hypot(by.x, by.y) });
    }
  coarse.sort((a, b) => a.cost - b.cost);
  let best = coarse[0]?.cost ?? Number.POSITIVE_INFINITY;
  const near = coarse.filter((c) => c.cost < best + 17).slice(0, 6);
  for (const { by } of near)
    for (let dx = -12; dx <= 12; dx += 0.75)
      for (let dy = -12; dy <= 12; dy += 0.75) {
        const at = { x: by.x + dx, y: by.y + dy };
        const cost = Math.hypot(at.x, at.y);
        if (cost < best && promised(scene, rules, id, at)) best = cost;
      }
  return best;
}

const laptop = fc.record({
  x: fc.integer({ min: 60, max: 360 }),
  y: fc.integer({ min: 60, max: 260 }),
  width: fc.integer({ min: 60, max: 160 }),
  height: fc.integer({ min: 40, max: 120 }),
});
const place = fc.record({ x: fc.integer({ min: 40, max: 380 }), y: fc.integer({ min: 40, max: 280 }) });

const smallScene = fc
  .record({
    laptop,
    phone: place,
    mug: place,
    sigma: fc.constantFrom(0, 0, 2, 5),
    away: fc.integer({ min: 20, max: 120 }),
    near: fc.integer({ min: 30, max: 160 }),
    edge: fc.integer({ min: 5, max: 60 }),
    third: fc.constantFrom('near', 'edge', 'left', 'none'),
  })
  .map((c) => {
    const things: Thing[] = [
      { id: 'laptop-1', ...c.laptop, sigma: c.sigma },
      { id: 'phone-1', ...c.phone, width: 40, height: 70, sigma: c.sigma },
      { id: 'mug-1', ...c.mug, radius: 25, sigma: c.sigma },
    ];
    const rules = [minDistance('mug', 'laptop', c.away)];
    if (c.third === 'near') rules.push(maxDistance('mug', 'phone', c.near, { priority: 4 }));
    if (c.third === 'left')
      rules.push(rule({ object1: 'mug', object2: 'phone', operator: 'left_of' }, { priority: 4 }));
    if (c.third === 'edge')
      rules.push(
        rule(
          { object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: c.edge, unit: 'mm' },
          { priority: 4 },
        ),
      );
    return { scene: desk(things, { width: WIDTH, height: HEIGHT }), rules };
  });

const solve = (scene: Scene, rules: readonly Rule[]): Placement => propose(scene, rules, { strategy: 'safety_first' });
// Extra clearance is a wish of safety_first alone; the least displacement is what the others look for.
const least = (scene: Scene, rules: readonly Rule[]): Placement => propose(scene, rules, { strategy: 'efficiency' });

describe('against brute force', () => {
  it('moves one mug as little as brute force does, to 1 mm', () => {
    let moved = 0;
    fc.assert(
      fc.property(smallScene, ({ scene, rules }) => {
        const verdicts = evaluateAll(rules, scene);
        if (!verdicts.some((v) => v.verdict === 'violated')) return;
        const { moves } = least(scene, rules);
        const brute = bruteForce(scene, rules, 'mug-1');
        const move = moves.find((m) => m.objectId === 'mug-1');
        if (move?.verified) {
          moved++;
          expect(allowed(scene, rules, 'mug-1', move.vectorMm!), 'the move holds').toBe(true);
          expect(move.distanceMm!).toBeLessThanOrEqual(brute + 1);
        } else {
          // Nothing goes farther unasked.
          expect(brute, 'no verified move although a place exists').toBeGreaterThan(MAX_MOVE - 1);
        }
      }),
      { numRuns: 25, seed: 11 },
    );
    expect(moved).toBeGreaterThan(8);
  });

  it('moves two mugs no farther than brute force over both does', () => {
    const things: Thing[] = [
      { id: 'laptop-1', x: 80, y: 110, width: 100, height: 80 },
      { id: 'mug-1', x: 165, y: 110, radius: 20 },
      { id: 'mug-2', x: 215, y: 110, radius: 20 },
    ];
    const scene = desk(things, { width: 300, height: 220 });
    const rules = [minDistance('mug', 'laptop', 60), minDistance('mug', 'mug', 40, { priority: 5 })];
    const { moves } = least(scene, rules);
    const mine = moves.reduce((sum, m) => sum + m.distanceMm!, 0);
    let best = Number.POSITIVE_INFINITY;
    const grid: Point[] = [];
    for (let x = 20; x <= 280; x += 13) for (let y = 20; y <= 200; y += 15) grid.push({ x, y });
    grid.push({ x: 165, y: 110 }, { x: 215, y: 110 }, { x: 210.1, y: 110 }, { x: 290, y: 110 });
    for (const p of grid) {
      const first = moveObject(scene, 'mug-1', { x: p.x - 165, y: p.y - 110 });
      for (const q of grid) {
        const cost = Math.hypot(p.x - 165, p.y - 110) + Math.hypot(q.x - 215, q.y - 110);
        if (cost >= best) continue;
        const both = moveObject(first, 'mug-2', { x: q.x - 215, y: q.y - 110 });
        if (isFree(both, 'mug-1') && isFree(both, 'mug-2') && allSatisfied(rules, both)) best = cost;
      }
    }
    expect(moves.every((m) => m.verified)).toBe(true);
    expect(mine).toBeLessThanOrEqual(best + 1);
  });

  it('reports only sets that brute force finds impossible, none of whose rules can be spared', () => {
    let reported = 0;
    const exact = smallScene.map(({ scene, rules }) => ({
      rules: [...rules, maxDistance('mug', 'laptop', 30, { priority: 3 })],
      scene: { ...scene, objects: scene.objects.map((o) => ({ ...o, covariance: { xx: 0, xy: 0, yy: 0 } })) },
    }));
    fc.assert(
      fc.property(exact, ({ scene, rules }) => {
        const { infeasible } = solve(scene, rules);
        if (infeasible === null) return;
        reported++;
        const set = rules.filter((r) => infeasible.ruleIds.includes(r.rule_id));
        expect(set.length).toBe(infeasible.ruleIds.length);
        expect(allSatisfied(set, scene)).toBe(false);
        expect(bruteForce(scene, set, 'mug-1')).toBe(Number.POSITIVE_INFINITY);
        for (const spared of set) {
          const rest = set.filter((r) => r !== spared);
          const { moves } = least(scene, rest);
          const after = moves.reduce<Scene>((s, m) => moveObject(s, m.objectId, m.vectorMm!), scene);
          expect(allSatisfied(rest, after), 'without one of them it works').toBe(true);
        }
      }),
      { numRuns: 14, seed: 5 },
    );
    expect(reported).toBeGreaterThan(5);
  });
});
