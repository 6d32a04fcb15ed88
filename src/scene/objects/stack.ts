import { checkpoint } from '../../checkpoint.ts';
import type { Camera } from '../calibration/camera.ts';
import { signedArea2 } from '../math/geometry.ts';
import type { Calibration, Point, SceneObject, Zone } from '../types.ts';
import {
  type BaseHeightSamples,
  eyeOf,
  GROUND,
  hiddenSupportHeights,
  type Levels,
  mean,
  mixed,
  topOf,
} from './base-height.ts';
import { distanceTo } from './footprint.ts';
import type { PoseHypothesis } from './pose-hypotheses.ts';
import { SIZE_PRIORS } from './size-priors.ts';
import { baseOf, mayCarry, ranked, type Surface, surfacesOf } from './supports.ts';

/** An object fitted to its box when its base has these heights; null when it cannot stand there. */
export type Fit = (
  o: SceneObject,
  levels: Levels,
) => { readonly object: SceneObject; readonly hypotheses: readonly PoseHypothesis[] } | null;

type Placing = NonNullable<ReturnType<Fit>>;

interface Carrier {
  readonly surface: Surface;
  readonly top: BaseHeightSamples;
  /** Tops that it may have; null where a zone of the caller is the top. */
  readonly hypotheses: readonly PoseHypothesis[] | null;
}

/** A less likely support does not change where an object is. */
const LEAST = 0.02;
/** Some dozens of hypotheses cannot make anything surer than this. */
const SUREST = 0.995;

/**
 * Where everything is when some of it stands on something else, and what it stands on: from the largest base to the
 * smallest, each is fitted at the height of the tops that it may stand on, as probable as it is that the middle of its
 * base, lifted to that height, lies over them. Of several tops the highest counts (a cup on a coaster on a mat).
 */
export function stacked(
  objects: readonly SceneObject[],
  zones: readonly Zone[],
  calibration: Calibration,
  camera: Camera | null,
  stand: Fit,
): SceneObject[] {
  const eye = camera === null ? null : eyeOf(camera);
  if (eye === null) return [...objects];
  const carriers: Carrier[] = zones.flatMap((zone) => {
    const top = zone.kind === 'zone' ? null : thickness(zone.kind);
    return top === null
      ? []
      : surfacesOf([], [zone], calibration).map((surface) => ({ surface, top, hypotheses: null }));
  });
  const order = objects
    .map((o, index) => {
      const levels: Levels = [{ heights: hiddenSupportHeights(o.class), probability: 1 }];
      const found = stand(o, levels);
      const base = found === null ? null : baseOf(found.object, calibration);
      return { index, levels, found, base };
    })
    .sort((a, b) => (b.base?.area ?? 0) - (a.base?.area ?? 0) || a.index - b.index);
  const out = [...objects];
  for (const { index, levels, found, base } of order) {
    if (found === null || base === null) continue;
    const under = carriers
      .filter(({ surface }) => mayCarry(surface, found.object, base))
      .map((carrier) => ({ carrier, probability: probabilityOn(carrier, found, eye) }))
      .filter(({ probability }) => probability >= LEAST);
    const known = under.length === 0 ? levels : levelsOn(under, levels);
    const settled = under.length === 0 ? found : (stand(found.object, known) ?? found);
    const on = ranked(under.map(({ carrier, probability }) => ({ surfaceId: carrier.surface.id, probability })));
    out[index] = { ...settled.object, on };
    const [surface] = surfacesOf([settled.object], [], calibration);
    if (surface === undefined) continue;
    carriers.push({ surface, top: topOf(settled.hypotheses, mixed(known)), hypotheses: settled.hypotheses });
  }
  return out;
}

interface Eye {
  readonly foot: Point;
  readonly height: number;
}

/**
 * Share of the hypotheses of both in which the middle of the one's base, lifted to the other's top, lies over that top,
 * among those that can be: two solid objects never share one place, so beside means clear of the other's base.
 */
function probabilityOn({ surface, top, hypotheses }: Carrier, { hypotheses: standing }: Placing, eye: Eye): number {
  const below = hypotheses === null ? mean(top) : mean(top) - hypotheses.reduce((s, g) => s + g.weight * g.body.top, 0);
  const tops = (hypotheses?.filter((g) => g.weight > NEXT_TO_NOTHING) ?? [null]).map((g) => {
    const base = g === null ? surface.points : g.body.base(g.p, g.q);
    const at = g?.at ?? { x: 0, y: 0 };
    const height = below + (g?.body.top ?? 0);
    return { base, at, height, weight: g?.weight ?? 1, flat: g === null || g.body.top > 0, reach: reachOf(base) };
  });
  let on = 0;
  let beside = 0;
  for (const { at, weight, body, p, q } of standing) {
    checkpoint();
    if (weight < NEXT_TO_NOTHING) continue;
    const own = body.base(p, q);
    const radius = typeof own === 'number' ? own : 0.8 * Math.sqrt(Math.abs(signedArea2(own)) / 2 / Math.PI);
    for (let i = 0; i < tops.length; i++) {
      const t = tops[i]!;
      const k = t.height / eye.height;
      const x = at.x + k * (eye.foot.x - at.x) - t.at.x;
      const y = at.y + k * (eye.foot.y - at.y) - t.at.y;
      const near = x * x + y * y < t.reach * t.reach;
      if (near && t.flat && distanceTo(t.base, x, y) <= 0) {
        on += weight * t.weight;
        continue;
      }
      const dx = at.x - t.at.x;
      const dy = at.y - t.at.y;
      const far = t.reach + radius;
      if (dx * dx + dy * dy >= far * far || distanceTo(t.base, dx, dy) >= radius) beside += weight * t.weight;
    }
  }
  return on === 0 ? 0 : Math.min(SUREST, on / (on + beside));
}

/** Guesses of less weight change no probability that matters. */
const NEXT_TO_NOTHING = 0.002;

const reachOf = (base: number | readonly Point[]) =>
  typeof base === 'number' ? base : base.reduce((most, p) => Math.max(most, Math.hypot(p.x, p.y)), 0);

/** The highest top counts first; what is left stands as if nothing were there. */
function levelsOn(under: readonly { carrier: Carrier; probability: number }[], otherwise: Levels): Levels {
  let left = 1;
  const levels = [...under]
    .sort((a, b) => mean(b.carrier.top) - mean(a.carrier.top))
    .map(({ carrier, probability }) => {
      const own = left * probability;
      left -= own;
      return { heights: carrier.top, probability: own };
    });
  return [...levels, ...otherwise.map((l) => ({ heights: l.heights, probability: left * l.probability }))];
}

/** Heights of a coaster or mat that the caller drew. */
function thickness(kind: 'coaster' | 'desk_mat'): BaseHeightSamples {
  const prior = SIZE_PRIORS[kind]?.[0];
  if (prior?.shape !== 'slab') return GROUND;
  const [low, high] = prior.thickness;
  return [low + (high - low) / 4, high - (high - low) / 4];
}
