import { describe, expect, it } from 'vitest';
import { windowOf } from '../../src/pages/history/window.ts';
import { compareScenes, hasMoved } from '../../src/scene-view/compare.ts';
import { gridLines } from '../../src/scene-view/grid.ts';
import { latestOnly } from '../../src/scene-view/latest.ts';
import { errorBar, linksOf } from '../../src/scene-view/links.ts';
import { inverse, mapped } from '../../src/scene-view/mat3.ts';
import { insideImage, shiftOf, withStep } from '../../src/scene-view/steps.ts';
import { ENGLISH, wayOf } from '../../src/scene-view/texts.ts';
import type { Px, Scene, Step } from '../../src/scene-view/types.ts';
import { panned, whole, zoomed } from '../../src/scene-view/viewport.ts';

describe('steps', () => {
  it('what goes on with a thing in one unit is one step, and the order of units is kept', () => {
    let steps: readonly Step[] = [];
    for (const step of [
      { id: 'a', px: [1, 2] },
      { id: 'b', px: [5, 5] },
      { id: 'a', px: [3, 4] },
      { id: 'a', mm: [10, 0] },
      { id: 'a', px: [1, 1] },
    ] as Step[])
      steps = withStep(steps, step);
    expect(steps).toEqual([
      { id: 'a', px: [4, 6] },
      { id: 'b', px: [5, 5] },
      { id: 'a', mm: [10, 0] },
      { id: 'a', px: [1, 1] },
    ]);
    expect(shiftOf(steps, 'a')).toEqual([5, 7]);
  });

  it('a box stays inside the image, and one that is outside is not thrown back', () => {
    const image = { width: 100, height: 50, sha256: null };
    expect(insideImage([10, 10, 20, 20], [-30, 90], image)).toEqual([-10, 30]);
    expect(insideImage([-5, 10, 20, 20], [3, 0], image)).toEqual([3, 0]);
  });
});

describe('viewport', () => {
  const image = { width: 1000, height: 500 };
  it('the point under the pointer stays where it is', () => {
    const at: Px = [300, 200];
    const view = zoomed(whole(image), at, 4, image);
    expect(view.width).toBe(250);
    expect((at[0] - view.x) / view.width).toBeCloseTo(0.3);
    expect((at[1] - view.y) / view.height).toBeCloseTo(0.4);
  });
  it('nothing beyond the image is shown, however far it is moved or zoomed out', () => {
    const near = panned(zoomed(whole(image), [0, 0], 4, image), [9999, 9999], image);
    expect([near.x + near.width, near.y + near.height]).toEqual([1000, 500]);
    expect(zoomed(near, [900, 400], 0.001, image)).toEqual(whole(image));
  });
});

describe('lines', () => {
  const link = { verdict: 'violated', objects: [], from: [0, 0], to: [100, 0], title: '', detail: null } as const;
  it('an error bar is as long as the interval, about the far end', () => {
    const bar = errorBar({ ...link, error_share: 0.1 }, 8);
    expect(bar?.[0]?.map((p) => p.map((n) => n + 0))).toEqual([
      [90, 0],
      [110, 0],
    ]);
    expect(bar).toHaveLength(3);
    expect(errorBar({ ...link, error_share: null }, 8)).toBe(null);
    expect(errorBar({ ...link, error_share: 0.001 }, 8)).toBe(null);
  });
  it('without a drawing they go from middle to middle of the boxes, pairs only', () => {
    const verdict = {
      rule_id: 'r',
      condition: 0,
      verdict: 'violated',
      measured: 60,
      required: 100,
      uncertainty: 6,
      unit: 'mm',
      reason: '',
    } as const;
    const scene = {
      analysis: {
        rules: [
          { ...verdict, objects: ['a', 'b'] },
          { ...verdict, objects: ['a'] },
        ],
      },
    } as unknown as Scene;
    const boxes = { a: [0, 0, 10, 10], b: [90, 0, 110, 10] } as const;
    const [only, ...others] = linksOf(scene, (id) => boxes[id as 'a'], ENGLISH);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ from: [5, 5], to: [100, 5], title: '60 ± 6 mm', error_share: 0.1 });
  });
});

const H = [0.8, 0.05, -40, 0, 1.1, -60, 0, 0.0004, 0.8];
it('a plane and back is the same place', () => {
  const back = inverse(H);
  const there = mapped(H, [321, 234]);
  const again = back && there && mapped(back, there);
  expect(again?.[0]).toBeCloseTo(321);
  expect(again?.[1]).toBeCloseTo(234);
  expect(inverse([1, 2, 3, 2, 4, 6, 0, 0, 1])).toBe(null);
});

