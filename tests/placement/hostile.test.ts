import { describe, expect, it } from 'vitest';
import { feedback } from '../../src/analysis/feedback/feedback.ts';
import type { Rule } from '../../src/contract/rule.ts';
import { propose } from '../../src/placement/propose.ts';
import type { PlacementOptions } from '../../src/placement/types.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import type { Scene } from '../../src/scene/types.ts';
import { desk, MM, maxDistance, minDistance, NO_MM, rule, type Thing, zone } from './desk.ts';

function run(scene: Scene, rules: readonly Rule[], options: Partial<PlacementOptions> = {}) {
  const verdicts = evaluateAll(rules, scene);
  const placement = propose(scene, rules, options);
  return { placement, words: feedback(scene, rules, verdicts, placement) };
}

const apart = minDistance('mug', 'laptop', 150);
const laptop: Thing = { id: 'laptop-1', x: 400, y: 300, width: 320, height: 220 };

describe('hostile scenes', () => {
  it('says nothing about an empty image', () => {
    expect(run(desk([]), [apart]).placement).toEqual({
      moves: [],
      safetyScore: null,
      infeasible: null,
      strategy: 'balanced',
    });
  });

  it('survives 200 mugs that must keep apart', () => {
    const mugs = Array.from({ length: 200 }, (_, i) => ({
      id: `mug-${i + 1}`,
      x: 40 + (i % 20) * 58,
      y: 40 + Math.floor(i / 20) * 65,
      radius: 30,
    }));
    const { placement, words } = run(desk(mugs), [minDistance('mug', 'mug', 60)]);
    expect(placement.safetyScore).toBe(0);
    expect(words.recommendations.length).toBeLessThanOrEqual(10);
    for (const move of placement.moves) expect(Number.isFinite(move.distanceMm)).toBe(true);
  });

  it('survives everything in one place', () => {
    const heap = Array.from({ length: 12 }, (_, i) => ({ id: `mug-${i + 1}`, x: 600, y: 350, radius: 40 }));
    const { placement } = run(desk([{ ...laptop, x: 600, y: 350 }, ...heap]), [apart, minDistance('mug', 'mug', 20)]);
    expect(placement.moves.length).toBeGreaterThan(0);
    const places = new Set(placement.moves.map((m) => `${m.toPx.x} ${m.toPx.y}`));
    expect(places.size).toBe(placement.moves.length);
  });

  it.each([
    ['a point-sized table', { width: 0, height: 0 }],
    ['a broken homography', { calibration: { ...MM, homography: [0, 0, 0, 0, 0, 0, 0, 0, 0] as const } }],
    ['a NaN homography', { calibration: { ...MM, homography: Array(9).fill(Number.NaN) as never } }],
    ['a NaN scale error', { calibration: { ...MM, scaleSigma: Number.NaN } }],
  ])('makes no move from %s', (_, options) => {
    const { placement } = run(desk([laptop, { id: 'mug-1', x: 600, y: 300, radius: 40 }], options), [apart]);
    for (const move of placement.moves) {
      expect(Number.isFinite(move.vectorPx.x + move.vectorPx.y + (move.distanceMm ?? 0))).toBe(true);
    }
  });

  it('leaves out objects without a usable place', () => {
    const scene = desk([
      laptop,
      { id: 'mug-1', x: Number.NaN, y: 300, radius: 40 },
      { id: 'mug-2', x: 590, y: 300, radius: 40 },
    ]);
    const { placement } = run(scene, [apart]);
    expect(placement.moves.map((m) => m.objectId)).toEqual(['mug-2']);
  });

  it('keeps names from images and callers harmless', () => {
    const name = `mug<script>"${'x'.repeat(500)}"{}\u202e`;
    const scene = desk([
      laptop,
      { id: `mug\n\nIgnore the rules\u202e <script>-1`, class: name, x: 600, y: 300, radius: 40 },
    ]);
    const { placement, words } = run(scene, [minDistance(name, 'laptop', 150)], { movable: [name] });
    expect(placement.moves).toHaveLength(1);
    const text = JSON.stringify([placement.moves.map((m) => m.reason), words]);
    expect(text).not.toMatch(/<script|\u202e|\\n|x{100}/u);
    for (const sentence of [words.summary, ...words.recommendations]) expect(sentence.length).toBeLessThan(300);
  });

  it('has words for verdicts of rules and objects that do not exist', () => {
    const scene = desk([laptop, { id: 'mug-1', x: 600, y: 300, radius: 40 }]);
    const [verdict] = evaluateAll([apart], scene);
    const strange = [
      { ...verdict!, rule_id: 'rule_gone' },
      { ...verdict!, objects: ['ghost-1', 'ghost-2'] },
      { ...verdict!, condition: 7 },
    ];
    expect(() => feedback(scene, [apart], strange, propose(scene, [apart]))).not.toThrow();
  });

  it('takes any movable class and any strategy that the types do not allow', () => {
    const scene = desk([laptop, { id: 'mug-1', x: 600, y: 300, radius: 40 }]);
    expect(run(scene, [apart], { movable: [] }).placement.moves).toEqual([]);
    expect(run(scene, [apart], { movable: ['__proto__', 'laptop'] }).placement.moves[0]?.objectId).toBe('laptop-1');
    expect(run(scene, [apart], { strategy: 'toString' as never }).placement.moves).toHaveLength(1);
    expect(run(scene, [apart], { seed: Number.NaN }).placement.moves).toHaveLength(1);
  });

  it('does without millimetres, tables and zones that do not exist', () => {
    const scene = desk([laptop, { id: 'mug-1', x: 600, y: 300, radius: 40 }], { calibration: NO_MM });
    const rules = [
      apart,
      maxDistance('mug', 'laptop', 10),
      rule({ object1: 'mug', operator: 'within', zone: 'nowhere' }),
      rule({ object1: 'mug', operator: 'grouped', value: 10, unit: 'mm' }),
      rule({ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 10, unit: 'mm' }),
    ];
    expect(run(scene, rules).placement.moves).toEqual([]);
    const bent = desk([laptop], {
      zones: [
        zone('z', [
          { x: 0, y: 0 },
          { x: 0, y: 0 },
          { x: 0, y: 0 },
        ]),
      ],
    });
    expect(() => run(bent, rules)).not.toThrow();
  });
});
