import { GROUND_LIPSCHITZ } from './ground.ts';
import {
  type Body,
  DOUBT,
  type Goal,
  type Hidden,
  hasMoved,
  type Layout,
  type Problem,
  type Requirement,
  slackOf,
} from './problem.ts';
import { clearance } from './region.ts';
import { type Cost, type SearchArea, search, type Term } from './search.ts';
import { type Gap, gap, type Shape } from './shape.ts';

/** Free space kept between a moved object and others, in units of the plane: what rounding may eat. */
export const BODY_GAP = 2;

/** Standard errors of a gap that must be free before nothing is likely to be there (97 % of one side: `PROMISED`). */
const CLEAR_SIGMAS = 1.88;
/** More of the way than this share no gap is widened by. */
const MOST_SHARE = 0.5;

/** Cells per search of one body; a bound on work instead of a clock keeps the answer the same on every machine. */
export const MAX_CELLS = 12_000;
/** How much more than the least cost a place may cost, in units of the plane. */
export const TOLERANCE = 0.4;

const scratch: Gap = { distance: 0, nx: 1, ny: 0 };

/** Signed free space between two bodies of a layout. */
export function gapBetween(problem: Problem, layout: Layout, a: number, b: number): Gap {
  const first = problem.bodies[a]!;
  const second = problem.bodies[b]!;
  return gap(first.shape, layout.x[a]!, layout.y[a]!, second.shape, layout.x[b]!, layout.y[b]!, scratch);
}

/** Two bodies that may not overlap. */
export const blocks = (problem: Problem, a: number, b: number) =>
  a !== b &&
  !problem.bodies[a]!.flat &&
  !problem.bodies[b]!.flat &&
  !problem.stacks.has(`${a} ${b}`) &&
  !problem.stacks.has(`${b} ${a}`);

/** True when the body, where it is now, is on the table and clear of the others; `others` picks those that count. */
export function fits(problem: Problem, layout: Layout, body: number, others: (other: number) => boolean): boolean {
  const { foot } = problem.bodies[body]!;
  const x = layout.x[body]!;
  const y = layout.y[body]!;
  const ground = problem.ground?.(body);
  if (clearance(problem.table, foot, x, y) < insetOf(problem, body) || farOff(problem, x, y) > 0) return false;
  if (beyondReach(problem, body, x, y) > 0) return false;
  if (problem.hidden?.some((h) => hides(problem, body, h) && freeOf(problem, body, h, x, y) < 0)) return false;
  if (ground && ground(x, y) < 0) return false;
  return clearOf(problem, layout, body, others);
}

function clearOf(problem: Problem, layout: Layout, body: number, others: (other: number) => boolean): boolean {
  for (let other = 0; other < problem.bodies.length; other++) {
    if (!blocks(problem, body, other) || !others(other)) continue;
    if (gapBetween(problem, layout, body, other).distance < BODY_GAP) return false;
  }
  return true;
}

/** How much too far from everything that was seen; not above 0: near enough. */
function farOff({ vicinity }: Problem, x: number, y: number): number {
  if (vicinity === null) return Number.NEGATIVE_INFINITY;
  return gap(POINT, x, y, vicinity.hull, vicinity.x, vicinity.y, scratch).distance - vicinity.reach;
}

/** Whether a place lies farther than `reach` beyond everything that was seen; false where somebody marked the table. */
export const isFarOff = (problem: Problem, x: number, y: number, reach: number): boolean =>
  problem.vicinity !== null && farOff(problem, x, y) + problem.vicinity.reach > reach;

/** How much farther than the body may be moved; not above 0: near enough. */
function beyondReach({ bodies, reach }: Problem, body: number, x: number, y: number): number {
  const most = reach?.[body] ?? Number.POSITIVE_INFINITY;
  return Math.hypot(x - bodies[body]!.startX, y - bodies[body]!.startY) - most;
}

/** What carries the body, or is moved itself, hides no place from it. */
const hides = (problem: Problem, body: number, { body: other }: Hidden) =>
  other < 0 || (blocks(problem, body, other) && !problem.bodies[other]!.movable);

const freeOf = (problem: Problem, body: number, hidden: Hidden, x: number, y: number) =>
  gap(problem.bodies[body]!.shape, x, y, hidden.shape, hidden.x, hidden.y, scratch).distance;

const POINT: Shape = { kind: 'disk', radius: 0 };

/** A body may stay where it was seen, whatever it touches there, unless another one was moved too close. */
export function mayStay(problem: Problem, layout: Layout, body: number): boolean {
  return clearOf(problem, layout, body, (other) => hasMoved(problem, layout, other));
}

/** Where the image shows what is table, that a border is uncertain keeps nothing away from it. */
const insetOf = (problem: Problem, body: number) => (problem.ground?.(body) ? 0 : problem.bodies[body]!.inset);

