import { describe, expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { distanceBetween } from '../scene/distance-between.ts';
import { random } from '../scene/truth/random.ts';
import { desk, minDistance, type Thing } from './desk.ts';

const SIGMA = 15;
/** 97 % of one side. */
const CLEAR = 1.88;
const ROUNDING = 0.5;

/** A mug too close to the laptop, and others standing about. */
function crowded(seed: number): Thing[] {
  const r = random(seed);
  const things: Thing[] = [
    { id: 'laptop-1', x: 500, y: 350, width: 320, height: 220, sigma: SIGMA },
    { id: 'mug-1', x: 700 + 30 * r.uniform(0, 1), y: 300 + 100 * r.uniform(0, 1), radius: 40, sigma: SIGMA },
  ];
  for (let k = 2; k <= 6; k++) {
    const [x, y] = [r.uniform(760, 1100), r.uniform(60, 640)];
    const free = things.every((t) => Math.hypot(t.x - x, t.y - y) > (t.radius ?? 160) + 60);
    if (free) things.push({ id: `bottle-${k}`, x, y, radius: 36, sigma: SIGMA });
  }
  return things;
}

describe('what else stands where a verified move ends', () => {
  it('is cleared with the errors of both places, or it is not verified and says what it may touch', () => {
    let [verified, warned] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const scene = desk(crowded(seed), { edge: 'image' });
      for (const move of propose(scene, [minDistance('mug', 'laptop', 150)]).moves) {
        if (!move.verified) {
          warned += Number(move.reason.includes('check that it does not touch bottle-'));
          continue;
        }
        verified++;
        const { x, y } = move.vectorMm!;
        for (const other of scene.objects.filter((o) => o.id.startsWith('bottle-'))) {
          const mug = scene.objects.find((o) => o.id === move.objectId)!;
          const before = distanceBetween(scene, mug, other, 'edge')!.value;
          const gap = Math.hypot(centre(mug).x + x - centre(other).x, centre(mug).y + y - centre(other).y) - 40 - 36;
          const goesAway = gap - before >= 0.5 * Math.hypot(x, y);
          if (!goesAway) expect(gap, `desk ${seed}`).toBeGreaterThan(CLEAR * Math.hypot(SIGMA, SIGMA) - ROUNDING);
        }
      }
    }
    expect(verified).toBeGreaterThan(20);
    expect(verified + warned).toBeGreaterThan(30);
  });

  it('is told where there is no room to clear it', () => {
    // A lane whose only room beyond the laptop's distance lies between two bottles.
    const things: Thing[] = [
      { id: 'laptop-1', x: 160, y: 100, width: 200, height: 190, sigma: SIGMA },
      { id: 'mug-1', x: 310, y: 100, radius: 40, sigma: SIGMA },
      { id: 'bottle-1', x: 570, y: 100, radius: 36, sigma: SIGMA },
    ];
    const [move] = propose(desk(things, { width: 620, height: 200, edge: 'image' }), [
      minDistance('mug', 'laptop', 110),
    ]).moves;
    expect(move).toMatchObject({ objectId: 'mug-1', verified: false });
    expect(move!.reason).toContain('check that it does not touch bottle-1');
    expect(move!.unverified).toContain('check that it does not touch bottle-1');
  });
});

describe('the border of a marked table', () => {
  it('is kept with the errors of both, or the move is not verified and says so', () => {
    let verified = 0;
    for (let seed = 0; seed < 60; seed++) {
      const r = random(1000 + seed);
      const things: Thing[] = [
        { id: 'laptop-1', x: 300, y: 250, width: 320, height: 220, sigma: SIGMA },
        { id: 'mug-1', x: 490 + r.uniform(0, 30), y: 180 + r.uniform(0, 140), radius: 40, sigma: SIGMA },
      ];
      const [width, height] = [r.uniform(680, 800), r.uniform(420, 500)];
      const scene = desk(things, { width, height });
      for (const move of propose(scene, [minDistance('mug', 'laptop', 120)]).moves) {
        const [x, y] = [things[1]!.x + move.vectorMm!.x, things[1]!.y + move.vectorMm!.y];
        const inside = Math.min(x, width - x, y, height - y) - 40;
        const was = Math.min(things[1]!.x, width - things[1]!.x, things[1]!.y, height - things[1]!.y) - 40;
        if (move.verified) {
          verified++;
          expect(inside, `desk ${seed}`).toBeGreaterThan(Math.min(was, CLEAR * SIGMA) - ROUNDING);
        } else if (inside < CLEAR * SIGMA - ROUNDING && inside < was) {
          expect(move.unverified).toMatch(/on the table/);
        }
      }
    }
    expect(verified).toBeGreaterThan(10);
  });
});

const centre = ({ footprint }: ReturnType<typeof desk>['objects'][number]) =>
  footprint!.kind === 'disk' ? footprint!.centre : { x: Number.NaN, y: Number.NaN };
