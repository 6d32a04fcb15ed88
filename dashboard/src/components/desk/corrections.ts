import type { Box, Px, SceneObject } from '../../scene-view/types.ts';

/** Things of a desk, first in lists; a detector may know others. */
export const CLASSES = [
  'mug',
  'glass',
  'bottle',
  'bowl',
  'laptop',
  'keyboard',
  'mouse',
  'phone',
  'book',
  'monitor',
  'coaster',
  'desk_mat',
  'table',
] as const;

export interface Corrected {
  readonly id: string;
  readonly class: string;
  readonly confidence: number;
  readonly bbox: Box;
}

export const asCorrected = (objects: readonly SceneObject[]): Corrected[] =>
  objects.map(({ id, class: name, confidence, bbox }) => ({ id, class: name, confidence, bbox }));

/** The box between two corners, whichever they are. */
export function boxBetween([a, b]: readonly Px[]): Box | null {
  if (!a || !b || Math.abs(a[0] - b[0]) < 2 || Math.abs(a[1] - b[1]) < 2) return null;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

export function freeId(name: string, list: readonly Corrected[]): string {
  for (let i = 1; ; i += 1) if (!list.some(({ id }) => id === `${name}-${i}`)) return `${name}-${i}`;
}

/** As the API takes a caller's own detections. */
export const asDetections = (list: readonly Corrected[]) =>
  list.map(({ class: name, confidence, bbox: [x1, y1, x2, y2] }) => ({
    class: name,
    confidence,
    bbox: [x1, y1, x2, y2] as [number, number, number, number],
  }));
