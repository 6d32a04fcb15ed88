import { NOT_ON, SURELY_ON } from '../../rules/interval.ts';
import { zoneId } from '../../rules/scene-index.ts';
import { onProbability } from '../../scene/measure.ts';
import { withSupports } from '../../scene/objects/supports.ts';
import type { Scene } from '../../scene/types.ts';
import { centreGap, objectAt, outlineGap, type Piece, xOf, yOf } from '../solver/pieces.ts';
import type { Layout } from '../solver/problem.ts';
import { clearance, type Region, regionOf } from '../solver/region.ts';
import { type Measured, NOWHERE } from './requirement.ts';

/** Something that does not fit on a surface as a whole is put on its middle, to within this. */
const ABOUT_THE_MIDDLE = 5;
/** Turns a missing probability into a length, so that a search sees which way is better. */
export const PER_PROBABILITY = 50;

/** `on`: the whole outline on one of the surfaces, or where it is too large its middle on the surface's middle. */
export function standsOn(scene: Scene, a: Piece, surfaces: readonly Piece[]): Measured {
  const slacks = surfaces.map((s) => insideSlack(a, s));
  return {
    pointEstimate: (layout) => Math.max(NOWHERE, ...slacks.map((slack) => slack(layout))),
    lowerBound90(layout) {
      let most = NOWHERE;
      surfaces.forEach((s, i) => {
        const pointEstimate = slacks[i]!(layout);
        const p = pointEstimate < 0 ? 0 : probability(scene, a, s, layout);
        most = Math.max(
          most,
          Math.min(pointEstimate, pointEstimate < 0 ? pointEstimate : (p - SURELY_ON) * PER_PROBABILITY),
        );
      });
      return most;
    },
    isMinDistance: false,
    relative: surfaces.length === 1,
    exact: true,
  };
}

/** `not_on`: clear of every surface. */
export function standsOff(scene: Scene, a: Piece, surfaces: readonly Piece[]): Measured {
  return {
    pointEstimate: (layout) => least(surfaces, (s) => outlineGap(a, s, layout)),
    lowerBound90: (layout) =>
      least(surfaces, (s) => {
        const pointEstimate = outlineGap(a, s, layout);
        return pointEstimate < 0 || pointEstimate > CLEARLY_OFF
          ? pointEstimate
          : Math.min(pointEstimate, (NOT_ON - probability(scene, a, s, layout)) * PER_PROBABILITY);
      }),
    isMinDistance: false,
    relative: surfaces.length === 1,
    exact: true,
  };
}

/** At this gap no error of an object on a desk lets it stand on the other, mm. */
const CLEARLY_OFF = 200;

/** That a piece stands on a surface in a layout, as the scene sees it. */
export function probability(scene: Scene, a: Piece, surface: Piece, layout: Layout): number {
  const zones = scene.zones.filter((z) => zoneId(z) === surface.object.id);
  const upper = objectAt(a, layout);
  const objects = zones.length > 0 ? [upper] : [upper, objectAt(surface, layout)];
  const [standing] = withSupports(objects, zones, scene.calibration, upper.id);
  return standing === undefined ? 0 : onProbability(standing, surface.object.id);
}

function insideSlack(a: Piece, surface: Piece): (layout: Layout) => number {
  const inside = inner(surface);
  const at = (layout: Layout) =>
    inside(a, xOf(a, layout) - xOf(surface, layout), yOf(a, layout) - yOf(surface, layout));
  const room = inside(a, 0, 0);
  return room >= ABOUT_THE_MIDDLE ? at : (layout) => ABOUT_THE_MIDDLE - centreGap(a, surface, layout);
}

/** How far a piece lies inside a surface, by the offset of their centres. */
function inner(surface: Piece): (a: Piece, dx: number, dy: number) => number {
  const { shape } = surface;
  if (shape.kind === 'disk') {
    return (a, dx, dy) => {
      if (a.shape.kind === 'disk') return shape.radius - a.shape.radius - Math.hypot(dx, dy);
      const { x, y } = a.shape;
      return shape.radius - Math.max(...x.map((px, i) => Math.hypot(px + dx, y[i]! + dy)));
    };
  }
  const region: Region = regionOf(shape.x.map((x, i) => ({ x, y: shape.y[i]! })));
  return (a, dx, dy) => clearance(region, a.shape, dx, dy);
}

function least(surfaces: readonly Piece[], slack: (surface: Piece) => number): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (const surface of surfaces) lowest = Math.min(lowest, slack(surface));
  return lowest;
}
