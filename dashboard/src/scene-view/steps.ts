import type { Box, Px, Scene, Step } from './types.ts';

const sum = (a: Px, b: Px): Px => [a[0] + b[0], a[1] + b[1]];

/** The steps with one more; what continues the last step of the same thing in the same unit is one step with it. */
export function withStep(steps: readonly Step[], step: Step): readonly Step[] {
  const at = steps.findLastIndex((one) => one.id === step.id);
  const last = steps[at];
  if (last && 'px' in last && 'px' in step) return steps.with(at, { id: step.id, px: sum(last.px, step.px) });
  if (last && 'mm' in last && 'mm' in step) return steps.with(at, { id: step.id, mm: sum(last.mm, step.mm) });
  return [...steps, step];
}

/** How far a thing was moved in pixels; what was moved in mm is not in it. */
export function shiftOf(steps: readonly Step[], id: string): Px {
  return steps.reduce<Px>((at, step) => (step.id === id && 'px' in step ? sum(at, step.px) : at), [0, 0]);
}

export const shifted = ([x1, y1, x2, y2]: Box, [dx, dy]: Px): Box => [x1 + dx, y1 + dy, x2 + dx, y2 + dy];

export const centreOf = ([x1, y1, x2, y2]: Box): Px => [(x1 + x2) / 2, (y1 + y2) / 2];

/** The part of a move that leaves the box inside the image. */
export function insideImage(box: Box, [dx, dy]: Px, { width, height }: Scene['analysis']['image']): Px {
  const clamp = (value: number, low: number, high: number) =>
    Math.min(Math.max(value, Math.min(low, 0)), Math.max(high, 0));
  return [clamp(dx, -box[0], width - box[2]), clamp(dy, -box[1], height - box[3])];
}
