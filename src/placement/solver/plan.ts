import { arrange, snap } from './arrange.ts';
import { type Conflict, findConflict } from './conflict.ts';
import { mayStay, placeOne } from './place-one.ts';
import {
  copyLayout,
  type Goal,
  hasMoved,
  type Layout,
  type Level,
  type Problem,
  type Requirement,
  slackOf,
  startLayout,
  type Unit,
} from './problem.ts';

export interface Plan {
  readonly layout: Layout;
  /** Why not every rule holds afterwards; null when the plan meets them all. */
  readonly conflict: Conflict | null;
}

/** Slacks that one phase may compute: a bound on work for crowded images. */
const WORK = { whole: 600_000, prefix: 600_000, conflict: 300_000, approach: 100_000 };
/** Of more bodies in one component only the most urgent are moved. */
const MAX_BODIES = 12;

/** So many rules may lack room for extra clearance before the wish for more is given up. */
const MAX_TIGHT = 2;

/** A shortfall that cannot be resolved is still worth this much displacement per unit. */
const SHORTFALL_WORTH = 4;

/**
 * Where everything movable should go. Bodies that share no rule are planned apart, the most urgent first. Rules that
 * cannot all hold are given up by ascending priority, and what they fall short of is made as small as the kept ones
 * allow.
 */
export function plan(problem: Problem): Plan {
  let layout = startLayout(problem.bodies);
  const conflicts: Conflict[] = [];
  const urgencies = urgencyOf(problem);
  const urgency = (group: readonly number[]) => Math.max(...group.map((b) => urgencies.get(b) ?? 0));
  const groups = components(problem)
    .filter((group) => urgency(group) > 0)
    .map((group) =>
      group.length <= MAX_BODIES
        ? group
        : [...group].sort((a, b) => (urgencies.get(b) ?? 0) - (urgencies.get(a) ?? 0) || a - b).slice(0, MAX_BODIES),
    );
  groups.sort((a, b) => urgency(b) - urgency(a) || a[0]! - b[0]!);
  for (const group of groups) {
    const found = planGroup(problem, layout, group);
    layout = found.layout;
    // Only a broken rule is worth the claim; an unsure one may hold as objects stand.
    const broken = new Set(problem.requirements.filter((r) => r.before === 'violated').map((r) => r.ruleId));
    if (found.conflict?.ruleIds.some((id) => broken.has(id))) conflicts.push(found.conflict);
  }
  conflicts.sort((a, b) => a.ruleIds.length - b.ruleIds.length);
  return { layout, conflict: conflicts[0] ?? null };
}

/** True when the requirement is reason enough to move something. */
export function starts(problem: Problem, r: Requirement): boolean {
  const { fixUncertainFromPriority, fixUncertain } = problem.weights;
  if (r.before === 'violated') return true;
  return r.before === 'uncertain' && r.priority >= fixUncertainFromPriority && (fixUncertain || !r.holdsAsMeasured);
}

/** Highest priority of what each body must move for. */
function urgencyOf(problem: Problem): Map<number, number> {
  const urgencies = new Map<number, number>();
  for (const r of problem.requirements) {
    if (!starts(problem, r)) continue;
    for (const b of r.bodies) urgencies.set(b, Math.max(r.priority, urgencies.get(b) ?? 0));
  }
  return urgencies;
}

const touches = (r: Requirement, group: readonly number[]) => r.bodies.some((b) => group.includes(b));
const isTroubled = (problem: Problem, body: number) =>
  problem.requirements.some((r) => r.bodies.includes(body) && starts(problem, r));

/** Movable bodies joined by a rule about both. */
function components(problem: Problem): number[][] {
  const movable = problem.bodies.map((_, i) => i).filter((i) => problem.bodies[i]!.movable);
  const group = new Map(movable.map((i) => [i, [i]]));
  for (const requirement of problem.requirements) {
    const [first, ...others] = requirement.bodies.filter((b) => problem.bodies[b]!.movable);
    if (first === undefined) continue;
    for (const other of others) {
      const a = group.get(first)!;
      const b = group.get(other)!;
      if (a === b) continue;
      a.push(...b);
      for (const member of b) group.set(member, a);
    }
  }
  return [...new Set(group.values())].map((g) => g.sort((a, b) => a - b));
}

function planGroup(problem: Problem, base: Layout, group: readonly number[]): Plan {
  const units = unitsOf(problem, group);
  const all = units.flatMap((u) => u.goals);
  problem.work.left = WORK.whole;
  const whole = arrange(problem, base, group, all);
  if (whole !== null) return { layout: snapped(problem, whole.layout, group, all), conflict: null };

  problem.work.left = WORK.prefix;
  let kept: Unit[] = [];
  let layout = base;
  const dropped: Unit[] = [];
  let tight = 0;
  let rest = units;
  while (rest.length > 0) {
    const count = longestPrefix(problem, base, group, kept, rest, dropped.length > 0);
    kept = [...kept, ...rest.slice(0, count.length)];
    if (count.layout !== null) layout = count.layout;
    const failing = rest[count.length];
    if (failing === undefined) break;
    dropped.push(failing);
    if (failing.level === 2 && ++tight > MAX_TIGHT) break;
    rest = rest.slice(count.length + 1).filter((u) => u.ruleId !== failing.ruleId || u.level < failing.level);
  }
  const goals = kept.flatMap((u) => u.goals);
  layout = snapped(problem, layout, group, goals);
  const missed = dropped.filter((u) => u.level === 0);
  // Rules that hold as measured, but cannot hold with their margin, get as much of it as there is room for.
  problem.work.left = WORK.approach;
  layout = approach(
    problem,
    layout,
    group,
    goals,
    (missed.length > 0 ? missed : dropped).flatMap((u) => u.goals),
  );
  problem.work.left = WORK.conflict;
  const first = missed[0];
  return {
    layout,
    conflict: first === undefined ? null : findConflict(problem, base, group, units, kept, first),
  };
}

