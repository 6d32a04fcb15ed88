import { describe, expect, it } from 'vitest';
import type { ClassRecall } from '../../src/contract/recall.ts';
import type { Condition } from '../../src/contract/rule.ts';
import { binomialCdf } from '../../src/rules/class-recall.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { moveObject } from '../../src/scene/move.ts';
import { type DeskOptions, desk, type Put, ruleOf } from './desk.ts';

const MUG: Put = { class: 'mug', x: 300, y: 500 };
const FAR_COASTER: Put = { class: 'coaster', x: 900, y: 500 };
const onCoaster: Condition = { object1: 'mug', operator: 'on', object2: 'coaster' };
const centred: Condition = { object1: 'mug', operator: 'centered_on', object2: 'coaster', value: 12, unit: 'mm' };
const least = (object1: string, value: number): Condition => ({ object1, operator: 'count_min', value, unit: 'count' });

function judged(condition: Condition, things: readonly Put[], classRecall?: ClassRecall, options: DeskOptions = {}) {
  const scene = desk(things, { ...options, ...(classRecall && { classRecall }) });
  const rule = ruleOf(condition);
  const [verdict] = evaluateAll([rule], scene);
  expect(evaluateSummary([rule], scene).verdicts[0]).toEqual(verdict);
  return verdict!;
}

