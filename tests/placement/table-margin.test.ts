import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propose } from '../../src/placement/propose.ts';
import { evaluateAll } from '../../src/rules/evaluate.ts';
import { edgeAtLeast, edgeRange } from '../../src/scene/measure.ts';
import { moveObject } from '../../src/scene/move.ts';
import { withTableSeen } from '../../src/scene/plain/table-seen.ts';
import { MARGINS, marginAt, marginHolds } from '../../src/scene/table/table-margin.ts';
import { desk, rectangle, rule, type Thing } from './desk.ts';
import { grain, type Paint, picture, shaded, table, thing } from './picture.ts';

const wood = grain([176, 136, 92], 0.16);
const floor: Paint = (x, y) => shaded([60, 70, 90], 1 + 0.06 * Math.sin(x / 23) * Math.cos(y / 31));
/** A round table: no straight line of the image is its edge. */
const round: Paint = (x, y) => (Math.hypot(x - 600, y - 350) < 300 ? wood(x, y) : null);
const bowl: Thing = { id: 'bowl-1', x: 600, y: 350, radius: 70 };

function looked(mug: Thing, ...layers: readonly Paint[]) {
  const flat = desk([bowl, mug], { edge: 'image' });
  const scene = { ...flat, table: { ...flat.table, lines: [] } };
  const image = picture(...layers, thing(bowl, [220, 220, 215]), thing(mug, [190, 40, 40]));
  return { before: scene, scene: withTableSeen(scene, image) };
}
const mugAt = (x: number): Thing => ({ id: 'mug-1', x, y: 350, radius: 40 });
const asked = (scene: ReturnType<typeof looked>['scene'], value: number) =>
  evaluateAll(
    [
      {
        rule_id: 'r',
        context: null,
        conditions: [{ object1: 'mug', operator: 'min_edge_distance', object2: 'table', value, unit: 'mm' }],
      },
    ],
    scene,
  )[0]!;
const mugOf = ({ objects }: ReturnType<typeof looked>['scene']) => objects.find((o) => o.id === 'mug-1')!;

describe('how far the table goes on beyond a thing, by the image', () => {
  it('is not believed at the rim of a round table, where no line is the edge', () => {
    // 15 mm of wood are left beyond the mug; the image's border is 300 mm off.
    const { before, scene } = looked(mugAt(845), floor, round);
    expect(asked(before, 50).verdict).toBe('satisfied');
    expect(asked(scene, 50)).toMatchObject({ verdict: 'uncertain' });
    expect(asked(scene, 50).probability).toBeLessThan(0.9);
  });

  it('is believed on plain table, and said as a probability', () => {
    const { scene } = looked(mugAt(380), table([214, 212, 206]));
    const said = asked(scene, 50);
    expect(said).toMatchObject({ verdict: 'satisfied', measured: null });
    expect(said.probability).toBeGreaterThan(0.92);
    expect(said.reason).toMatch(/goes on at least 50 mm beyond mug-1 \((over )?9\d % sure\)/);
    expect(edgeRange(scene, mugOf(scene))!.low).toBeGreaterThanOrEqual(50);
  });

  it('says less the more is asked', () => {
    const { scene } = looked(mugAt(380), floor, round);
    const p = [20, 50, 100, 200, 300].map((value) => asked(scene, value).probability!);
    expect(p).toEqual(p.toSorted((a, b) => b - a));
    expect(p[0]).toBeGreaterThan(p.at(-1)!);
  });

  it('is not known of a thing that was moved since, or of lengths that were not asked about', () => {
    const { scene } = looked(mugAt(380), table([214, 212, 206]));
    const mug = mugOf(scene);
    expect(edgeAtLeast(scene, mug, 50)).toBeGreaterThan(0);
    expect(edgeAtLeast(scene, { ...mug, carried: { x: 10, y: 0 } }, 50)).toBeNaN();
    expect(edgeAtLeast(scene, mug, 5)).toBeNaN();
    expect(edgeAtLeast(scene, mug, 301)).toBeNaN();
  });

  it('is nothing where the image shows no table at anything', () => {
    // Detected things cover all around them.
    const { scene } = looked(mugAt(600), floor);
    const hidden = { ...scene, objects: scene.objects.map((o) => ({ ...o, bbox: [0, 0, 1200, 700] as const })) };
    const again = withTableSeen({ ...hidden, table: { ...hidden.table } }, picture(floor));
    expect(edgeRange(again, mugOf(again))!.low).toBeLessThanOrEqual(0);
  });
});

it('a place by the marked edge of a table is as far from it as the marks say, however plain the image is beyond them', () => {
  const mug: Thing = { ...mugAt(160), sigma: 8 };
  const whole = desk([bowl, mug], { edge: 'declared' });
  const marked = rectangle(650, 350, 1100, 700);
  const scene = { ...whole, table: { ...whole.table, polygon: marked, polygonPx: marked } };
  const far = rule({ object1: 'mug', object2: 'table', operator: 'min_edge_distance', value: 50, unit: 'mm' });
  const gradient = picture(table([214, 212, 206]), thing(bowl, [90, 90, 120]), thing(mug, [190, 40, 40]));
  const [move] = propose(scene, [far], { gradient }).moves;
  expect(move).toMatchObject({ verified: true, changes: [{ before: 'violated', after: 'satisfied' }] });
  expect(evaluateAll([far], moveObject(scene, 'mug-1', move!.vectorMm!))[0]!.verdict).toBe('satisfied');
});

describe('a length and its probability', () => {
  it('are each other’s inverse', () => {
    const falling = fc
      .array(fc.double({ min: 0.001, max: 0.4, noNaN: true }), { minLength: MARGINS.length, maxLength: MARGINS.length })
      .map((steps) => {
        let left = 1;
        return steps.map((s) => {
          left *= 1 - s;
          return left;
        });
      });
    fc.assert(
      fc.property(falling, fc.double({ min: 10, max: 299, noNaN: true }), (margins, length) => {
        const p = marginHolds(margins, length);
        expect(marginAt(margins, p)).toBeCloseTo(length, 2);
      }),
    );
  });

  it('is endless where all hold and none where the first does not', () => {
    expect(
      marginAt(
        MARGINS.map(() => 0.99),
        0.92,
      ),
    ).toBe(Number.POSITIVE_INFINITY);
    expect(
      marginAt(
        MARGINS.map(() => 0.5),
        0.92,
      ),
    ).toBe(0);
  });
});
