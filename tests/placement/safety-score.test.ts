import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/contract/verdict.ts';
import { safetyScore, shortfallRatio } from '../../src/placement/safety-score.ts';
import { minDistance } from './desk.ts';

const high = minDistance('mug', 'laptop', 152.4, { rule_id: 'rule_high', priority: 8 });
const low = minDistance('mug', 'phone', 100, { rule_id: 'rule_low', priority: 2 });

const verdict = (v: Partial<Verdict>): Verdict => ({
  rule_id: 'rule_high',
  condition: 0,
  verdict: 'violated',
  objects: ['mug-1', 'laptop-1'],
  measured: 127.4,
  required: 152.4,
  uncertainty: 5,
  unit: 'mm',
  reason: '',
  ...v,
});

describe('safety score', () => {
  it("is the contract's product: the seed's situation, 25 mm missing of 152.4 at priority 8, is 0.87", () => {
    expect(safetyScore([verdict({})], [high])).toBe(0.87);
  });

  it('multiplies violated verdicts and ignores the others', () => {
    const both = [verdict({}), verdict({ rule_id: 'rule_low', measured: 50, required: 100 })];
    expect(safetyScore(both, [high, low])).toBe(0.78);
    expect(safetyScore([...both, verdict({ verdict: 'satisfied' })], [high, low])).toBe(0.78);
    expect(safetyScore([...both, verdict({ verdict: 'uncertain', measured: 0 })], [high, low])).toBe(0.78);
    expect(safetyScore([...both, verdict({ rule_id: 'rule_unknown' })], [high, low])).toBe(0.78);
  });

  it('is null when nothing was decided, never a reassuring 1', () => {
    expect(safetyScore([], [high])).toBeNull();
    expect(safetyScore([verdict({ verdict: 'not_applicable' })], [high])).toBeNull();
    expect(safetyScore([verdict({ verdict: 'uncertain' })], [high])).toBeNull();
    expect(safetyScore([verdict({ verdict: 'satisfied' })], [high])).toBe(1);
    // Not "all is well" beside "may be too close".
    const open = [verdict({ verdict: 'satisfied' }), verdict({ verdict: 'uncertain' })];
    expect(safetyScore(open, [high])).toBeNull();
    expect(safetyScore([...open, verdict({ verdict: 'not_applicable' })], [high])).toBeNull();
  });

  it('counts a statement without a length as broken as a whole', () => {
    expect(shortfallRatio(verdict({ measured: null, required: null, unit: 'none' }))).toBe(1);
    expect(shortfallRatio(verdict({ measured: -30, required: 0 }))).toBe(1);
    expect(safetyScore([verdict({ measured: null, required: null, unit: 'none' })], [high])).toBe(0.2);
  });

  it('measures maxima and counts by what is too much, at most as a whole', () => {
    expect(shortfallRatio(verdict({ measured: 150, required: 100 }))).toBe(0.5);
    expect(shortfallRatio(verdict({ measured: 3, required: 2, unit: 'count' }))).toBe(0.5);
    expect(shortfallRatio(verdict({ measured: 900, required: 100 }))).toBe(1);
    expect(shortfallRatio(verdict({ measured: Number.NaN, required: 100 }))).toBe(1);
  });

  it('reaches 0 at the highest priority with everything missing', () => {
    expect(safetyScore([verdict({ measured: 0 })], [{ ...high, priority: 10 }])).toBe(0);
  });
});
