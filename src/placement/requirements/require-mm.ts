import type { Condition } from '../../contract/rule.ts';
import { Z90 } from '../../contract/verdict.ts';
import { type GroupLink, weakestLink } from '../../rules/measuring/chain.ts';
import { CENTRED_TOLERANCE } from '../../rules/operators/centered-on.ts';
import { edgeRange, insideZone } from '../../scene/measure.ts';
import type { Measure, Scene, Zone } from '../../scene/types.ts';
import { centreGap, distanceIn, objectAt, offsetIn, outlineGap, type Piece, xOf, yOf } from '../solver/pieces.ts';
import type { Layout } from '../solver/problem.ts';
import { clearance, type Region, regionOf } from '../solver/region.ts';
import { type Measured, NOWHERE } from './requirement.ts';

/** The slacks of statements about lengths on the table. Errors come from the scene, as the rules' evaluation uses them. */

const half = (m: Measure | null) => (m === null ? null : Z90 * m.sigma);

const lower = (pointEstimate: number, lowerBound90: number | null) =>
  lowerBound90 === null ? NOWHERE : Math.min(pointEstimate, lowerBound90);

/** At least (`min`) or at most (`max`) `value` mm between two objects. */
export function distance(scene: Scene, condition: Condition, bound: 'min' | 'max', a: Piece, b: Piece): Measured {
  const reference = condition.reference ?? 'edge';
  const value = condition.value ?? 0;
  const length = (layout: Layout) => (reference === 'edge' ? outlineGap(a, b, layout) : centreGap(a, b, layout));
  const slack = (mm: number) => (bound === 'min' ? mm - value : value - mm);
  return {
    pointEstimate: (layout) => slack(length(layout)),
    lowerBound90(layout) {
      const pointEstimate = slack(length(layout));
      const m = distanceIn(scene, a, b, reference, layout);
      return lower(pointEstimate, m === null ? null : slack(m.value) - half(m)!);
    },
    isMinDistance: bound === 'min',
    isMaxDistance: bound === 'max',
    relative: true,
    exact: true,
    family: `${bound} ${reference}`,
  };
}

/** Every piece at most `value` mm from another, all of them in one chain. A piece that moves changes no gap by more than its way. */
export function chained(scene: Scene, condition: Condition, members: readonly Piece[]): Measured {
  const value = condition.value ?? 0;
  const widest = (gap: (a: Piece, b: Piece) => number): number => {
    const link = (i: number, k: number): GroupLink => {
      const length = gap(members[i]!, members[k]!);
      return { a: i, b: k, kind: 'satisfied', length };
    };
    return weakestLink([...members.keys()], link)!.length;
  };
  const pointEstimate = (layout: Layout) => value - widest((a, b) => outlineGap(a, b, layout));
  return {
    pointEstimate,
    lowerBound90: (layout) =>
      lower(
        pointEstimate(layout),
        value -
          widest((a, b) => {
            const m = distanceIn(scene, a, b, 'edge', layout);
            return m === null ? -NOWHERE : Math.max(outlineGap(a, b, layout), m.value + half(m)!);
          }),
      ),
    isMinDistance: false,
    relative: members.length === 2,
    exact: true,
  };
}

export function edgeDistance(scene: Scene, condition: Condition, table: Region, a: Piece): Measured {
  const value = condition.value ?? 0;
  return {
    pointEstimate: (layout) => clearance(table, a.shape, xOf(a, layout), yOf(a, layout)) - value,
    lowerBound90(layout) {
      const range = edgeRange(scene, objectAt(a, layout));
      return lower(this.pointEstimate(layout), range === null ? null : range.low - value);
    },
    isMinDistance: true,
    relative: false,
    exact: true,
  };
}

/** left_of, right_of, in_front_of, behind on the table. */
export function ordinal(
  scene: Scene,
  condition: Condition,
  axis: 'x' | 'y',
  sign: 1 | -1,
  a: Piece,
  b: Piece,
): Measured {
  const value = condition.value ?? 0;
  const place = axis === 'x' ? xOf : yOf;
  return {
    pointEstimate: (layout) => sign * (place(a, layout) - place(b, layout)) - value,
    lowerBound90(layout) {
      const offset = offsetIn(scene, a, b, layout);
      const m = offset === null ? null : axis === 'x' ? offset.dx : offset.dy;
      return lower(this.pointEstimate(layout), m === null ? null : sign * m.value - half(m)! - value);
    },
    isMinDistance: false,
    relative: true,
    exact: true,
  };
}

