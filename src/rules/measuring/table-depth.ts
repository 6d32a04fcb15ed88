import { Z90 } from '../../contract/verdict.ts';
import { distanceToEdge, edgeDistancePx, standsElsewhere } from '../../scene/measure.ts';
import type { ConditionContext } from './spec.ts';

export interface Depth {
  readonly value: number;
  readonly half: number;
}

/** From the outline of an object to the edge of the table, mm (negative: over it); null when mm are unknown. */
export function tableDepth(ctx: ConditionContext, entity: number): Depth | null {
  const known = ctx.index.memo('table depths', () => new Map<number, Depth | null>());
  let depth = known.get(entity);
  if (depth === undefined) {
    depth = measured(ctx, entity);
    known.set(entity, depth);
  }
  return depth;
}

function measured(ctx: ConditionContext, entity: number): Depth | null {
  const measure = distanceToEdge(ctx.index.scene, ctx.index.entities[entity]!);
  if (measure === null || !Number.isFinite(measure.value) || !Number.isFinite(measure.sigma)) return null;
  return { value: measure.value, half: Z90 * measure.sigma };
}

/** False when nobody knows where the table ends and the border of the image stands in. */
export const edgeKnown = (ctx: ConditionContext): boolean => ctx.index.scene.table.reference !== 'image';

/** True when an object cannot be standing on the table that was detected. */
export const notOnTable = (ctx: ConditionContext, entity: number): boolean =>
  standsElsewhere(ctx.index.scene, ctx.index.entities[entity]!);

/** A box around a table holds legs, corners and cloth: that something reaches over its border breaks no rule. */
export const isBoxAlone = (ctx: ConditionContext): boolean => ctx.index.scene.table.reference === 'surface';

/** Why the box of a detected table breaks no rule. */
export const BOX_IS_NO_EDGE = 'the box in which the table was detected is no edge of it: give the corners of the table';

/** Why the border of the image decides nothing. */
export const NO_EDGE = 'where the table ends is not known: give the corners of the table';

export function depthPxText(ctx: ConditionContext, entity: number): string {
  const px = edgeDistancePx(ctx.index.scene, ctx.index.entities[entity]!);
  return `${Math.round(Math.abs(px))} px ${px >= 0 ? 'from' : 'over'} the edge of the table`;
}
