import { blocks, gapBetween, placeOne } from './place-one.ts';
import { copyLayout, type Goal, holds, type Layout, type Problem, slackOf, startLayout, type Unit } from './problem.ts';
import { search, type Term } from './search.ts';

export interface Conflict {
  readonly ruleIds: readonly string[];
  /** True when it is proved that no arrangement exists; false: none was found. */
  readonly proven: boolean;
  /** It holds for places up to so far from where objects stand; infinite: for the whole table. */
  readonly reach: number;
  /** Only places count that the image shows as free table. */
  readonly inSight: boolean;
  /** Id of the object that finds no place, even if others make way; null where only together there are none. */
  readonly objectId: string | null;
  /** The search was stopped by its bound on work before it had tried everything. */
  readonly limited: boolean;
}

/** How far a body may be moved, in units of the plane. */
export const reachOf = ({ reach }: Problem, body: number): number => reach?.[body] ?? Number.POSITIVE_INFINITY;

/**
 * A smallest set of rules that cannot hold together as measured: the failing rule alone, else with one other, else by
 * deletion: what remains cannot lose a rule without becoming possible.
 */
export function findConflict(
  problem: Problem,
  bodies: readonly number[],
  units: readonly Unit[],
  kept: readonly Unit[],
  failing: Unit,
  find: (goals: readonly Goal[]) => Layout | null,
): Conflict {
  const others = kept.filter((u) => u.level === 0);
  // Where some rules hold, others that nobody asked for often do too.
  const found: Layout[] = [];
  const impossible = (set: readonly Unit[]) => {
    const goals = set.flatMap((u) => u.goals);
    if (found.some((layout) => holds(problem, goals, layout))) return false;
    const layout = find(goals);
    if (layout !== null) found.push(layout);
    return layout === null;
  };
  const answer = (set: readonly Unit[]): Conflict => {
    const ids = new Set(set.map((u) => u.ruleId));
    const limited = problem.work.left <= 0;
    const goals = set.flatMap((u) => u.goals);
    const proven = isProven(problem, bodies, goals);
    const { reach: _, ...unbounded } = problem;
    const anywhere = proven && isProven(unbounded, bodies, goals);
    return {
      ruleIds: units.filter((u) => u.level === 0 && ids.has(u.ruleId)).map((u) => u.ruleId),
      limited,
      proven,
      inSight: bodies.some((b) => problem.ground?.(b) != null),
      objectId: bodies.length === 1 ? problem.bodies[bodies[0]!]!.id : null,
      reach: anywhere ? Number.POSITIVE_INFINITY : Math.min(...bodies.map((b) => reachOf(problem, b))),
    };
  };
  if (impossible([failing])) return answer([failing]);
  for (const other of others) if (impossible([failing, other])) return answer([failing, other]);
  let set = [...others].reverse();
  const remove = (candidates: readonly Unit[]): void => {
    const smaller = set.filter((u) => !candidates.includes(u));
    if (impossible([failing, ...smaller])) {
      set = smaller;
      return;
    }
    if (candidates.length === 1) return;
    const half = candidates.length >> 1;
    remove(candidates.slice(0, half));
    remove(candidates.slice(half));
  };
  for (const half of halves(set)) remove(half);
  return answer([failing, ...set]);
}

/** All of them were needed: no need to ask again. */
function halves(set: readonly Unit[]): (readonly Unit[])[] {
  const half = set.length >> 1;
  return [set.slice(0, half), set.slice(half)].filter((part) => part.length > 0);
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
