import { describe, expect, it } from 'vitest';
import { WatchTiming } from '../../../src/contract/watch.ts';
import { generator, normalQuantile } from '../../../src/scene/math/samples.ts';
import type { SceneObject } from '../../../src/scene/types.ts';
import { assign } from '../../../src/watch/core/assign.ts';
import { observe } from '../../../src/watch/core/observe.ts';
import { newCamera } from '../../../src/watch/core/state.ts';
import { meanError, newStay, withFrame } from '../../../src/watch/core/stay.ts';
import { trackedObjects } from '../../../src/watch/core/tracked-objects.ts';
import { desk } from '../../rules/desk.ts';
import { FAR, LAPTOP, NEAR, START, tooNear, Watched } from './watched.ts';

describe('tracks', () => {
  it('keep their id behind a hand, and are told when they leave', () => {
    const camera = new Watched([]).during(0, 10, [LAPTOP, NEAR]).during(11, 35, [LAPTOP]);
    expect(trackedObjects(camera.state).find((o) => o.class === 'mug')).toMatchObject({
      track_id: 'mug-1',
      state: 'hidden',
    });
    camera.during(36, 40, [LAPTOP, NEAR]).during(41, 80, [LAPTOP]);
    expect(camera.kinds).toEqual(['object_left']);
    expect(camera.seconds(camera.only('object_left').since)).toBe(40);
  });

  it('are moved by n mm, told once, with the error', () => {
    const camera = new Watched([]).during(0, 20, [LAPTOP, NEAR]).during(21, 60, [LAPTOP, { ...NEAR, x: 700, y: 480 }]);
    const { evidence, since } = camera.only('object_moved');
    expect(evidence.measured_mm!.value).toBeCloseTo(100, 0);
    expect(evidence.measured_mm!.uncertainty).toBeGreaterThan(0);
    expect(camera.seconds(since)).toBe(21);
    expect(camera.state.tracks).toHaveLength(2);
  });

  it('that flicker between two places are told as moved a few times, and their rules are judged where they are', () => {
    const there = { ...NEAR, x: 900 };
    const camera = new Watched([tooNear()]).during(0, 99, [LAPTOP, there]);
    for (let s = 100; s < 1300; s += 30) {
      camera.during(s, s + 14, [LAPTOP, NEAR]).during(s + 15, s + 29, [LAPTOP, there]);
    }
    const moves = () => camera.kinds.filter((kind) => kind === 'object_moved').length;
    expect(moves()).toBeLessThanOrEqual(3);
    expect(camera.kinds).toContain('rule_broken');
    camera.during(1300, 2000, [LAPTOP, there]).during(2001, 2120, [LAPTOP, NEAR]);
    const before = moves();
    camera.during(2121, 2140, [LAPTOP, there]);
    expect(moves()).toBe(before + 1);
  });

  it('do not change places when two mugs stand close and are listed the other way round', () => {
    const [a, b] = [NEAR, { ...NEAR, x: 740 }];
    const camera = new Watched([]);
    for (let s = 0; s < 60; s++) camera.show({ s, things: s % 2 === 0 ? [a, b] : [b, a] });
    expect(camera.kinds).toEqual([]);
    expect(camera.state.tracks.map((t) => t.track_id).sort()).toEqual(['mug-1', 'mug-2']);
  });

  it('say nothing of a thing that is found for a moment', () => {
    const camera = new Watched([]).during(0, 10, [LAPTOP]).during(11, 13, [LAPTOP, FAR]).during(14, 100, [LAPTOP]);
    expect(camera.kinds).toEqual([]);
    expect(camera.state.tracks).toHaveLength(1);
  });

  it('of a thing that the detector draws twice are one, and nothing comes; a surer one in front is another', () => {
    const drawn = (name: string, sure: number) => {
      let state = newCamera('desk');
      const kinds: string[] = [];
      for (let s = 0; s < 60; s += 1) {
        const scene = desk([LAPTOP, NEAR, ...(s < 20 ? [] : [{ ...NEAR, class: name }])]);
        const objects = scene.objects.map((one, i) => {
          const [x1, y1, x2, y2] = one.bbox;
          return i < 2 ? one : { ...one, confidence: sure, bbox: [x1, y1, x2, y1 + 0.6 * (y2 - y1)] as const };
        });
        const frame = { at: new Date(START + 1000 * s), analysis_id: null, calibration_ok: true };
        const seen = observe(state, { ...frame, scene: { ...scene, objects } }, [], WatchTiming.parse({}));
        state = seen.state;
        kinds.push(...seen.events.map(({ kind }) => kind));
      }
      return { kinds, tracks: state.tracks.length };
    };
    expect(drawn('mug', 0.3)).toEqual({ kinds: [], tracks: 2 });
    expect(drawn('glass', 0.3)).toEqual({ kinds: [], tracks: 2 });
    expect(drawn('phone', 0.3).tracks).toBe(3);
    expect(drawn('glass', 0.99).tracks).toBe(3);
  });

  it('of the table tell nothing: a hand over it makes two of one', () => {
    const table = { class: 'table', x: 500, y: 400, sigma: 1 };
    const camera = new Watched([])
      .during(0, 20, [LAPTOP, table])
      .during(21, 60, [LAPTOP, table, { ...table, x: 900 }])
      .during(61, 120, [LAPTOP, { ...table, x: 700 }]);
    expect(camera.kinds).toEqual([]);
  });

  it('tell a second mug that comes', () => {
    const camera = new Watched([]).during(0, 20, [LAPTOP, NEAR]).during(21, 60, [LAPTOP, NEAR, FAR]);
    expect(camera.only('object_entered').objects[0]!.track_id).toBe('mug-2');
  });

  it('say nothing while the camera stands elsewhere, nor of what that moved', () => {
    const camera = new Watched([]).during(0, 20, [LAPTOP, NEAR]);
    for (let s = 21; s < 60; s++) camera.show({ s, things: [{ ...LAPTOP, x: 600 }, FAR], moved: true });
    camera.during(60, 100, [{ ...LAPTOP, x: 600 }, FAR]);
    expect(camera.kinds).toEqual(['camera_moved', 'camera_back']);
  });
});

