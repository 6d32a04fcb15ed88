import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/contract/rule.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { besideInterval, DECIDED, probabilityOf } from '../../src/rules/probability.ts';
import { desk, ruleOf } from './desk.ts';

const min = (value: number): Condition => ({
  ...{ object1: 'mug', operator: 'min_distance', object2: 'laptop', value, unit: 'mm' },
});
const max = (value: number): Condition => ({ ...min(value), operator: 'max_distance' });
/** The mug's and the laptop's outlines are so far apart. */
const apart = (mm: number, sigma: number, on = 0) =>
  desk([
    { class: 'mug', x: 600 - mm, y: 500, sigma, ...(on > 0 && { on: { 'laptop-1': on } }) },
    { class: 'laptop', x: 800, y: 500 },
  ]);
const judge = (condition: Condition, scene: ReturnType<typeof desk>) => evaluateAll([ruleOf(condition)], scene)[0]!;

describe('how probable it is that a rule holds', () => {
  it('is 95 % where the 90 % interval ends, and heavier in the tails than a normal distribution', () => {
    expect(probabilityOf(10, 10)).toBeCloseTo(0.95, 5);
    expect(probabilityOf(-10, 10)).toBeCloseTo(0.05, 5);
    expect(probabilityOf(0, 10)).toBeCloseTo(0.5, 6);
    // Normal: 0.9995 and 1 - 4e-7.
    expect(probabilityOf(20, 10)).toBeLessThan(0.995);
    expect(probabilityOf(500, 10)).toBe(0.999);
    expect([probabilityOf(0, 0), probabilityOf(-1, 0)]).toEqual([1, 0]);
  });

  it('agrees with the verdict: decided from 95 % on, either way, for every distance, error and doubt about standing', () => {
    const mm = fc.double({ min: 1, max: 400, noNaN: true });
    const sigma = fc.double({ min: 0.5, max: 80, noNaN: true });
    const on = fc.oneof(fc.constant(0), fc.double({ min: 0.02, max: 0.79, noNaN: true }));
    fc.assert(
      fc.property(mm, sigma, on, fc.constantFrom(min, max), (distance, error, standing, bound) => {
        const scene = apart(distance, error, standing);
        const { verdict, probability } = judge(bound(150), scene);
        const p = probability!;
        if (Math.abs(p - DECIDED) > 0.001 && Math.abs(p - 1 + DECIDED) > 0.001) {
          expect(verdict).toBe(p > DECIDED ? 'satisfied' : p < 1 - DECIDED ? 'violated' : 'uncertain');
        }
        expect(evaluateSummary([ruleOf(bound(150))], scene).verdicts[0]).toMatchObject({ verdict, probability });
      }),
    );
  });

  it('of what may stand on the other counts both readings', () => {
    expect(judge(min(150), apart(300, 5, 0.3))).toMatchObject({ verdict: 'uncertain', probability: 0.699 });
    expect(judge(max(150), apart(300, 5, 0.3))).toMatchObject({ verdict: 'uncertain', probability: 0.301 });
    // One in ten that it stands there: too much for "surely far enough".
    expect(judge(min(150), apart(300, 5, 0.1))).toMatchObject({ verdict: 'uncertain', probability: 0.899 });
    expect(judge(min(150), apart(300, 5, 0.03))).toMatchObject({ verdict: 'satisfied' });
    // Too near by measuring at 6 %, and at most 0.7 of that is left: broken.
    expect(judge(min(150), apart(125, 10, 0.3))).toMatchObject({ verdict: 'violated' });
    const [low, high] = besideInterval(200, 20, 0.5);
    expect([low, high]).toEqual([0, expect.closeTo(200 + 20 * 0.77, 0)]);
  });

  it('is null where nobody knows: no millimetres, an attribute that no image shows, a count', () => {
    const far = desk(
      [
        { class: 'mug', x: 100, y: 500 },
        { class: 'laptop', x: 800, y: 500 },
      ],
      { calibrated: false },
    );
    expect(judge(min(150), far)).toMatchObject({ verdict: 'uncertain', probability: null });
    expect(judge({ ...min(150), attribute: 'hot' }, apart(20, 1))).toMatchObject({
      verdict: 'uncertain',
      probability: null,
    });
    expect(judge({ object1: 'mug', operator: 'count_max', value: 3, unit: 'count' }, far).probability).toBeNull();
  });
});
