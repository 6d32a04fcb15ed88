import { Z90 } from '../../contract/verdict.ts';
import {
  distanceToEdge,
  edgeAtLeast,
  edgeDistancePx,
  edgeRange,
  edgeKnown as isEdgeKnown,
  standsElsewhere,
} from '../../scene/measure.ts';
import type { ConditionContext } from './spec.ts';

/** As near to the border of the image a box is cut off by it, pixels. */
const CUT_PX = 3;

export interface Depth {
  readonly value: number;
  readonly half: number;
}

/** `value` is NaN where no edge is in sight: then only `low` is known. */
export interface TableDepth extends Depth {
  /** 90 % interval; `high` is infinite where nothing bounds it. */
  readonly low: number;
  readonly high: number;
}

/** From the outline of an object to the edge of the table, mm (negative: over it); null when mm are unknown. */
export function tableDepth(ctx: ConditionContext, entity: number): TableDepth | null {
  const known = ctx.index.memo('table depths', () => new Map<number, TableDepth | null>());
  let depth = known.get(entity);
  if (depth === undefined) {
    depth = measured(ctx, entity);
    known.set(entity, depth);
  }
  return depth;
}

function measured(ctx: ConditionContext, entity: number): TableDepth | null {
  const { scene } = ctx.index;
  const entry = ctx.index.entities[entity]!;
  const range = edgeRange(scene, entry);
  const { value, sigma } = distanceToEdge(scene, entry) ?? { value: Number.NaN, sigma: Number.NaN };
  if (range === null || !Number.isFinite(range.low) || Number.isNaN(range.high)) return null;
  return { value, half: Z90 * sigma, ...range };
}

/** Probability that it is so far from the edge of the table, mm; NaN: the interval tells. */
export const depthAtLeast = (ctx: ConditionContext, entity: number, length: number): number =>
  edgeAtLeast(ctx.index.scene, ctx.index.entities[entity]!, length);

/** False when nobody knows where the table ends and the border of the image stands in. */
export const edgeKnown = (ctx: ConditionContext): boolean => isEdgeKnown(ctx.index.scene);

/** True when an object cannot be standing on the table that was detected. */
export const notOnTable = (ctx: ConditionContext, entity: number): boolean =>
  standsElsewhere(ctx.index.scene, ctx.index.entities[entity]!);

/** A box around a table holds legs, corners and cloth: that something reaches over its border breaks no rule. */
export const isBoxAlone = (ctx: ConditionContext): boolean => ctx.index.scene.table.reference === 'surface';

/** Why the box of a detected table breaks no rule. */
export const BOX_IS_NO_EDGE = 'the box in which the table was detected is no edge of it: give the corners of the table';

/** Why the border of the image decides nothing. */
export const NO_EDGE = 'where the table ends is not known: give the corners of the table';

/** A box that the image's border cuts off, or one beside the box of a detected table, is no measure of what is over an edge. */
export function isPxKnown(ctx: ConditionContext, entity: number): boolean {
  const { scene, entities } = ctx.index;
  const [x1, y1, x2, y2] = entities[entity]!.bbox;
  const isCut = Math.min(x1, y1, scene.width - x2, scene.height - y2) < CUT_PX;
  return edgeDistancePx(scene, entities[entity]!) >= 0 || !(isCut || isBoxAlone(ctx));
}

export function depthPxText(ctx: ConditionContext, entity: number): string {
  const px = edgeDistancePx(ctx.index.scene, ctx.index.entities[entity]!);
  return `${Math.round(Math.abs(px))} px ${px >= 0 ? 'from' : 'over'} the edge of the table`;
}
