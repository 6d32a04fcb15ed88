import { describe, expect, it } from 'vitest';
import { type BoxErrors, fallByScore, scoreOfSigma } from '../../eval/noise-by-score.ts';
import { random } from '../scene/truth/random.ts';

/** Boxes whose edge errors follow the law exactly: normal, `sigma` at score `at`. */
function boxes(n: number, sigma: number, at: number, fall: number, seed: number): BoxErrors[] {
  const r = random(seed);
  return Array.from({ length: n }, () => {
    const score = r.uniform(0.3, 0.95);
    const s = sigma * Math.exp(fall * (at - score));
    return { score, squares: [0, 1, 2, 3].map(() => r.normal(0, s) ** 2) };
  });
}

describe('the fall of box noise with the score', () => {
  it('finds the law that the errors were drawn from, one fall for classes of different noise', () => {
    const groups = [boxes(400, 0.05, 0.6, 1.5, 1), boxes(300, 0.12, 0.5, 1.5, 2)];
    const law = fallByScore(groups)!;
    expect(Math.abs(law.fall - 1.5)).toBeLessThan(0.15);
    expect(law.from).toBeCloseTo(0.33, 1);
    expect(law.to).toBeCloseTo(0.92, 1);
    for (const [i, { sigma, at }] of [
      { sigma: 0.05, at: 0.6 },
      { sigma: 0.12, at: 0.5 },
    ].entries()) {
      const all = groups[i]!.flatMap((b) => b.squares);
      const rms = Math.sqrt(all.reduce((s, e) => s + e, 0) / all.length);
      const there = rms * Math.exp(law.fall * (scoreOfSigma(groups[i]!, law) - at));
      expect(Math.abs(there / sigma - 1)).toBeLessThan(0.08);
    }
  });

  it('claims none where the errors do not fall, or grow', () => {
    expect(fallByScore([boxes(300, 0.05, 0.6, 0, 3)])).toBeNull();
    expect(fallByScore([boxes(300, 0.05, 0.6, -1.5, 4)])).toBeNull();
    expect(fallByScore([])).toBeNull();
  });
});
