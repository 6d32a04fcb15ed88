import { describe, expect, it } from 'vitest';
import { type Method, photo } from './truth/methods.ts';
import { type Stated, statedInPhoto } from './truth/stated.ts';

/** More photos, and the rendered desks: docs/accuracy.md. */
const PHOTOS = 40;

describe.each<Method>(['A4 sheet', 'four points', 'camera'])('stated probabilities, %s', (method) => {
  const stated = Array.from({ length: PHOTOS }, (_, seed) => photo(seed + 400, method, 0.05)).flatMap((p, seed) =>
    p === null ? [] : statedInPhoto(p, seed),
  );
  const among = (low: number, high: number) => stated.filter((s) => s.probability >= low && s.probability < high);
  const held = (some: readonly Stated[]) => some.filter((s) => s.held).length / some.length;

  it('are true where verdicts are given, and there are many', () => {
    const [broken, kept] = [among(0, 0.05), among(0.95, 1.01)];
    expect(broken.length + kept.length).toBeGreaterThan(0.7 * stated.length);
    expect(held(broken)).toBeLessThan(0.03);
    expect(held(kept)).toBeGreaterThan(0.97);
  });

  it('rise with the share that is true in between', () => {
    const shares = [among(0.05, 0.3), among(0.3, 0.7), among(0.7, 0.95)].map(held);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeLessThan(0.3);
    expect(shares[2]).toBeGreaterThan(0.65);
  });
});
