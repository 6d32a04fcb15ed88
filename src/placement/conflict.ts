import { arrange } from './arrange.ts';
import { gapBetween, placeOne } from './place-one.ts';
import { copyLayout, type Goal, type Layout, type Problem, slackOf, startLayout, type Unit } from './problem.ts';
import { search, type Term } from './search.ts';

export interface Conflict {
  readonly ruleIds: readonly string[];
  /** True when it is proved that no arrangement exists; false: none was found. */
  readonly proven: boolean;
}

/**
 * A smallest set of rules that cannot hold together as measured: the failing rule alone, else with one other, else by
 * deletion: what remains cannot lose a rule without becoming possible.
 */
export function findConflict(
  problem: Problem,
  base: Layout,
  group: readonly number[],
  units: readonly Unit[],
  kept: readonly Unit[],
  failing: Unit,
): Conflict {
  const others = kept.filter((u) => u.level === 0);
  const impossible = (set: readonly Unit[]) =>
    arrange(
      problem,
      base,
      group,
      set.flatMap((u) => u.goals),
    ) === null;
  const answer = (set: readonly Unit[]): Conflict => {
    const ids = new Set(set.map((u) => u.ruleId));
    return {
      ruleIds: units.filter((u) => u.level === 0 && ids.has(u.ruleId)).map((u) => u.ruleId),
      proven: isProven(
        problem,
        group,
        set.flatMap((u) => u.goals),
      ),
    };
  };
  if (impossible([failing])) return answer([failing]);
  for (const other of others) if (impossible([failing, other])) return answer([failing, other]);
  let set = [...others].reverse();
  for (const candidate of [...set]) {
    const smaller = set.filter((u) => u !== candidate);
    if (impossible([failing, ...smaller])) set = smaller;
  }
  return answer([failing, ...set]);
}

/**
 * Proof by relaxation: one body finds no place although the other movable ones are taken away, or two bodies find no
 * offset from each other. Both searches bound every cell, so nothing is overlooked.
 */
function isProven(problem: Problem, group: readonly number[], goals: readonly Goal[]): boolean {
  return group.some((b) => hasNoPlace(problem, b, goals)) || hasNoOffset(problem, goals);
}

function hasNoPlace(problem: Problem, body: number, goals: readonly Goal[]): boolean {
  const start = startLayout(problem.bodies);
  const alone = goals.filter(
    ({ requirement }) =>
      requirement.bodies.includes(body) && requirement.bodies.every((b) => b === body || !problem.bodies[b]!.movable),
  );
  if (alone.length === 0 || alone.every((g) => slackOf(g, start) >= 0)) return false;
  const { placed, proven } = placeOne(problem, start, body, alone, {
    obstacles: (other) => !problem.bodies[other]!.movable,
    tolerance: 0.2,
    maxCells: 60_000,
  });
  return placed === null && proven;
}

function hasNoOffset(problem: Problem, goals: readonly Goal[]): boolean {
  const relative = goals.filter((g) => g.requirement.relative && g.requirement.bodies.length === 2);
  const pairs = new Map(relative.map((g) => [g.requirement.bodies.join(' '), g.requirement.bodies]));
  for (const [a, b] of pairs.values() as Iterable<readonly [number, number]>) {
    const mine = relative.filter((g) => g.requirement.bodies.includes(a) && g.requirement.bodies.includes(b));
    const layout = copyLayout(startLayout(problem.bodies));
    const terms = mine.map(
      ({ requirement }): Term => ({
        slack(x, y) {
          layout.x[a] = layout.x[b]! + x;
          layout.y[a] = layout.y[b]! + y;
          return requirement.nominal(layout);
        },
        lipschitz: requirement.lipschitz,
        exact: requirement.exact,
      }),
    );
    const { flat: aFlat } = problem.bodies[a]!;
    const { flat: bFlat } = problem.bodies[b]!;
    if (!aFlat && !bFlat)
      terms.push({
        slack(x, y) {
          layout.x[a] = layout.x[b]! + x;
          layout.y[a] = layout.y[b]! + y;
          return gapBetween(problem, layout, a, b).distance;
        },
        lipschitz: 1,
        exact: true,
      });
    const width = problem.table.maxX - problem.table.minX;
    const height = problem.table.maxY - problem.table.minY;
    const area = { minX: -width, maxX: width, minY: -height, maxY: height };
    const found = search(terms, { at: () => 0, lipschitz: 0 }, area, {
      tolerance: 1e-9,
      minCell: 0.05,
      maxCells: 60_000,
      work: problem.work,
    });
    // Bodies that stay where they were seen may be off the table or overlap; their offset is not within these bounds.
    const stay = mine.every((g) => slackOf(g, startLayout(problem.bodies)) >= 0);
    if (found.point === null && found.proven && !stay) return true;
  }
  return false;
}