describe('the mean place', () => {
  const mug = (x: number, y: number, variance: number): SceneObject => ({
    id: 'mug-1',
    class: 'mug',
    confidence: 0.9,
    bbox: [2 * x - 80, 2 * y - 80, 2 * x + 80, 2 * y + 80],
    footprint: { kind: 'disk', centre: { x, y }, radius: 40 },
    covariance: { xx: variance, xy: 0, yy: variance },
    outlineSigma: 2,
    on: [],
    attributes: {},
  });

  /** Share of simulated stays whose true place lies in the stated 90 %, and the mean stated error. */
  function simulated(common: number, own: number, frames: number, alike = 0) {
    const random = generator(7);
    const normal = () => normalQuantile(Math.min(1 - 1e-9, Math.max(1e-9, random())));
    let inside = 0;
    let stated = 0;
    const trials = 1500;
    for (let trial = 0; trial < trials; trial++) {
      const bias = common * normal();
      let error = own * normal();
      const look = () => mug(500 + bias + error, 300, common ** 2 + own ** 2);
      let stay = newStay(look(), '2026-01-01T00:00:00.000Z');
      for (let n = 1; n < frames; n++) {
        error = alike * error + Math.sqrt(1 - alike ** 2) * own * normal();
        stay = withFrame(stay, look());
      }
      const sigma = Math.sqrt(meanError(stay)!.xx);
      stated += sigma / trials;
      if (Math.abs(stay.mm![0] - 500) <= 1.6449 * sigma) inside++;
    }
    return { covered: inside / trials, stated };
  }

  it.each([
    [0, 4, 30, 0],
    [4, 0.5, 30, 0],
    [3, 3, 5, 0],
    [3, 3, 100, 0],
    [1, 5, 200, 0],
    [3, 3, 60, 0.8],
  ])(
    'holds the truth as often as it says: common %d mm, own %d mm, %d frames, alike %d',
    (common, own, frames, alike) => {
      const { covered, stated } = simulated(common, own, frames, alike);
      expect(covered).toBeGreaterThan(0.86);
      // What is common stays; what is each frame's own shrinks.
      expect(stated).toBeGreaterThan(0.95 * common);
      if (frames >= 30 && alike === 0) expect(stated).toBeLessThan(Math.hypot(common, own));
      if (frames >= 100 && alike === 0) expect(stated).toBeLessThan(0.8 * Math.hypot(common, own));
    },
  );
});

describe('assignment', () => {
  it('is the cheapest, as trying all of them shows', () => {
    const random = generator(3);
    for (let trial = 0; trial < 200; trial++) {
      const size = 1 + Math.floor(random() * 5);
      const costs = Array.from({ length: size }, () => Array.from({ length: size }, () => Math.floor(random() * 50)));
      const found = assign(size, size, (i, j) => costs[i]![j]!);
      const total = found.reduce((sum, j, i) => sum + costs[i]![j]!, 0);
      expect(total).toBe(least(costs, 0, new Set()));
    }
  });

  it('leaves out what is no pair', () => {
    expect(assign(2, 1, (i) => (i === 0 ? Number.POSITIVE_INFINITY : 3))).toEqual([-1, 0]);
    expect(assign(0, 3, () => 1)).toEqual([]);
    expect(assign(1, 3, (_, j) => 3 - j)).toEqual([2]);
  });
});

function least(costs: readonly (readonly number[])[], row: number, used: ReadonlySet<number>): number {
  if (row === costs.length) return 0;
  return Math.min(
    ...costs[row]!.flatMap((c, j) => (used.has(j) ? [] : [c + least(costs, row + 1, new Set([...used, j]))])),
  );
}
