import type { Rule } from '../contract/rule.ts';
import type { VerdictNumbers } from '../contract/verdict.ts';
import { fault, isEdgeUnknown } from '../rules/fault.ts';
import type { Scene } from '../scene/types.ts';
import type { Sight } from './solver/ground.ts';
import { isFarOff } from './solver/place-one.ts';
import { type Problem, slackOf, startLayout } from './solver/problem.ts';
import type { Shift } from './verify.ts';

/** So much of what stays undecided is named. */
const MOST = 3;
const EDGE = 'where the table ends';

/** What the image decides of a move neither before nor after it: "where the table ends, whether it is too close to phone". */
export function undecided(scene: Scene, rules: readonly Rule[], open: readonly VerdictNumbers[]): string | null {
  // Whether it is so, and whether it is not, is the same.
  const asked = (v: VerdictNumbers) => `whether it is ${fault(scene, rules, v).replace(/^not /, '')}`;
  const words = [...new Set(open.map((v) => (isEdgeUnknown(v) ? EDGE : asked(v))))];
  return words.slice(0, MOST).join(', ') || null;
}

/** Rounding of a displacement, units of the plane. */
const ROUNDING = 1;

/** What a verified move was not checked against, in words. `open`: what the image decides neither before nor after it. */
export function caveats(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  shifts: readonly Shift[],
  objectId: string,
  open: readonly VerdictNumbers[],
  sight: Sight,
): string[] {
  const body = problem.bodies.findIndex((b) => b.id === objectId);
  if (body < 0) return [];
  const layout = startLayout(problem.bodies);
  for (const shift of shifts) {
    const i = problem.bodies.findIndex((b) => b.id === shift.objectId);
    if (i < 0) continue;
    layout.x[i] = layout.x[i]! + shift.by.x;
    layout.y[i] = layout.y[i]! + shift.by.y;
  }
  const tight = problem.requirements.some(
    (requirement) =>
      requirement.isMinDistance &&
      requirement.before !== 'satisfied' &&
      requirement.bodies.includes(body) &&
      slackOf({ requirement, withMargin: true, extra: -ROUNDING, extraMargin: 1 }, layout) < 0,
  );
  const beyond =
    sight !== 'plain' && scene.table.reference === 'image' && isFarOff(problem, layout.x[body]!, layout.y[body]!, 0);
  const left = undecided(scene, rules, open);
  return [
    ...(left === null ? [] : [`stays undecided: ${left}`]),
    ...(beyond ? ['see that the table reaches there'] : []),
    ...(tight ? ['just far enough: a new photo may leave it uncertain'] : []),
  ];
}