export function within(scene: Scene, condition: Condition, zone: Zone, a: Piece): Measured | null {
  if (zone.polygon === null || zone.polygon.length < 3) return null;
  const region = regionOf(zone.polygon);
  const value = condition.value ?? 0;
  return {
    pointEstimate: (layout) => clearance(region, a.shape, xOf(a, layout), yOf(a, layout)) - value,
    lowerBound90(layout) {
      const m = insideZone(scene, objectAt(a, layout), zone);
      return lower(this.pointEstimate(layout), m === null ? null : m.value - half(m)! - value);
    },
    isMinDistance: false,
    relative: false,
    exact: true,
  };
}

/** The middle over the middle of any of the surfaces. */
export function centred(scene: Scene, condition: Condition, a: Piece, surfaces: readonly Piece[]): Measured {
  const value = condition.value ?? CENTRED_TOLERANCE;
  return {
    pointEstimate: (layout) => best(surfaces, (s) => value - centreGap(a, s, layout)),
    lowerBound90: (layout) =>
      best(surfaces, (s) => {
        const m = distanceIn(scene, a, s, 'centre', layout);
        return lower(value - centreGap(a, s, layout), m === null ? null : value - m.value - half(m)!);
      }),
    isMinDistance: false,
    relative: surfaces.length === 1,
    exact: true,
  };
}

/** All middles on one line to within `value`; two: in one row or column. */
export function aligned(scene: Scene, value: number, members: readonly Piece[]): Measured {
  const spread = Math.max(
    ...members.map((m) => Math.sqrt(Math.max(m.object.covariance?.xx ?? 0, m.object.covariance?.yy ?? 0))),
  );
  const off = (layout: Layout) =>
    members.length === 2 ? offRow(members[0]!, members[1]!, layout) : offLine(members, layout);
  return {
    pointEstimate: (layout) => value - off(layout),
    lowerBound90(layout) {
      const pointEstimate = value - off(layout);
      if (members.length === 2) {
        const [a, b] = [members[0]!, members[1]!];
        const o = offsetIn(scene, a, b, layout);
        if (o === null) return NOWHERE;
        return lower(pointEstimate, pointEstimate - half(Math.abs(o.dx.value) < Math.abs(o.dy.value) ? o.dx : o.dy)!);
      }
      const scale = off(layout) * (scene.calibration.scaleSigma ?? 0);
      return pointEstimate - Z90 * Math.hypot(Math.SQRT2 * spread, scale);
    },
    isMinDistance: false,
    relative: members.length === 2,
    // A point that moves also turns the line of three or more.
    exact: members.length === 2,
    ...(members.length > 2 && { lipschitz: 2 }),
  };
}

const offRow = (a: Piece, b: Piece, layout: Layout) =>
  Math.min(Math.abs(xOf(a, layout) - xOf(b, layout)), Math.abs(yOf(a, layout) - yOf(b, layout)));

/** Largest distance from the line of least squares (principal axis). */
function offLine(members: readonly Piece[], layout: Layout): number {
  const n = members.length;
  let [cx, cy] = [0, 0];
  for (const m of members) {
    cx += xOf(m, layout) / n;
    cy += yOf(m, layout) / n;
  }
  let [xx, xy, yy] = [0, 0, 0];
  for (const m of members) {
    const dx = xOf(m, layout) - cx;
    const dy = yOf(m, layout) - cy;
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const angle = 0.5 * Math.atan2(2 * xy, xx - yy);
  const nx = -Math.sin(angle);
  const ny = Math.cos(angle);
  return Math.max(...members.map((m) => Math.abs((xOf(m, layout) - cx) * nx + (yOf(m, layout) - cy) * ny)));
}

function best(surfaces: readonly Piece[], slack: (surface: Piece) => number): number {
  let most = NOWHERE;
  for (const surface of surfaces) most = Math.max(most, slack(surface));
  return most;
}
