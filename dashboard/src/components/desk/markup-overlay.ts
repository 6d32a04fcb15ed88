import { add, pointsOf } from '../../scene-view/svg.ts';
import type { Px } from '../../scene-view/types.ts';
import type { Markup } from './markup.ts';

/** Draws what was drawn, until it is measured with. */
export function showMarkup(overlay: SVGGElement, { corners, rectangle, zones }: Markup): void {
  overlay.querySelector('.markup')?.remove();
  const group = add(overlay, 'g', { class: 'markup' });
  const shape = (points: readonly Px[]) => add(group, 'polygon', { points: pointsOf(points), class: 'draft-line' });
  for (const points of [corners, rectangle]) if (points) shape(points);
  for (const { points } of zones) shape(points);
}
