import type { Rule } from '../contract/rule.ts';
import { idLabel } from '../rules/label.ts';
import type { Scene } from '../scene/types.ts';
import { promiseOf } from './promise.ts';
import type { Places } from './solver/ground.ts';
import { BODY_GAP, blocks, gapBetween } from './solver/place-one.ts';
import { type Problem, startLayout } from './solver/problem.ts';
import { brokenInVain, check, type Shift } from './verify.ts';

/**
 * Moves are checked with all of them made. What must be moved besides for one of them to do what it is offered for, in words: who
 * stands where it goes, or without whom it is not promised or breaks another rule; null where it may be made alone.
 */
export function neededWith(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  shift: Shift,
  shifts: readonly Shift[],
  places: Places,
  isPromised: boolean,
): string | null {
  const others = shifts.filter((s) => s !== shift);
  if (others.length === 0) return null;
  const standing = inTheWay(problem, shift, others);
  if (standing.length > 0) return `after ${listed(standing)} has been moved`;
  const alone = check(scene, rules, new Set([shift.objectId]), [shift]);
  const isKept = !isPromised || promiseOf(scene, alone, rules, shift, [shift], places).kept;
  if (isKept && brokenInVain(alone, rules).length === 0) return null;
  return `only together with the move of ${listed(others.map((s) => s.objectId))}`;
}

function inTheWay(problem: Problem, { objectId, by }: Shift, others: readonly Shift[]): string[] {
  const body = problem.bodies.findIndex((b) => b.id === objectId);
  if (body < 0) return [];
  const layout = startLayout(problem.bodies);
  layout.x[body] = layout.x[body]! + by.x;
  layout.y[body] = layout.y[body]! + by.y;
  return others
    .map((s) => s.objectId)
    .filter((id) => {
      const other = problem.bodies.findIndex((b) => b.id === id);
      return other >= 0 && blocks(problem, body, other) && gapBetween(problem, layout, body, other).distance < BODY_GAP;
    });
}

/** More names would not be read. */
const NAMED = 3;

function listed(ids: readonly string[]): string {
  const names = ids.slice(0, NAMED).map(idLabel);
  return ids.length > NAMED ? `${names.join(', ')} and ${ids.length - NAMED} more` : names.join(' and ');
}
