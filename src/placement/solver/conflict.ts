import { arrange } from './arrange.ts';
import { blocks, gapBetween, placeOne } from './place-one.ts';
import { copyLayout, type Goal, type Layout, type Problem, slackOf, startLayout, type Unit } from './problem.ts';
import { search, type Term } from './search.ts';

export interface Conflict {
  readonly ruleIds: readonly string[];
  /** True when it is proved that no arrangement exists; false: none was found. */
  readonly proven: boolean;
  /** How far what may be moved was moved at most. */
  readonly reach: number;
  /** The search was stopped by its bound on work before it had tried everything. */
  readonly limited: boolean;
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
      limited: problem.work.left <= 0,
      reach: Math.max(...group.map((b) => problem.reach?.[b] ?? Number.POSITIVE_INFINITY)),
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
export function isProven(problem: Problem, group: readonly number[], goals: readonly Goal[]): boolean {
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

/** Pairs that are tried; one is enough for a proof. */
const MAX_PAIRS = 20;

function hasNoOffset(problem: Problem, goals: readonly Goal[]): boolean {
  const start = startLayout(problem.bodies);
  const pairs = new Map<string, Goal[]>();
  for (const goal of goals) {
    const { relative, bodies } = goal.requirement;
    if (!relative || bodies.length !== 2) continue;
    const key = [...bodies].sort((p, q) => p - q).join(' ');
    const list = pairs.get(key);
    if (list === undefined) pairs.set(key, [goal]);
    else list.push(goal);
  }
  for (const mine of [...pairs.values()].slice(0, MAX_PAIRS)) {
    const [a, b] = mine[0]!.requirement.bodies as readonly [number, number];
    const layout = copyLayout(start);
    const terms = mine.map(
      ({ requirement }): Term => ({
        slack(x, y) {
          layout.x[a] = layout.x[b]! + x;
          layout.y[a] = layout.y[b]! + y;
          return requirement.pointEstimate(layout);
        },
        lipschitz: requirement.lipschitz,
        exact: requirement.exact,
        price: requirement.price,
      }),
    );
    if (blocks(problem, a, b))
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
    const stay = mine.every((g) => slackOf(g, start) >= 0);
    if (found.point === null && found.proven && !stay) return true;
  }
  return false;
}
