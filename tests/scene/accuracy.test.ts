import { beforeAll, describe, expect, it, vi } from 'vitest';
import { SIZE_PRIORS } from '../../src/scene/objects/size-priors.ts';
import { EDGE_SOURCES, edgeOutcomes } from './truth/edges.ts';
import { type Coverage, coverage, METHODS, type Outcome, outcomes, photo } from './truth/methods.ts';
import { RENDERED_METHODS, rendered, renderedOutcomes, renderedScenes, renderedSupports } from './truth/rendered.ts';
import { scaleOutcome } from './truth/scale.ts';

// Some seconds, but ten times that where coverage is counted on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

/** Simulated photos per method; the table in docs/accuracy.md is made from more of them by eval/accuracy.ts. */
const PHOTOS = 60;

describe.each(METHODS)('distances with %s', (method) => {
  let found: Coverage;
  beforeAll(() => {
    const all: Outcome[] = [];
    for (let seed = 0; seed < PHOTOS; seed++) {
      const p = photo(20_000 + seed, method, 0.02);
      if (p !== null) all.push(...outcomes(p));
    }
    found = coverage(all);
  });

  it('are measured often enough to judge', () => {
    expect(found.n).toBeGreaterThan(200);
  });

  it('hold the truth in 90 % of the stated intervals, within what this many cases can show', () => {
    // Distances of one photo share their calibration error, so the photos count, not the pairs.
    expect(found.covered).toBeGreaterThan(0.8);
    expect(found.covered).toBeLessThan(0.98);
  });

  it('are not shifted by more than their own error', () => {
    expect(Math.abs(found.bias)).toBeLessThan(0.45 * found.medianSigma);
    expect(found.medianError).toBeLessThan(found.medianSigma);
  });
});

describe('more box noise', () => {
  it('is stated as a larger error', () => {
    const sigma = (noise: number) => {
      const all: Outcome[] = [];
      for (let seed = 0; seed < 80; seed++) {
        const p = photo(20_000 + seed, 'scale', noise);
        if (p !== null) all.push(...outcomes(p));
      }
      return coverage(all);
    };
    const [low, high] = [sigma(0.01), sigma(0.08)];
    expect(high.medianSigma).toBeGreaterThan(1.2 * low.medianSigma);
    expect(high.medianError).toBeGreaterThan(low.medianError);
  });
});

const scenes = renderedScenes();

describe.skipIf(scenes.length === 0)('rendered desks (tests/fixtures/scenes)', () => {
  it.each(RENDERED_METHODS)('hold the true distances with %s', (method) => {
    const found = coverage(
      scenes.flatMap((truth) => {
        const r = rendered(truth, method, 0.02);
        return r === null ? [] : renderedOutcomes(r);
      }),
    );
    expect(found.n).toBeGreaterThan(200);
    expect(found.covered).toBeGreaterThan(0.8);
    expect(found.covered).toBeLessThan(0.97);
  });

  it.each([
    ['mugs alone', ['mug']],
    ['everything', Object.keys(SIZE_PRIORS)],
  ])('show no camera that is too near or too far, from %s', (_, classes) => {
    const found = coverage(scenes.flatMap((t) => scaleOutcome(t, classes, 0.03) ?? []));
    expect(found.n).toBeGreaterThan(140);
    expect(Math.abs(found.bias)).toBeLessThan(0.05);
    expect(found.covered).toBeGreaterThan(0.85);
  });

  it('hold for every class that a mug is often near to', () => {
    const made = [0, 1, 2].flatMap((trial) => scenes.flatMap((t) => rendered(t, 'four points', 0.02, trial) ?? []));
    const all = made.flatMap(renderedOutcomes);
    const classes = [...new Set(all.map((o) => o.pair))].map((name) => all.filter((o) => o.pair === name));
    const often = classes.filter((list) => list.length >= 3 * 40);
    expect(often.map((list) => list[0]!.pair)).toEqual(expect.arrayContaining(['mug', 'laptop', 'phone', 'mouse']));
    for (const list of often) {
      const { covered, bias, medianSigma } = coverage(list);
      expect(covered, list[0]!.pair).toBeGreaterThan(0.8);
      expect(covered, list[0]!.pair).toBeLessThan(0.98);
      expect(Math.abs(bias), list[0]!.pair).toBeLessThan(0.4 * medianSigma);
    }
  });

  it('hold the distance from the edge of the table, marked or detected', () => {
    for (const source of EDGE_SOURCES) {
      const found = coverage(scenes.flatMap((t) => edgeOutcomes(t, source)));
      expect(found.n, source).toBeGreaterThan(25);
      expect(found.covered, source).toBeGreaterThan(0.8);
    }
  });

  it('tell what stands on what, and with an honest probability', () => {
    const said = scenes.flatMap((truth) => {
      const r = rendered(truth, 'four points', 0.02);
      return r === null ? [] : renderedSupports(r);
    });
    const share = (list: typeof said) => list.filter((s) => s.truth).length / list.length;
    expect(share(said.filter((s) => s.probability < 0.05))).toBeLessThan(0.03);
    expect(share(said.filter((s) => s.probability > 0.9))).toBeGreaterThan(0.85);
    const standing = said.filter((s) => s.truth);
    expect(standing.length).toBeGreaterThan(15);
    expect(standing.filter((s) => s.probability > 0.5).length / standing.length).toBeGreaterThan(0.8);
  });
});
