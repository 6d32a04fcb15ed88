import { UNKNOWN_BOX_NOISE } from '../../contract/box-noise.ts';
import { Z90 } from '../../contract/verdict.ts';
import { NOT_ON, SURELY_ON } from '../../rules/interval.ts';
import type { Scene, Zone } from '../../scene/types.ts';
import { type Piece, xOf, yOf } from '../solver/pieces.ts';
import type { Layout } from '../solver/problem.ts';
import { clearance, depth, type Region, regionOf } from '../solver/region.ts';
import { PER_PROBABILITY, probability } from './require-standing.ts';
import type { Measured } from './requirement.ts';

/** The slacks of what can be judged in the image alone, in pixels. */

/** Middles of boxes for left and right, lower edges for front and behind, with the noise that the rules assume. */
export function ordinal(axis: 'x' | 'y', sign: 1 | -1, a: Piece, b: Piece): Measured {
  const noise = Z90 * Math.hypot(noiseOf(a, axis), noiseOf(b, axis));
  const pointEstimate = (layout: Layout) => sign * (placeOf(a, axis, layout) - placeOf(b, axis, layout));
  return {
    pointEstimate,
    lowerBound90: (layout) => pointEstimate(layout) - noise,
    isMinDistance: false,
    relative: true,
    exact: true,
  };
}

const sizeOf = ({ object: { bbox } }: Piece) => ({ width: bbox[2] - bbox[0], height: bbox[3] - bbox[1] });

function placeOf(piece: Piece, axis: 'x' | 'y', layout: Layout): number {
  return axis === 'x' ? xOf(piece, layout) : yOf(piece, layout) + sizeOf(piece).height / 2;
}

function noiseOf(piece: Piece, axis: 'x' | 'y'): number {
  const { width, height } = sizeOf(piece);
  return UNKNOWN_BOX_NOISE.sigma * (axis === 'x' ? width / Math.SQRT2 : height);
}

/** The whole box inside the zone's outline. */
export function within(zone: Zone, a: Piece): Measured | null {
  if (zone.polygonPx.length < 3) return null;
  const region = regionOf(zone.polygonPx);
  const pointEstimate = (layout: Layout) => clearance(region, a.shape, xOf(a, layout), yOf(a, layout)) - 1;
  return { pointEstimate, lowerBound90: pointEstimate, isMinDistance: false, relative: false, exact: true };
}

/** The middle of the base well over one of the surfaces. */
export function standsOn(scene: Scene, a: Piece, surfaces: readonly Piece[]): Measured {
  const pointEstimate = (layout: Layout) =>
    Math.max(
      ...surfaces.map((s) => {
        const [dx, dy] = baseOffset(a, s, layout);
        const { width, height } = sizeOf(s);
        return Math.min(width, height) / 4 - Math.hypot(dx, dy);
      }),
    );
  return {
    pointEstimate,
    lowerBound90: (layout) =>
      Math.min(
        pointEstimate(layout),
        (Math.max(...surfaces.map((s) => probability(scene, a, s, layout))) - SURELY_ON) * PER_PROBABILITY,
      ),
    isMinDistance: false,
    relative: surfaces.length === 1,
    exact: true,
  };
}

/** The middle of the base clear of every surface. */
export function standsOff(scene: Scene, a: Piece, surfaces: readonly Piece[]): Measured {
  const regions = surfaces.map((s): Region => {
    const { width, height } = sizeOf(s);
    const [x, y] = [width / 2, height / 2];
    return regionOf([
      { x: -x, y: -y },
      { x, y: -y },
      { x, y },
      { x: -x, y },
    ]);
  });
  const pointEstimate = (layout: Layout) =>
    Math.min(
      ...surfaces.map((s, i) => {
        const dx = xOf(a, layout) - xOf(s, layout);
        const dy = baseY(a, layout) - yOf(s, layout);
        return -depth(regions[i]!, dx, dy) - sizeOf(a).width / 4;
      }),
    );
  return {
    pointEstimate,
    lowerBound90: (layout) =>
      Math.min(
        pointEstimate(layout),
        (NOT_ON - Math.max(...surfaces.map((s) => probability(scene, a, s, layout)))) * PER_PROBABILITY,
      ),
    isMinDistance: false,
    relative: surfaces.length === 1,
    exact: true,
  };
}

/** From the middle of what a surface offers to the middle of the base: an open laptop's upper half is its screen. */
function baseOffset(a: Piece, surface: Piece, layout: Layout): [number, number] {
  const down = surface.object.class === 'laptop' ? sizeOf(surface).height / 4 : 0;
  return [xOf(a, layout) - xOf(surface, layout), baseY(a, layout) - yOf(surface, layout) - down];
}

/** The middle of a round base is about a quarter of the box's width above its lower edge (scene/supports.ts). */
function baseY(a: Piece, layout: Layout): number {
  const { width, height } = sizeOf(a);
  return yOf(a, layout) + height / 2 - Math.min(height / 2, 0.25 * width);
}
