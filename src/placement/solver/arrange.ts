import { type OwnPlaces, ownGoals, ownPlace } from './own-place.ts';
import { fits, MAX_CELLS, mayStay, type PlaceOptions, placeExactly, positionCost, TOLERANCE } from './place-one.ts';
import { copyLayout, type Goal, hasMoved, holds, type Layout, type Problem } from './problem.ts';
import { random, shuffled } from './random.ts';

export interface Arrangement {
  readonly layout: Layout;
  readonly cost: number;
}

const COARSE = 2;
const ROUNDS = 5;
/** No other starting order is tried when the cost is this near, in parts, to what no arrangement can beat. */
const GOOD_ENOUGH = 0.01;

/**
 * Places several bodies so that all goals hold, at little cost; null when no arrangement was found. One body is
 * optimal within the search tolerance. Several are placed one after the other, each optimal while the others stay, until
 * nothing changes, from a few starting orders: good, not proven optimal. `anyCost`: the first
 * that is found will do.
 */
export function arrange(
  problem: Problem,
  base: Layout,
  bodies: readonly number[],
  goals: readonly Goal[],
  { anyCost = false, known = new Map() }: { readonly anyCost?: boolean; readonly known?: OwnPlaces } = {},
): Arrangement | null {
  if (problem.work.left <= 0) return null;
  if (allHold(problem, base, bodies, goals)) return { layout: base, cost: 0 };
  const troubled = bodies.filter((b) => !holds(problem, goalsOf(goals, b), base) || !mayStay(problem, base, b));
  const rest = bodies.filter((b) => !troubled.includes(b));
  const order = [...troubled, ...rest];
  let best: Arrangement | null = null;
  let bound = 0;
  for (const attempt of attempts(problem, order)) {
    if (problem.work.left <= 0) break;
    const { found, alone, hopeless } = placeInOrder(
      problem,
      base,
      attempt.order,
      goals,
      attempt.relaxed ? known : null,
    );
    if (found !== null && (best === null || found.cost < best.cost - 1e-9)) best = found;
    // One that finds no place although the others make way will find none when they do not.
    if (hopeless || (anyCost && best !== null)) break;
    bound = Math.max(bound, alone);
    if (best !== null && best.cost <= bound * (1 + GOOD_ENOUGH) + TOLERANCE * order.length) break;
  }
  return best;
}

function attempts(problem: Problem, order: readonly number[]): { order: readonly number[]; relaxed: boolean }[] {
  if (order.length === 1) return [{ order, relaxed: false }];
  const reversed = [...order].reverse();
  // Who gives way first decides most: in small groups everybody is tried.
  const orders =
    order.length <= 4
      ? order.slice(1, -1).map((_, i) => [...order.slice(i + 1), ...order.slice(0, i + 1)])
      : [shuffled(order, random(problem.seed))];
  return [
    { order, relaxed: true },
    { order, relaxed: false },
    { order: reversed, relaxed: false },
    { order: reversed, relaxed: true },
    ...orders.map((o) => ({ order: o, relaxed: false })),
  ];
}

const goalsOf = (goals: readonly Goal[], body: number) => goals.filter((g) => g.requirement.bodies.includes(body));
function allHold(problem: Problem, layout: Layout, bodies: readonly number[], goals: readonly Goal[]): boolean {
  return (
    holds(problem, goals, layout) &&
    bodies.every((b) =>
      hasMoved(problem, layout, b) ? fits(problem, layout, b, () => true) : mayStay(problem, layout, b),
    )
  );
}

/** Rounds of placing one body after the other; with `known` the first round forgets the other movable bodies. */
function placeInOrder(
  problem: Problem,
  base: Layout,
  order: readonly number[],
  goals: readonly Goal[],
  known: OwnPlaces | null,
): { readonly found: Arrangement | null; readonly alone: number; readonly hopeless: boolean } {
  const layout = copyLayout(base);
  const own = new Map(order.map((b) => [b, goalsOf(goals, b)]));
  let best: Arrangement | null = null;
  let alone = 0;
  /** When something last moved, and when each body was last placed: nothing new, nothing to do. */
  let clock = 0;
  const placedAt = new Map<number, number>();
  for (let round = 0; round < ROUNDS; round++) {
    let changed = false;
    for (const body of order) {
      if (placedAt.get(body) === clock || problem.work.left <= 0) continue;
      const x = layout.x[body]!;
      const y = layout.y[body]!;
      const first = round === 0 ? known : null;
      const found =
        first === null
          ? place(problem, layout, body, own.get(body)!, order)
          : placeAlone(problem, base, layout, body, own.get(body)!, order, first);
      if (!found && (first !== null || order.length === 1)) return { found: null, alone, hopeless: true };
      if (Math.hypot(layout.x[body]! - x, layout.y[body]! - y) > TOLERANCE) {
        changed = true;
        clock++;
      }
      if (first === null) placedAt.set(body, clock);
    }
    const cost = costOf(problem, layout, order);
    // Each at its own best place although the others were not asked: nothing can cost less.
    if (round === 0 && (known !== null || order.length === 1)) alone = cost;
    if (allHold(problem, layout, order, goals)) {
      if (best === null || cost < best.cost - 1e-9) best = { layout: copyLayout(layout), cost };
      if (alone === cost) break;
    }
    if (!changed || order.length === 1) break;
  }
  return { found: best, alone, hopeless: false };
}

