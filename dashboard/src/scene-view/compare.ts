import { inverse, mapped } from './mat3.ts';
import type { Px, Scene, SceneObject } from './types.ts';

export interface Moved {
  readonly class: string;
  /** Null: it is on one of the two only. */
  readonly before: SceneObject | null;
  readonly after: SceneObject | null;
  /** In mm, or in pixels where one of the two has no scale; null: nothing to compare. */
  readonly by: Px | null;
  readonly distance: number | null;
  /** Half width of the 90 % interval of the distance, mm; null: unknown. */
  readonly error: number | null;
  readonly unit: 'mm' | 'px';
}

/**
 * What moved between two photos of a camera that did not: things of one class are paired, the nearest first. Places of the later
 * photo are read with the calibration of the earlier one, so that two calibrations do not look like a move.
 */
export function compareScenes(before: Scene, after: Scene): Moved[] {
  const old = before.analysis.objects.filter(onTable);
  const now = after.analysis.objects.filter(onTable);
  const pairs = old
    .flatMap((a) => now.filter((b) => b.class === a.class).map((b) => ({ a, b, ...between(before, after, a, b) })))
    .sort((p, q) => p.distance - q.distance);
  const taken = new Set<string>();
  const found: Moved[] = [];
  for (const { a, b, by, distance, error, unit } of pairs) {
    if (taken.has(`a ${a.id}`) || taken.has(`b ${b.id}`)) continue;
    taken.add(`a ${a.id}`).add(`b ${b.id}`);
    found.push({ class: a.class, before: a, after: b, by, distance, error, unit });
  }
  const alone = { by: null, distance: null, error: null, unit: 'mm' } as const;
  return [
    ...found.sort((p, q) => (q.distance ?? 0) - (p.distance ?? 0)),
    ...old.filter((a) => !taken.has(`a ${a.id}`)).map((a) => ({ class: a.class, before: a, after: null, ...alone })),
    ...now.filter((b) => !taken.has(`b ${b.id}`)).map((b) => ({ class: b.class, before: null, after: b, ...alone })),
  ];
}

const onTable = (object: SceneObject): boolean => object.class !== 'table';

/** It surely moved; null: nobody can say. */
export const hasMoved = ({ distance, error }: Moved): boolean | null =>
  distance === null || error === null ? null : distance > error;

function between(before: Scene, after: Scene, a: SceneObject, b: SceneObject) {
  const [from, to] = [placeMm(a), placeMm(b)];
  const [own, other] = [before.drawing?.homography, after.drawing?.homography];
  const back = other && inverse(other);
  const px = back && to && mapped(back, to);
  const read = own && px ? mapped(own, px) : null;
  if (from && read) {
    const by: Px = [read[0] - from[0], read[1] - from[1]];
    const distance = Math.hypot(...by);
    return {
      by,
      distance,
      error: errorOf(distance, before, ownError(before, a), ownError(after, b)),
      unit: 'mm' as const,
    };
  }
  const by: Px = [foot(b)[0] - foot(a)[0], foot(b)[1] - foot(a)[1]];
  return { by, distance: Math.hypot(...by), error: null, unit: 'px' as const };
}

/** What both places share falls out of their difference; the scale's error stays, in proportion to it. */
function errorOf(distance: number, { analysis }: Scene, a: number | null, b: number | null): number | null {
  const scale = analysis.calibration.relative_uncertainty;
  return a === null || b === null || typeof scale !== 'number' ? null : Math.hypot(a, b, scale * distance);
}
const ownError = ({ drawing }: Scene, { id }: SceneObject): number | null =>
  drawing?.objects.find((o) => o.id === id)?.own_error_mm ?? null;

function placeMm({ position }: SceneObject): Px | null {
  return position && position.x_mm !== null && position.y_mm !== null ? [position.x_mm, position.y_mm] : null;
}

const foot = ({ bbox: [x1, , x2, y2] }: SceneObject): Px => [(x1 + x2) / 2, y2];