export interface PlaceOptions {
  /** Bodies that are in the way. */
  readonly obstacles: (other: number) => boolean;
  readonly tolerance: number;
  readonly maxCells: number;
  /** Goals that need not hold but cost their shortfall. */
  readonly soft?: readonly Goal[];
  /** Price of a unit of shortfall in units of displacement; large by default. */
  readonly softWeight?: number;
  /**
   * Inference only around this place, with exact margins. Elsewhere margins are remembered ones, which is fast and right to
   * about a millimetre: what it finds is to be looked at again with `near`.
   */
  readonly near?: { readonly x: number; readonly y: number; readonly reach: number };
}

export interface Placed {
  readonly x: number;
  readonly y: number;
  readonly cost: number;
}

interface Search {
  readonly placed: Placed | null;
  readonly proven: boolean;
  readonly cells: number;
}

/**
 * Cheapest position of one body while the others stay: null when none was found; `proven` says whether none exists. Where it is so far
 * from the others that with the errors of both it surely touches none; where there is no such place, only as measured.
 */
export function placeOne(
  problem: Problem,
  layout: Layout,
  body: number,
  goals: readonly Goal[],
  options: PlaceOptions,
): Search {
  const isInDoubt = (other: number) =>
    blocks(problem, body, other) && options.obstacles(other) && doubtBetween(problem, body, other) > 0;
  if (borderGap(problem, body, CLEAR_SIGMAS) <= 0 && !problem.bodies.some((_, other) => isInDoubt(other)))
    return placeApart(problem, layout, body, goals, options, 0);
  const sure = placeApart(problem, layout, body, goals, options, CLEAR_SIGMAS);
  if (sure.placed !== null) return sure;
  const measured = placeApart(problem, layout, body, goals, options, 0);
  return { ...measured, cells: sure.cells + measured.cells };
}

/** How far inside a marked table's border an outline surely lies on it; no farther than it lies inside already. */
function borderGap({ bodies, table, borderSigma }: Problem, body: number, sigmas: number): number {
  if (borderSigma === undefined || sigmas === 0) return 0;
  const { foot, sigma, startX, startY } = bodies[body]!;
  return Math.min(sigmas * Math.hypot(sigma, borderSigma), clearance(table, foot, startX, startY));
}

const doubtBetween = ({ bodies }: Problem, a: number, b: number) => Math.hypot(bodies[a]!.sigma, bodies[b]!.sigma);

/** `sigmas`: standard errors that are kept free besides between the body and others. */
function placeApart(
  problem: Problem,
  layout: Layout,
  body: number,
  goals: readonly Goal[],
  options: PlaceOptions,
  sigmas: number,
): Search {
  const { shape, foot, startX, startY } = problem.bodies[body]!;
  const { table } = problem;
  const share = Math.min(MOST_SHARE, sigmas * (problem.scaleSigma ?? 0));
  const inset = insetOf(problem, body);
  const beforeX = layout.x[body]!;
  const beforeY = layout.y[body]!;
  const kept = Math.max(inset, borderGap(problem, body, sigmas));
  const terms: Term[] = [{ slack: (x, y) => clearance(table, foot, x, y) - kept, lipschitz: 1, exact: true }];
  if (problem.vicinity !== null) terms.push({ slack: (x, y) => -farOff(problem, x, y), lipschitz: 1, exact: true });
  const most = problem.reach?.[body] ?? Number.POSITIVE_INFINITY;
  if (most < Number.POSITIVE_INFINITY)
    terms.push({ slack: (x, y) => -beyondReach(problem, body, x, y), lipschitz: 1, exact: true });
  for (const h of problem.hidden ?? []) {
    if (!hides(problem, body, h)) continue;
    terms.push({ slack: (x, y) => freeOf(problem, body, h, x, y), lipschitz: 1, exact: true });
  }
  const ground = problem.ground?.(body);
  if (ground) terms.push({ slack: ground, lipschitz: GROUND_LIPSCHITZ, exact: true });
  for (const goal of merged(goals)) terms.push(goalTerm(problem, goal, layout, body, options.near !== undefined));
  for (let other = 0; other < problem.bodies.length; other++) {
    if (!blocks(problem, body, other) || !options.obstacles(other)) continue;
    const second = problem.bodies[other]!;
    const bx = layout.x[other]!;
    const by = layout.y[other]!;
    const apart = BODY_GAP + sigmas * doubtBetween(problem, body, other);
    terms.push({
      slack: (x, y) =>
        gap(shape, x, y, second.shape, bx, by, scratch).distance - apart - share * Math.hypot(x - startX, y - startY),
      lipschitz: 1 + share,
      exact: true,
    });
  }
  const cost = options.soft
    ? shortfallCost(problem, layout, body, options.soft, options.softWeight ?? 100)
    : positionCost(problem, layout, body);
  const { near } = options;
  const area = near
    ? { minX: near.x - near.reach, minY: near.y - near.reach, maxX: near.x + near.reach, maxY: near.y + near.reach }
    : within(table, problem.bodies[body]!, most);
  const found = search(terms, cost, area, {
    tolerance: options.tolerance,
    minCell: options.tolerance / (4 * cost.lipschitz),
    maxCells: options.maxCells,
    work: problem.work,
  });
  layout.x[body] = beforeX;
  layout.y[body] = beforeY;
  const placed = found.point === null ? null : { ...found.point, cost: found.cost };
  return { placed, proven: found.proven, cells: found.cells };
}