/** False when there is no place for the body although the others make way. */
function placeAlone(
  problem: Problem,
  base: Layout,
  layout: Layout,
  body: number,
  mine: readonly Goal[],
  order: readonly number[],
  known: OwnPlaces,
): boolean {
  const found = ownPlace(problem, base, body, ownGoals(mine, body, order), order, known);
  if (found === null) return false;
  layout.x[body] = found.x[body]!;
  layout.y[body] = found.y[body]!;
  return true;
}

/** False when there is no place for the body as objects are. */
function place(
  problem: Problem,
  layout: Layout,
  body: number,
  mine: readonly Goal[],
  order: readonly number[],
): boolean {
  const { startX, startY } = problem.bodies[body]!;
  const beforeX = layout.x[body]!;
  const beforeY = layout.y[body]!;
  const alone = ownGoals(mine, body, order);
  layout.x[body] = startX;
  layout.y[body] = startY;
  if (holds(problem, mine, layout) && mayStay(problem, layout, body)) return true;
  layout.x[body] = beforeX;
  layout.y[body] = beforeY;

  const all: PlaceOptions = { obstacles: () => true, tolerance: TOLERANCE, maxCells: MAX_CELLS };
  const fixedOnly: PlaceOptions = { ...all, obstacles: (other) => !order.includes(other) };
  let placed = placeExactly(problem, layout, body, mine, all);
  // Another movable body is in the way: it makes room in its turn.
  if (placed === null && order.length > 1) placed = placeExactly(problem, layout, body, mine, fixedOnly);
  // The others stand wrong: come as near as possible and let them come too.
  if (placed === null && alone.length < mine.length) {
    const soft = mine.filter((g) => !alone.includes(g));
    placed = placeExactly(problem, layout, body, alone, { ...all, soft, tolerance: COARSE });
  }
  if (placed === null) return false;
  layout.x[body] = placed.x;
  layout.y[body] = placed.y;
  return true;
}

/** What the strategy asks for all moved bodies together. */
export function costOf(problem: Problem, layout: Layout, bodies: readonly number[]): number {
  let cost = 0;
  for (const body of bodies) {
    if (!hasMoved(problem, layout, body)) continue;
    cost += problem.weights.perObject + positionCost(problem, layout, body).at(layout.x[body]!, layout.y[body]!);
  }
  return cost;
}

/** Steps that displacements are rounded to, coarsest first, and how much more each may cost. */
const STEPS = [
  { step: 1, extra: 0.7 },
  { step: 0.1, extra: 0.3 },
];

/**
 * Rounds the displacement of every moved body, to whole units where that costs next to nothing, else to tenths, so that
 * what is said is what was checked.
 */
export function snap(problem: Problem, layout: Layout, bodies: readonly number[], goals: readonly Goal[]): void {
  for (const body of bodies) {
    if (!hasMoved(problem, layout, body)) continue;
    const mine = goalsOf(goals, body);
    const cost = positionCost(problem, layout, body);
    const found = { x: layout.x[body]!, y: layout.y[body]! };
    const price = cost.at(found.x, found.y);
    for (const { step, extra } of STEPS) {
      const best = rounded(problem, layout, body, mine, found, step, price + extra);
      layout.x[body] = best?.x ?? found.x;
      layout.y[body] = best?.y ?? found.y;
      if (best !== null) break;
    }
  }
}

function rounded(
  problem: Problem,
  layout: Layout,
  body: number,
  goals: readonly Goal[],
  near: { readonly x: number; readonly y: number },
  step: number,
  most: number,
): { x: number; y: number } | null {
  const { startX, startY } = problem.bodies[body]!;
  const cost = positionCost(problem, layout, body);
  const [ix, iy] = [Math.round((near.x - startX) / step), Math.round((near.y - startY) / step)];
  const candidates: { x: number; y: number; price: number }[] = [];
  for (let dx = -2; dx <= 2; dx++) {
    for (let dy = -2; dy <= 2; dy++) {
      const x = startX + (ix + dx) * step;
      const y = startY + (iy + dy) * step;
      const price = cost.at(x, y);
      if (price < most) candidates.push({ x, y, price });
    }
  }
  candidates.sort((a, b) => a.price - b.price);
  return (
    candidates.find(({ x, y }) => {
      layout.x[body] = x;
      layout.y[body] = y;
      return fits(problem, layout, body, () => true) && holds(problem, goals, layout);
    }) ?? null
  );
}
