import { describe, expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { random } from '../../src/placement/random.ts';
import { moveObject } from '../../src/scene/move.ts';
import { allSatisfied, desk, minDistance, type Thing } from './desk.ts';

/** What "verified" is worth: the move was found on a noisy measurement and is carried out on the true desk. */
describe('a verified move on the true desk', () => {
  it('holds at least as often as its 90 % margin says', () => {
    const next = random(20);
    const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
    const sigma = 8;
    const rules = [minDistance('mug', 'laptop', 150), minDistance('mug', 'phone', 60)];
    let verified = 0;
    let held = 0;
    for (let i = 0; i < 150; i++) {
      const truth: Thing[] = [
        { id: 'laptop-1', x: 400 + 80 * next(), y: 300, width: 320, height: 220 },
        { id: 'phone-1', x: 700, y: 450 + 100 * next(), width: 70, height: 150 },
        { id: 'mug-1', x: 620 + 60 * next(), y: 200 + 150 * next(), radius: 40 },
      ];
      const seen = desk(truth.map((t) => ({ ...t, x: t.x + sigma * normal(), y: t.y + sigma * normal(), sigma })));
      const [move] = propose(seen, rules).moves;
      if (!move?.verified) continue;
      verified++;
      if (allSatisfied(rules, moveObject(desk(truth), 'mug-1', move.vectorMm!))) held++;
    }
    expect(verified).toBeGreaterThan(100);
    // One side of a 90 % interval is 95 %; two rules are at stake at once.
    expect(held / verified).toBeGreaterThan(0.88);
    expect(held / verified).toBeLessThan(1);
  });
});
