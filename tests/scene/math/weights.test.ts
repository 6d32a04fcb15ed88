import { describe, expect, it } from 'vitest';
import { effectiveCount, resampled, temperedWeights, weightsOf } from '../../../src/scene/math/weights.ts';

describe('weights', () => {
  it('follow the likelihoods, however small these are', () => {
    const weights = weightsOf([-1000, -1000 + Math.log(3)]);
    expect(weights[0]).toBeCloseTo(0.25, 10);
    expect(weights[1]).toBeCloseTo(0.75, 10);
  });

  it('are flattened until enough samples count', () => {
    const logs = Array.from({ length: 40 }, (_, i) => (i === 7 ? 12 : 0));
    expect(effectiveCount(weightsOf(logs))).toBeLessThan(1.01);
    expect(effectiveCount(temperedWeights(logs))).toBeGreaterThanOrEqual(9);
    const few = temperedWeights([0, 3]);
    expect(few[0]! + few[1]!).toBeCloseTo(1, 10);
  });

  it('are met by systematic resampling to within one', () => {
    const weights = weightsOf(Array.from({ length: 10 }, (_, i) => Math.log(i + 1)));
    const drawn = resampled(weights, 55);
    expect(drawn).toHaveLength(55);
    weights.forEach((w, i) => {
      expect(Math.abs(drawn.filter((k) => k === i).length - 55 * w)).toBeLessThan(1.001);
    });
  });
});