/** The part of an area that is at most `reach` from a body's start along each axis. */
function within(area: SearchArea, { startX, startY }: Body, reach: number): SearchArea {
  return {
    minX: Math.max(area.minX, startX - reach),
    minY: Math.max(area.minY, startY - reach),
    maxX: Math.min(area.maxX, startX + reach),
    maxY: Math.min(area.maxY, startY + reach),
  };
}

/** The same with exact margins: around what the fast search found, or where that fails everywhere. */
export function placeExactly(
  problem: Problem,
  layout: Layout,
  body: number,
  goals: readonly Goal[],
  options: PlaceOptions,
): Placed | null {
  const { placed } = placeOne(problem, layout, body, goals, options);
  if (placed === null || options.soft) return placed;
  for (const reach of REACHES) {
    const near = { x: placed.x, y: placed.y, reach };
    const tolerance = reach === REACHES[0] ? options.tolerance / FINER : options.tolerance;
    const refined = placeOne(problem, layout, body, goals, { ...options, tolerance, near }).placed;
    if (refined !== null) return refined;
  }
  return null;
}

/** How far an exact place may be from one that was found with remembered margins, in units of the plane. */
const REACHES = [2, 10, 40];
const FINER = 8;

/** One goal for each requirement: the strictest of all that ask for it. */
function merged(goals: readonly Goal[]): Iterable<Goal> {
  const strictest = new Map<Requirement, Goal>();
  for (const goal of goals) {
    const other = strictest.get(goal.requirement);
    const both = other && {
      ...goal,
      withMargin: goal.withMargin || other.withMargin,
      extra: Math.max(goal.extra, other.extra),
      extraMargin: Math.max(goal.extraMargin ?? 0, other.extraMargin ?? 0),
    };
    strictest.set(goal.requirement, both ?? goal);
  }
  return strictest.values();
}

/** A goal as a term; with a margin and extra clearance both hold, each for itself. */
function goalTerm(problem: Problem, goal: Goal, layout: Layout, body: number, exact: boolean): Term {
  const { requirement, withMargin, extra, extraMargin = 0 } = goal;
  const { price } = requirement;
  const slack = (x: number, y: number) => {
    layout.x[body] = x;
    layout.y[body] = y;
    const nominal = requirement.pointEstimate(layout);
    const plain = nominal - extra;
    if (!withMargin || plain < 0) return plain;
    const about = nominal - (1 + extraMargin) * requirement.margin(layout);
    if (!exact || Math.abs(about) >= DOUBT) return Math.min(plain, about);
    problem.work.left -= requirement.lowerBoundPrice;
    return Math.min(plain, slackOf({ ...goal, extra: 0 }, layout));
  };
  return withMargin
    ? { slack, lipschitz: requirement.lipschitz * marginLipschitz(goal), exact: false, price }
    : { slack, lipschitz: requirement.lipschitz, exact: requirement.exact, price };
}

/** The margin itself changes by what `lowerBound90` may change more than `pointEstimate`. */
const marginLipschitz = ({ requirement: { lowerBoundLipschitz }, extraMargin = 0 }: Goal) =>
  lowerBoundLipschitz + extraMargin * Math.max(0, lowerBoundLipschitz - 1);

/** What a position of one body costs under the strategy. */
export function positionCost(problem: Problem, layout: Layout, body: number): Cost {
  const { startX, startY } = problem.bodies[body]!;
  const { alignWeight, alignReach } = problem.weights;
  const from = { x: startX, y: startY, weight: 1 };
  if (alignWeight === 0) return { lipschitz: 1, from, at: (x, y) => Math.hypot(x - startX, y - startY) };
  const others = problem.bodies.map((_, i) => i).filter((i) => i !== body);
  return {
    lipschitz: 1 + alignWeight,
    from,
    at(x, y) {
      let off = alignReach;
      for (const other of others) off = Math.min(off, Math.abs(x - layout.x[other]!), Math.abs(y - layout.y[other]!));
      return Math.hypot(x - startX, y - startY) + alignWeight * off;
    },
  };
}

/** Displacement, and how far goals are from holding. */
function shortfallCost(problem: Problem, layout: Layout, body: number, goals: readonly Goal[], weight: number): Cost {
  const { startX, startY } = problem.bodies[body]!;
  const tie = 1 / weight;
  return {
    lipschitz:
      tie + goals.reduce((sum, g) => sum + g.requirement.lipschitz * (g.withMargin ? marginLipschitz(g) : 1), 0),
    from: { x: startX, y: startY, weight: tie },
    at(x, y) {
      layout.x[body] = x;
      layout.y[body] = y;
      let cost = tie * Math.hypot(x - startX, y - startY);
      for (const { requirement, withMargin, extra, extraMargin = 0 } of goals) {
        problem.work.left -= requirement.price;
        const margin = withMargin ? (1 + extraMargin) * requirement.margin(layout) : 0;
        const slack = requirement.pointEstimate(layout) - extra - margin;
        if (slack < 0) cost -= slack;
      }
      return cost;
    },
  };
}
