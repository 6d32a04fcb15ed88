import type { UnitSystem } from '../contract/length-unit.ts';
import type { Rule } from '../contract/rule.ts';
import { roughly } from '../rules/likely-range.ts';
import type { Point, Scene } from '../scene/types.ts';
import { promiseOf } from './promise.ts';
import type { Places } from './solver/ground.ts';
import { placeExactly } from './solver/place-one.ts';
import { type Goal, type Problem, type Requirement, startLayout } from './solver/problem.ts';
import { MAX_MOVE } from './solver/reaches.ts';
import { check, type Shift } from './verify.ts';

/** Slacks that the search for one place may compute, and its cells. */
const WORK = 20_000;
const MAX_CELLS = 2000;
const TOLERANCE = 4;

/**
 * The nearest place beyond the 300 mm that a move may take unasked where what is broken about an object surely holds, as the way
 * there in mm; null where none was found. `shifts`: the moves of other objects, made as well.
 */
export function fartherPlace(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  shifts: readonly Shift[],
  objectId: string,
  places: Places,
): Point | null {
  const body = problem.bodies.findIndex((b) => b.id === objectId);
  if (body < 0 || problem.reach === undefined || scene.calibration.contradicted) return null;
  const { reach: _, ...unbounded } = problem;
  const others = shifts.filter((s) => s.objectId !== objectId);
  const layout = startLayout(problem.bodies);
  for (const { objectId: id, by } of others) {
    const i = problem.bodies.findIndex((b) => b.id === id);
    layout.x[i] = layout.x[i]! + by.x;
    layout.y[i] = layout.y[i]! + by.y;
  }
  const { startX, startY } = problem.bodies[body]!;
  const goals = problem.requirements
    .filter((r) => r.bodies.includes(body))
    .map((r) => (r.before === 'uncertain' ? noWorse(r, problem) : { requirement: r, withMargin: true, extra: 0 }));
  const placed = placeExactly({ ...unbounded, work: { left: WORK } }, layout, body, goals, {
    obstacles: () => true,
    tolerance: TOLERANCE,
    maxCells: MAX_CELLS,
  });
  if (placed === null) return null;
  const by = { x: Math.round(placed.x - startX), y: Math.round(placed.y - startY) };
  if (Math.hypot(by.x, by.y) <= MAX_MOVE) return null;
  const shift = { objectId, by };
  const all = [...others, shift];
  const result = check(scene, rules, new Set(all.map((s) => s.objectId)), all);
  return promiseOf(scene, result, rules, shift, all, places).kept ? by : null;
}

function noWorse(requirement: Requirement, { bodies }: Problem): Goal {
  return { requirement, withMargin: false, extra: Math.min(0, requirement.pointEstimate(startLayout(bodies))) };
}

/** For `roughly`, mm: whole centimetres. */
const COARSE = 12;

/** "about 42 cm away (26 cm to the right, 33 cm toward you)"; mm. */
export function wayText({ x, y }: Point, units: UnitSystem): string {
  const say = (mm: number) => roughly(Math.abs(mm), COARSE, units);
  const side = (mm: number, plus: string, minus: string) =>
    say(mm).startsWith('0 ') ? [] : [`${say(mm)} ${mm > 0 ? plus : minus}`];
  const parts = [...side(x, 'to the right', 'to the left'), ...side(y, 'toward you', 'away from you')];
  return `about ${say(Math.hypot(x, y))} away (${parts.join(', ')})`;
}
