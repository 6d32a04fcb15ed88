import { describe, expect, it } from 'vitest';
import { Pace } from '../../../src/analysis/gate/pace.ts';

describe('the pace of analyses', () => {
  it('is not told by those that waited for the model to load', () => {
    let now = 0;
    const pace = new Pace(() => now);
    const first = [pace.begin(), pace.begin()];
    now = 9000;
    for (const begun of first) pace.end(begun, true);
    expect(pace.ms).toBeNull();
    const next = pace.begin();
    now += 400;
    pace.end(next, true);
    expect(pace.ms).toBe(400);
  });

  it('counts those side by side as one after the other', () => {
    let now = 0;
    const pace = new Pace(() => now);
    pace.end(pace.begin(), true);
    const both = [pace.begin(), pace.begin()];
    now = 1000;
    for (const begun of both) pace.end(begun, true);
    expect(pace.ms).toBe(500);
  });
});
