import { describe, expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { moveObject } from '../../src/scene/move.ts';
import { desk, minDistance, type Thing } from './desk.ts';

/** All of the error is the laptop's: of a mug whose place is uncertain nothing is promised at the border of the table. */
const sigma = Math.hypot(8, 8);
const laptop: Thing = { id: 'laptop-1', x: 200, y: 150, width: 200, height: 140, sigma };
const mug: Thing = { id: 'mug-1', x: 345, y: 150, radius: 40 };
const away = minDistance('mug', 'laptop', 100);

/** So much room is there beside the laptop that the mug can stand at most `free` mm from it. */
const narrow = (free: number) => desk([{ ...laptop, height: 300 }, mug], { width: 300 + free + 80, height: 300 });

describe('what a verified move promises', () => {
  const half = 1.6449 * sigma;

  it.each([
    [1.05, false],
    [1.3, true],
  ])('a distance that holds by %s half widths of its interval: %s', (margins, verified) => {
    const [move] = propose(narrow(100 + margins * half), [away]).moves;
    expect(move).toMatchObject({ verified, changes: [{ before: 'violated', after: 'satisfied' }] });
    if (!verified) expect(move!.unverified).toBe('it still may be too close to laptop');
  });

  it('names no rule that stays undecided, however much nearer it comes to it', () => {
    // A lane along the phone: past it, as far as there is table.
    const phone: Thing = { id: 'phone-1', x: 404, y: 40, width: 60, height: 30, sigma };
    const far = minDistance('mug', 'phone', 65);
    const scene = desk([{ ...laptop, height: 80 }, mug, phone], { width: 512, height: 192 });
    const [move] = propose(scene, [away, far]).moves;
    const verdicts = (of: typeof scene) => evaluateAll([away, far], of).map((v) => v.verdict);
    expect(verdicts(scene)).toEqual(['violated', 'uncertain']);
    expect(verdicts(moveObject(scene, 'mug-1', move!.vectorMm!))).toEqual(['satisfied', 'uncertain']);
    expect(move).toMatchObject({ verified: true, ruleIds: [away.rule_id] });
    expect(move!.unverified).toBe('whether it is too close to phone');
  });

  it('says who must be moved besides', () => {
    const things: Thing[] = [
      { id: 'laptop-1', x: 80, y: 40, width: 100, height: 80 },
      { id: 'mug-1', x: 165, y: 40, radius: 20 },
      { id: 'mug-2', x: 215, y: 40, radius: 20 },
    ];
    const lane = desk(things, { width: 302, height: 80 });
    const rules = [minDistance('mug', 'laptop', 60), minDistance('mug', 'mug', 30)];
    const { moves } = propose(lane, rules);
    expect(moves.map((m) => m.objectId).sort()).toEqual(['mug-1', 'mug-2']);
    expect(moves.find((m) => m.objectId === 'mug-1')!.reason).toContain('after mug-2 has been moved');
    expect(moves.find((m) => m.objectId === 'mug-2')!.reason).not.toMatch(/after|together/);
  });
});
