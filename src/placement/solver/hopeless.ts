import { keepInOrder } from './keep-in-order.ts';
import { type OwnPlaces, ownGoals, ownPlace } from './own-place.ts';
import type { Goal, Layout, Problem, Unit } from './problem.ts';

/** A unit that one body cannot meet wherever the others of its group go, and the units of its own that it can meet. */
export interface Missed {
  readonly body: number;
  readonly unit: Unit;
  readonly kept: readonly Unit[];
}

/** Takes out of the units what a single body cannot meet: for the others the rules stay as they are. */
export function withoutHopeless(
  problem: Problem,
  base: Layout,
  group: readonly number[],
  units: readonly Unit[],
  known: OwnPlaces,
): { readonly units: readonly Unit[]; readonly missed: readonly Missed[] } {
  const hopeless = new Set<Goal>();
  const missed: Missed[] = [];
  const broken = new Set<number>();
  for (const body of group) {
    const all = ownUnits(units, body, group);
    // Where the search ended at its limit, nothing is known to be hopeless.
    const attempt = (set: readonly Unit[]) => {
      const goals = set.flatMap((u) => u.goals);
      return ownPlace(problem, base, body, goals, group, known) ?? (problem.work.left <= 0 ? base : null);
    };
    if (attempt(all) !== null) continue;
    // Where a rule stays broken, nothing beyond the margins of the others stands in the way of coming near to it.
    const isBroken = attempt(all.filter((u) => u.level === 0)) === null;
    if (isBroken) broken.add(body);
    const { kept, dropped } = keepInOrder(isBroken ? all.filter((u) => u.level < 2) : all, attempt);
    for (const { goals } of all) for (const goal of goals) hopeless.add(goal);
    for (const { goals } of kept) for (const goal of goals) hopeless.delete(goal);
    for (const unit of dropped) missed.push({ body, unit, kept });
  }
  const stays = ({ level }: Unit, goal: Goal) =>
    !hopeless.has(goal) && (level < 2 || !goal.requirement.bodies.some((b) => broken.has(b)));
  const left = units.map((unit) => ({ ...unit, goals: unit.goals.filter((g) => stays(unit, g)) }));
  return { units: left.filter((u) => u.goals.length > 0), missed };
}

function ownUnits(units: readonly Unit[], body: number, group: readonly number[]): Unit[] {
  return units
    .map((unit) => ({ ...unit, goals: ownGoals(unit.goals, body, group) }))
    .filter((unit) => unit.goals.length > 0);
}