it('every line of a grid lies on whole steps of the table', () => {
  const { step, lines } = gridLines(H, { width: 960, height: 720 });
  expect(lines.length).toBeGreaterThan(10);
  for (const { from, to } of lines) {
    const [a, b] = [mapped(H, from), mapped(H, to)] as [Px, Px];
    const onX = Math.abs(a[0] - b[0]) < 1e-6 && Math.abs(a[0] / step - Math.round(a[0] / step)) < 1e-6;
    const onY = Math.abs(a[1] - b[1]) < 1e-6 && Math.abs(a[1] / step - Math.round(a[1] / step)) < 1e-6;
    expect(onX || onY).toBe(true);
  }
});

describe('what moved', () => {
  const object = (id: string, x: number, y: number, uncertainty: number | null = 3) => ({
    id,
    class: id.split('-')[0] ?? '',
    confidence: 1,
    bbox: [x - 10, y - 10, x + 10, y + 10] as const,
    position: { x_mm: x / 2, y_mm: y / 2, uncertainty_mm: uncertainty, distance_to_edge_mm: null },
  });
  const scene = (objects: ReturnType<typeof object>[], scale = 0.5): Scene =>
    ({
      analysis: {
        calibration: { relative_uncertainty: 0.1 },
        objects: objects.map((o) => ({
          ...o,
          position: { ...o.position, x_mm: (o.position.x_mm * scale) / 0.5, y_mm: (o.position.y_mm * scale) / 0.5 },
        })),
      },
      drawing: {
        homography: [scale, 0, 0, 0, scale, 0, 0, 0, 1],
        objects: objects.map(({ id }) => ({ id, own_error_mm: 3 })),
      },
    }) as unknown as Scene;

  it('pairs the nearest of a class, and says by how much and how surely', () => {
    const found = compareScenes(
      scene([object('mug-1', 100, 100), object('mug-2', 300, 100)]),
      scene([object('mug-1', 302, 100), object('mug-2', 100, 200)]),
    );
    expect(found.map(({ before, after, distance }) => [before?.id, after?.id, Math.round(distance ?? 0)])).toEqual([
      ['mug-1', 'mug-2', 50],
      ['mug-2', 'mug-1', 1],
    ]);
    expect(found.map(hasMoved)).toEqual([true, false]);
    expect(found[0]?.error).toBeCloseTo(Math.hypot(3, 3, 0.1 * 50));
  });
  it('another scale of the later photo does not look like a move', () => {
    const [one] = compareScenes(scene([object('mug-1', 400, 300)]), scene([object('mug-1', 400, 300)], 0.7));
    expect(one?.distance).toBeCloseTo(0);
  });
  it('what is on one photo only is gone or new, and without a scale nobody says that it moved', () => {
    const without = {
      analysis: { objects: [{ ...object('mug-1', 200, 100), position: undefined }] },
    } as unknown as Scene;
    const [one] = compareScenes(without, without);
    expect(one).toMatchObject({ unit: 'px', distance: 0, error: null });
    expect(hasMoved(one!)).toBe(null);
    const alone = compareScenes(scene([object('mug-1', 1, 1)]), scene([object('laptop-1', 1, 1)]));
    expect(alone.map(({ before, after }) => [before?.id ?? null, after?.id ?? null])).toEqual([
      ['mug-1', null],
      [null, 'laptop-1'],
    ]);
  });
});

it('says where to in the words of the person at the desk', () => {
  const move = { object_id: 'mug-1', vector_px: [0, 0], reason: '', verified: true } as const;
  expect(wayOf({ ...move, vector_mm: [-20, 5] }, ENGLISH)).toBe('20 mm to the left and 5 mm toward you');
  expect(wayOf({ ...move, vector_mm: [0.2, -7] }, ENGLISH)).toBe('7 mm away from you');
});

it('only the latest is worked on, one at a time', async () => {
  const begun: number[] = [];
  let running = 0;
  const { ask } = latestOnly<number>(async (n) => {
    running += 1;
    expect(running).toBe(1);
    begun.push(n);
    await new Promise((resolve) => setTimeout(resolve, 20));
    running -= 1;
  });
  for (let n = 0; n < 5; n += 1) {
    ask(n);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(begun[0]).toBe(0);
  expect(begun.at(-1)).toBe(4);
  expect(begun.length).toBeLessThan(5);
});

it('of ten thousand rows those in sight are in the document, and some spare', () => {
  expect(windowOf(84_000, 840, 84, 10_000)).toEqual({ from: 994, to: 1016 });
  expect(windowOf(0, 840, 84, 3)).toEqual({ from: 0, to: 3 });
  expect(windowOf(99_999, 840, 84, 3)).toEqual({ from: 3, to: 3 });
});
