import type { VerdictKind } from '../../contract/verdict.ts';
import { Z90 } from '../../contract/verdict.ts';
import { quotedText } from '../../plain-text.ts';
import { insideZone } from '../../scene/measure.ts';
import type { SceneObject, Zone } from '../../scene/types.ts';
import { boxInside, boxOutside } from './box-in-polygon.ts';
import type { ConditionContext } from './spec.ts';
import type { Depth } from './table-depth.ts';

export function zoneWords(ctx: ConditionContext): string {
  return quotedText(ctx.condition.zone ?? '');
}

/** How deep an object lies inside a zone, mm (negative: it sticks out); null when mm are unknown. */
export function zoneDepth(ctx: ConditionContext, entity: number, zone: Zone): Depth | null {
  const measure = insideZone(ctx.index.scene, ctx.index.entities[entity]!, zone);
  if (measure === null || !Number.isFinite(measure.value) || !Number.isFinite(measure.sigma)) return null;
  return { value: measure.value, half: Z90 * measure.sigma };
}

/** By the box, which holds the place where the object touches the table: whole box in, whole box out, or unknown. */
export function insideInImage(object: SceneObject, zone: Zone): VerdictKind {
  if (boxInside(object.bbox, zone.polygonPx)) return 'satisfied';
  return boxOutside(object.bbox, zone.polygonPx) ? 'violated' : 'uncertain';
}