describe('a thing that is not seen', () => {
  it('breaks "on" only when the model would have shown it', () => {
    expect(judged(onCoaster, [MUG, FAR_COASTER]).verdict).toBe('violated');
    expect(judged(onCoaster, [MUG, FAR_COASTER], { mug: 0.5, coaster: 0.85 }).verdict).toBe('violated');
    expect(judged(onCoaster, [MUG, FAR_COASTER], { mug: 0.5, coaster: 0.42 })).toMatchObject({
      verdict: 'uncertain',
      objects: ['mug-1'],
      reason:
        'mug-1 stands on no coaster that is seen; the model finds 42 % of the coasters, so some may have been missed',
    });
    expect(judged(onCoaster, [MUG, FAR_COASTER], { mug: 0.5, coaster: null }).reason).toBe(
      'mug-1 stands on no coaster that is seen; how many coasters the model finds has not been measured',
    );
  });

  it('changes nothing for what is seen', () => {
    const standing = { ...MUG, on: { 'coaster-1': 0.9 } };
    const things = [standing, { ...FAR_COASTER, x: 310 }];
    for (const classRecall of [undefined, { mug: 0.5, coaster: 0.1 }]) {
      expect(judged(onCoaster, things, classRecall).verdict).toBe('satisfied');
      expect(judged({ ...onCoaster, operator: 'not_on' }, things, classRecall).verdict).toBe('violated');
      expect(judged(centred, things, classRecall).verdict).toBe('satisfied');
      expect(judged(centred, [standing, { ...FAR_COASTER, x: 330 }], classRecall).verdict).toBe('violated');
    }
  });

  it('may be what a mug is centred on', () => {
    expect(judged(centred, [MUG, FAR_COASTER]).verdict).toBe('violated');
    expect(judged(centred, [MUG, FAR_COASTER], { mug: 1, coaster: 0.3 })).toMatchObject({
      verdict: 'uncertain',
      measured: null,
      reason:
        'mug-1 stands on no coaster that is seen; the model finds 30 % of the coasters, so some may have been missed',
    });
  });

  it.each([
    // One of one missed: 0.4. Two of two: 0.16. Two or three of three: 0.35.
    [1, 0, 0.6, 'uncertain'],
    [2, 0, 0.6, 'violated'],
    [3, 1, 0.6, 'uncertain'],
    [3, 1, 0.8, 'violated'],
    [1, 0, 0.8, 'violated'],
    [1, 1, 0, 'satisfied'],
  ])('of at least %s with %s seen and %s found of what is there: %s', (value, seen, rate, verdict) => {
    const things = Array.from({ length: seen }, (_, i) => ({ ...MUG, x: 300 + 200 * i }));
    expect(judged(least('mug', value), [...things, FAR_COASTER], { mug: rate, coaster: 1 }).verdict).toBe(verdict);
  });

  it('counts what stands on something by how well both are found', () => {
    const rule = { ...least('mug', 1), object2: 'coaster' };
    expect(judged(rule, [MUG, FAR_COASTER], { mug: 1, coaster: 0.85 }).verdict).toBe('violated');
    expect(judged(rule, [MUG, FAR_COASTER], { mug: 0.85, coaster: 0.84 })).toMatchObject({
      verdict: 'uncertain',
      reason: expect.stringContaining('finds 84 % of the coasters'),
    });
  });

  it('is not said to be absent where the model cannot find it', () => {
    const classRecall = { mug: 0.6, laptop: 0.7 };
    expect(judged(onCoaster, [MUG], classRecall)).toMatchObject({
      verdict: 'not_applicable',
      reason: 'the model that looked cannot find coasters',
    });
    expect(judged({ ...onCoaster, object1: 'coaster', object2: 'laptop' }, [MUG], classRecall).reason).toBe(
      'the model that looked cannot find coasters',
    );
    expect(judged(least('coaster', 1), [MUG], classRecall)).toMatchObject({
      verdict: 'uncertain',
      measured: 0,
      uncertainty: null,
      reason: '0 coasters are seen; at least 1 is required; the model that looked cannot find coasters',
    });
    const mats = { ...least('mug', 1), when: { object_present: 'desk_mat' } };
    expect(judged(mats, [MUG], classRecall).reason).toBe(
      'the rule holds only while a desk mat is in the image; the model that looked cannot find desk mats',
    );
  });

  it.each([
    [
      'of the caller, who lists all there is',
      undefined,
      'violated',
      'mug-1 stands on no coaster: none is in the image',
    ],
    [
      'of a model that would have shown it',
      { mug: 0.6, coaster: 0.9 },
      'violated',
      'mug-1 stands on no coaster: none is seen, and the model finds 90 % of the coasters',
    ],
    [
      'of a model that may have missed it',
      { mug: 0.6, coaster: 0.4 },
      'uncertain',
      'mug-1 stands on no coaster that is seen; the model finds 40 % of the coasters, so some may have been missed',
    ],
    [
      'of a model of which that was not measured',
      { mug: 0.6, coaster: null },
      'uncertain',
      'mug-1 stands on no coaster that is seen; how many coasters the model finds has not been measured',
    ],
  ] as const)('breaks a rule that asks for one, in the list %s', (_, classRecall, verdict, reason) => {
    const bare = { verdict, objects: ['mug-1'], measured: null, reason };
    expect(judged(onCoaster, [MUG], classRecall)).toMatchObject(bare);
    expect(judged(centred, [MUG], classRecall)).toMatchObject(bare);
    expect(judged(centred, [MUG], classRecall, { calibrated: false })).toMatchObject(bare);
  });

  it('breaks no rule for when one is available, no ban, and no rule that speaks of every one', () => {
    const beside: Condition = { ...onCoaster, operator: 'max_distance', value: 100, unit: 'mm' };
    const rules = [{ ...onCoaster, when: 'available' as const }, { ...onCoaster, operator: 'not_on' as const }, beside];
    for (const rule of rules) {
      expect(judged(rule, [MUG])).toMatchObject({ verdict: 'not_applicable', reason: 'no coaster is in the image' });
      expect(judged(rule, [MUG], { mug: 0.6, coaster: 0.4 }).reason).toBe(
        'no coaster is seen; the model finds 40 % of the coasters, so some may have been missed',
      );
    }
  });

  it('breaks a rule that wants each of a kind on another of it where there is only one', () => {
    const stack: Condition = { object1: 'book', operator: 'on', object2: 'book' };
    expect(judged(stack, [{ class: 'book', x: 300, y: 500 }])).toMatchObject({
      verdict: 'violated',
      objects: ['book-1'],
    });
  });

  it('is told of the class of a group that is found least', () => {
    expect(judged(least('beverage', 1), [], { mug: 0.6, glass: 0.1, bottle: 0.4 }).reason).toContain(
      'the model finds 10 % of the glasses',
    );
    expect(judged(least('beverage', 1), [], { mug: 0.6, glass: 0.1 }).reason).toContain('cannot find bottles');
    expect(judged(least('object', 1), [], { mug: 0.6 }).reason).toContain('how many objects the model finds');
  });

  it('is absent where the caller drew the coasters', () => {
    const corners = [
      [850, 450],
      [850, 550],
      [950, 550],
      [950, 450],
    ] as const;
    const zones = [{ name: 'mine', kind: 'coaster' as const, corners }];
    expect(judged(onCoaster, [MUG], { mug: 0.6 }, { zones }).verdict).toBe('violated');
  });

  it('stays unseen when something moves', () => {
    const scene = desk([MUG, FAR_COASTER], { classRecall: { mug: 1, coaster: 0.3 } });
    const moved = moveObject(scene, 'mug-1', { x: 50, y: 0 });
    expect(evaluateAll([ruleOf(onCoaster)], moved)[0]?.verdict).toBe('uncertain');
  });
});

describe('binomialCdf', () => {
  it('is the binomial distribution', () => {
    expect(binomialCdf(1, 3, 0.5)).toBeCloseTo(0.5, 12);
    expect(binomialCdf(2, 5, 0.3)).toBeCloseTo(0.83692, 5);
    expect(binomialCdf(0, 4, 0.9)).toBeCloseTo(1e-4, 12);
    expect([binomialCdf(0, 0, 0.5), binomialCdf(3, 2, 0.5), binomialCdf(0, 5, 0)]).toEqual([1, 1, 1]);
    expect(binomialCdf(4, 5, 1)).toBe(0);
    expect(binomialCdf(10, 1e6, 0.5)).toBe(0);
    expect(binomialCdf(999, 1500, 0.5)).toBeCloseTo(1, 9);
  });
});
