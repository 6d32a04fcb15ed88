import { MAX_CELLS, mayStay, placeExactly, TOLERANCE } from './place-one.ts';
import { copyLayout, type Goal, holds, type Layout, type Problem } from './problem.ts';

/** Places found so far, by body; good for one problem, group and base layout. */
export type OwnPlaces = Map<number, { readonly goals: readonly Goal[]; readonly place: Layout | null }>;

/** The goals that one body must meet without the others of its group. */
export const ownGoals = (goals: readonly Goal[], body: number, group: readonly number[]) =>
  goals.filter(
    ({ requirement: { bodies } }) => bodies.includes(body) && bodies.every((b) => b === body || !group.includes(b)),
  );

/**
 * The layout with one body at its cheapest place under goals of its own, the others of its group taken away: where there
 * is none, no arrangement of the group meets these goals.
 */
export function ownPlace(
  problem: Problem,
  base: Layout,
  body: number,
  goals: readonly Goal[],
  group: readonly number[],
  known: OwnPlaces,
): Layout | null {
  const last = known.get(body);
  if (last?.goals.length === goals.length && goals.every((g, i) => g === last.goals[i])) return last.place;
  const place = search(problem, base, body, goals, group);
  if (problem.work.left > 0) known.set(body, { goals, place });
  return place;
}

function search(
  problem: Problem,
  base: Layout,
  body: number,
  goals: readonly Goal[],
  group: readonly number[],
): Layout | null {
  const layout = copyLayout(base);
  layout.x[body] = problem.bodies[body]!.startX;
  layout.y[body] = problem.bodies[body]!.startY;
  if (holds(problem, goals, layout) && mayStay(problem, layout, body)) return layout;
  const obstacles = (other: number) => !group.includes(other);
  const placed = placeExactly(problem, layout, body, goals, { obstacles, tolerance: TOLERANCE, maxCells: MAX_CELLS });
  if (placed === null) return null;
  layout.x[body] = placed.x;
  layout.y[body] = placed.y;
  return layout;
}
