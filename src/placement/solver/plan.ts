import { PROMISED_MARGIN } from '../strategy.ts';
import { arrange, snap } from './arrange.ts';
import { type Conflict, findConflict, reachOf } from './conflict.ts';
import { type Missed, withoutHopeless } from './hopeless.ts';
import { type Kept, keepInOrder } from './keep-in-order.ts';
import { type OwnPlaces, ownPlace } from './own-place.ts';
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
const WORK = { whole: 600_000, own: 200_000, prefix: 300_000, conflict: 300_000, approach: 100_000 };
/** Of more bodies in one component only the most urgent are moved. */
const MAX_BODIES = 12;

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
  const all = unitsOf(problem, group);
  problem.work.left = WORK.whole;
  const known: OwnPlaces = new Map();
  const whole = arrange(problem, base, group, goalsOf(all), { known });
  if (whole !== null) return { layout: snapped(problem, whole.layout, group, goalsOf(all)), conflict: null };

  problem.work.left = WORK.own;
  const { units, missed } = withoutHopeless(problem, base, group, all, known);
  const { kept, dropped, layout: found } = keepTogether(problem, base, group, units, known, missed.length > 0);
  const goals = goalsOf(kept);
  const near = snapped(problem, found ?? base, group, goals);
  // What cannot be kept in full, as measured or else with its margin, gets as much of it as there is room for.
  problem.work.left = WORK.approach;
  const layout = approach(problem, near, group, goals, [...missed.map((m) => m.unit), ...dropped]);
  problem.work.left = WORK.conflict;
  return { layout, conflict: conflictOf(problem, base, group, all, missed, kept, dropped) };
}

const goalsOf = (units: readonly Unit[]) => units.flatMap((u) => u.goals);

/** Keeps what bodies can meet one by one also together, as far as that goes. */
function keepTogether(
  problem: Problem,
  base: Layout,
  group: readonly number[],
  units: readonly Unit[],
  known: OwnPlaces,
  isNew: boolean,
): Kept {
  problem.work.left = WORK.whole;
  const whole = isNew ? arrange(problem, base, group, goalsOf(units), { known }) : null;
  if (whole !== null) return { kept: units, dropped: [], layout: whole.layout };
  problem.work.left = WORK.prefix;
  const attempt = (set: readonly Unit[]) => arrange(problem, base, group, goalsOf(set), { anyCost: true });
  const found = keepInOrder(units, (set) => attempt(set)?.layout ?? null);
  problem.work.left = WORK.prefix;
  const best = arrange(problem, base, group, goalsOf(found.kept));
  return best === null ? found : { ...found, layout: best.layout };
}

/** Why the most urgent of the rules that cannot hold as measured is given up. */
function conflictOf(
  problem: Problem,
  base: Layout,
  group: readonly number[],
  units: readonly Unit[],
  missed: readonly Missed[],
  kept: readonly Unit[],
  dropped: readonly Unit[],
): Conflict | null {
  const rank = (unit: Unit) => units.findIndex((u) => u.ruleId === unit.ruleId && u.level === 0);
  const own = missed
    .filter(({ unit }) => unit.level === 0)
    .sort((a, b) => rank(a.unit) - rank(b.unit) || reachOf(problem, b.body) - reachOf(problem, a.body))[0];
  const joint = dropped.find((u) => u.level === 0);
  if (own !== undefined && (joint === undefined || rank(own.unit) <= rank(joint))) {
    const { body } = own;
    const find = (goals: readonly Goal[]) => ownPlace(problem, base, body, goals, group, new Map());
    return findConflict(problem, [body], units, own.kept, own.unit, find);
  }
  if (joint === undefined) return null;
  const find = (goals: readonly Goal[]) => arrange(problem, base, group, goals, { anyCost: true })?.layout ?? null;
  return findConflict(problem, group, units, kept, joint, find);
}

const isDistance = (r: Requirement) => r.isMinDistance || r.isMaxDistance;

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
    const surer = requirements.filter((r) => isDistance(r) && unsettled(r)).map(remeasured);
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
      unit(
        2,
        withMargins.filter(isDistance).map((r) => ({ ...plain(r), withMargin: true, extraMargin: PROMISED_MARGIN })),
      ),
      unit(3, [...room, ...surer]),
    ].filter((u) => u.goals.length > 0);
  });
  // Of equal rank, what holds now is kept before what does not.
  const holds = (u: Unit) => u.goals.every((g) => g.requirement.before === 'satisfied');
  const byPriority = (a: Unit, b: Unit) => b.priority - a.priority || Number(holds(b)) - Number(holds(a));
  const last = (u: Unit) => Number(u.level === 3);
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
  missed: readonly Unit[],
): Layout {
  const layout = copyLayout(from);
  for (const body of group) {
    const mine = missed.filter((u) => u.goals.some((g) => g.requirement.bodies.includes(body)));
    const measured = mine.filter((u) => u.level === 0);
    const soft = goalsOf(measured.length > 0 ? measured : mine).filter(
      (g) => g.requirement.bodies.includes(body) && slackOf(g, layout) < 0,
    );
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
