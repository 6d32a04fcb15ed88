import { describe, expect, it } from 'vitest';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { evaluateSummary } from '../../src/rules/evaluate-summary.ts';
import { FAR, LAPTOP, NEAR, noMug, tooNear } from '../watch/core/watched.ts';
import { desk } from './desk.ts';

describe('a rule in time on one photo', () => {
  it('is uncertain where it would be broken, and says why', () => {
    const rule = tooNear({ for_seconds: 600 });
    for (const verdicts of [
      evaluateAll([rule], desk([LAPTOP, NEAR])),
      evaluateSummary([rule], desk([LAPTOP, NEAR])).verdicts,
    ]) {
      expect(verdicts).toMatchObject([{ verdict: 'uncertain', probability: null }]);
      expect(verdicts[0]!.reason).toMatch(/is too close .* one photo does not tell how long it lasts$/);
    }
    const [hours] = evaluateAll([noMug({ after: '18:00' })], desk([NEAR]));
    expect(hours!.verdict).toBe('uncertain');
    expect(hours!.reason).toMatch(/one photo does not tell the time$/);
  });

  it('is satisfied where its condition is', () => {
    expect(evaluateAll([tooNear({ for_seconds: 600 })], desk([LAPTOP, FAR]))).toMatchObject([{ verdict: 'satisfied' }]);
  });

  it('counts as the same rule without its time when it is judged beside it', () => {
    const { tallies } = evaluateSummary(
      [tooNear(), { ...tooNear({ after: '18:00' }), rule_id: 'rule_late' }],
      desk([LAPTOP, NEAR]),
    );
    expect(tallies).toMatchObject([{ violated: 1 }, { violated: 0, uncertain: 1 }]);
  });
});