/** How many of `rest` can be kept in order, by bisection: more rules never make it easier. */
function longestPrefix(
  problem: Problem,
  base: Layout,
  group: readonly number[],
  kept: readonly Unit[],
  rest: readonly Unit[],
  again: boolean,
): { length: number; layout: Layout | null } {
  const attempt = (length: number) =>
    arrange(
      problem,
      base,
      group,
      [...kept, ...rest.slice(0, length)].flatMap((u) => u.goals),
    )?.layout ?? null;
  let low = 0;
  // With nothing kept yet, all of them were just tried.
  let high = rest.length + (kept.length === 0 && !again ? 0 : 1);
  let layout: Layout | null = null;
  while (high - low > 1) {
    const middle = low === 0 && high === rest.length + 1 ? rest.length : (low + high) >> 1;
    const found = attempt(middle);
    if (found === null) high = middle;
    else {
      low = middle;
      layout = found;
    }
  }
  return { length: low, layout };
}

function unitsOf(problem: Problem, group: readonly number[]): Unit[] {
  const { extraClearance, extraMargin, order } = problem.weights;
  const mine = problem.requirements.filter((r) => touches(r, group));
  const troubled = new Set(group.filter((b) => isTroubled(problem, b)));
  const plain = (requirement: Requirement): Goal => ({ requirement, withMargin: false, extra: 0 });
  const clear = (r: Requirement): Goal => ({ ...plain(r), extra: extraClearance });
  const remeasured = (r: Requirement): Goal => ({ ...plain(r), withMargin: true, extraMargin });
  const unsettled = (r: Requirement) => r.bodies.some((b) => troubled.has(b));
  const units = [...new Set(mine.map((r) => r.ruleId))].flatMap((ruleId) => {
    const requirements = mine.filter((r) => r.ruleId === ruleId);
    // What nobody must move for keeps the certainty it has.
    const withMargins = requirements.filter((r) => unsettled(r) || r.before === 'satisfied');
    const roomy = requirements.filter((r) => r.isMinDistance && unsettled(r));
    const room = extraClearance > 0 ? roomy.map(clear) : [];
    const surer = extraMargin > 0 ? roomy.map(remeasured) : [];
    const unit = (level: Level, goals: readonly Goal[]): Unit => ({
      ruleId,
      priority: requirements[0]!.priority,
      level,
      goals,
    });
    return [
      unit(0, requirements.map(plain)),
      unit(
        1,
        withMargins.map((r) => ({ ...plain(r), withMargin: true })),
      ),
      unit(2, [...room, ...surer]),
    ].filter((u) => u.goals.length > 0);
  });
  // Of equal rank, what holds now is kept before what does not.
  const holds = (u: Unit) => u.goals.every((g) => g.requirement.before === 'satisfied');
  const byPriority = (a: Unit, b: Unit) => b.priority - a.priority || Number(holds(b)) - Number(holds(a));
  const last = (u: Unit) => Number(u.level === 2);
  if (order === 'priority') return units.sort((a, b) => last(a) - last(b) || byPriority(a, b));
  return units.sort((a, b) => a.level - b.level || byPriority(a, b));
}

function snapped(problem: Problem, layout: Layout, group: readonly number[], goals: readonly Goal[]): Layout {
  const copy = copyLayout(layout);
  snap(problem, copy, group, goals);
  return copy;
}

/** Brings bodies nearer to goals that cannot be met, as far as the kept goals allow and the way is worth it. */
function approach(
  problem: Problem,
  from: Layout,
  group: readonly number[],
  kept: readonly Goal[],
  missed: readonly Goal[],
): Layout {
  const layout = copyLayout(from);
  for (const body of group) {
    const soft = missed.filter((g) => g.requirement.bodies.includes(body) && slackOf(g, layout) < 0);
    if (soft.length === 0) continue;
    const hard = kept.filter((g) => g.requirement.bodies.includes(body));
    const worth = (at: Layout) =>
      soft.reduce((sum, g) => sum + Math.max(0, -slackOf(g, at)), 0) * SHORTFALL_WORTH +
      Math.hypot(at.x[body]! - problem.bodies[body]!.startX, at.y[body]! - problem.bodies[body]!.startY);
    const { placed } = placeOne(problem, layout, body, hard, {
      obstacles: () => true,
      tolerance: 1,
      maxCells: 6000,
      soft,
      softWeight: SHORTFALL_WORTH,
    });
    if (placed === null) continue;
    const next = copyLayout(layout);
    next.x[body] = placed.x;
    next.y[body] = placed.y;
    snap(problem, next, [body], hard);
    const stays = !hasMoved(problem, layout, body) && mayStay(problem, layout, body);
    if (worth(next) >= worth(layout) - (stays ? problem.weights.perObject : 0)) continue;
    layout.x[body] = next.x[body]!;
    layout.y[body] = next.y[body]!;
  }
  return layout;
}
