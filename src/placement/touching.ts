import { normalCdf } from '../scene/math/samples.ts';
import { distanceApart, distanceToEdge, placed } from '../scene/measure.ts';
import type { Scene } from '../scene/types.ts';
import { PROMISED } from './promise.ts';
import { blocks } from './solver/place-one.ts';
import type { Problem } from './solver/problem.ts';
import type { Check, Shift } from './verify.ts';

/**
 * What a moved object does not surely clear where it ends, with the errors of both places: its id, null where it clears everything.
 * What it goes away from it does not touch: it stood beside it.
 */
export function mayTouch(
  scene: Scene,
  problem: Problem,
  result: Check,
  shift: Shift,
  shifts: readonly Shift[],
): string | null {
  const body = problem.bodies.findIndex(({ id }) => id === shift.objectId);
  let likeliest: { readonly id: string; readonly clears: number } | null = null;
  for (let other = 0; body >= 0 && other < problem.bodies.length; other++) {
    if (!blocks(problem, body, other)) continue;
    const { id } = problem.bodies[other]!;
    const after = apart(result.scene, shift.objectId, id);
    if (after === null) continue;
    const clears = after.sigma > 0 ? normalCdf(after.value / after.sigma) : Number(after.value > 0);
    if (clears >= (likeliest?.clears ?? PROMISED)) continue;
    const its = shifts.find((s) => s.objectId === id)?.by ?? { x: 0, y: 0 };
    const way = Math.hypot(shift.by.x - its.x, shift.by.y - its.y);
    const before = apart(scene, shift.objectId, id);
    if (before !== null && after.value - before.value >= AWAY * way) continue;
    likeliest = { id, clears };
  }
  return likeliest?.id ?? null;
}

/** Whether a moved object may end over the border of a marked table nearer to which it came, with the errors of both. */
export function mayHangOver(scene: Scene, result: Check, { objectId }: Shift): boolean {
  if (scene.table.reference !== 'declared') return false;
  const [before, after] = [scene, result.scene].map((s) => {
    const o = s.objects.find(({ id }) => id === objectId);
    return o === undefined ? null : distanceToEdge(s, o);
  });
  if (!before || !after || after.value >= before.value) return false;
  return after.sigma > 0 ? normalCdf(after.value / after.sigma) < PROMISED : after.value < 0;
}

/** Who gains this share of the way in distance goes away. */
const AWAY = 0.5;

function apart(scene: Scene, a: string, b: string) {
  const [first, second] = [a, b].map((id) => scene.objects.find((o) => o.id === id));
  return first && second ? distanceApart(scene.calibration, placed(first), placed(second), 'edge', 0, 0) : null;
}
