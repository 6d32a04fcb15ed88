import type { Arrangement, Condition, Rule } from '../../contract/rule.ts';
import type { Verdict } from '../../contract/verdict.ts';
import { canonicalClause } from '../../language/grammar/canonical.ts';
import { requirementsOf, stacksOf } from '../../placement/requirements/requirements.ts';
import { arrange, snap } from '../../placement/solver/arrange.ts';
import { planeOf } from '../../placement/solver/bodies.ts';
import { isProven } from '../../placement/solver/conflict.ts';
import {
  copyLayout,
  type Goal,
  type Layout,
  type Problem,
  type Requirement,
  startLayout,
} from '../../placement/solver/problem.ts';
import { WEIGHTS } from '../../placement/strategy.ts';
import { MAX_SENTENCE, plainText, quotedText } from '../../plain-text.ts';
import { evaluateAll } from '../../rules/evaluate.ts';
import type { Scene } from '../../scene/types.ts';
import type { ComparedRule } from '../statement.ts';
import { DESK, deskWith, type Standing } from './desk.ts';
import { countsAtMost } from './needed-objects.ts';
import { startsOf } from './starts.ts';

/** Slacks that one try and all tries together may compute: a bound on work instead of a clock. */
const WORK = { try: 35_000, proof: 50_000, all: 520_000 };
/** For one that is only an illustration. */
export const LITTLE_WORK = 120_000;
/** Keeps what was found clear of the rounding to tenths of a millimetre. */
const CLEAR = 0.2;

/** One desk with objects on it, on which rules are tried. */
export interface Arranger {
  /**
   * Places where all these rules hold, from so many beginnings; null: none was found. Answers are kept: a part of what was
   * found, and more than what was not, costs nothing.
   */
  find(rules: readonly ComparedRule[], beginnings?: number): Arrangement | null;
  /** Places where `kept` hold and some requirement of `broken` does not. */
  findBreaking(kept: readonly ComparedRule[], broken: ComparedRule): Arrangement | null;
  /** True when it is proved that no place on this desk lets all of them hold. */
  provesNone(rules: readonly ComparedRule[]): boolean;
  /** The most rules, this one among them, that were found to hold together so far. */
  best(rule: ComparedRule): Arranged | null;
  /** True when no work was left for some try. */
  readonly exhausted: boolean;
  /** How many objects stand on the desk. */
  readonly objects: number;
}

export interface Arranged {
  /** None of them is broken … */
  readonly rules: ReadonlySet<string>;
  /** … but of these some condition found nothing to judge, e.g. no zone: which, and why. */
  readonly untried: ReadonlyMap<string, string>;
  readonly arrangement: Arrangement;
}

/** Null when the objects do not fit on the desk at all. */
export function arrangerFor(
  rules: readonly ComparedRule[],
  objects: readonly string[],
  context: string | null,
  attributes: readonly string[],
  work = WORK.all,
): Arranger | null {
  const starts = startsOf(
    objects,
    rules.flatMap((r) => r.conditions),
  );
  if (starts.length === 0) return null;
  const all = rules.map(asRule);
  let left = work;
  let exhausted = false;
  const desks = starts.map((start) => deskOf(start, all, context, attributes));
  const found: Arranged[] = [];

  const failed: ReadonlySet<string>[] = [];

  const ids = (some: readonly ComparedRule[]) => new Set(some.map((r) => r.rule_id));

  function find(some: readonly ComparedRule[], beginnings = desks.length): Arrangement | null {
    const wanted = ids(some);
    const known = found.find((f) => [...wanted].every((id) => f.rules.has(id)));
    if (known !== undefined) return known.arrangement;
    if (failed.some((set) => [...set].every((id) => wanted.has(id)))) return null;
    for (const desk of desks.toSorted((a, b) => b.successes - a.successes).slice(0, beginnings)) {
      let untried = new Map<string, string>();
      const arrangement = attempt(
        desk,
        desk.goals.filter((g) => wanted.has(g.requirement.ruleId)),
        (verdicts) => {
          untried = untriedOf(some, verdicts);
          return verdicts.every((v) => !wanted.has(v.rule_id) || holds(v));
        },
      );
      if (arrangement === null) continue;
      found.push({ rules: wanted, untried, arrangement });
      return arrangement;
    }
    if (beginnings === desks.length) failed.push(wanted);
    return null;
  }

  function findBreaking(kept: readonly ComparedRule[], broken: ComparedRule): Arrangement | null {
    const wanted = ids(kept);
    for (const desk of desks) {
      const goals = desk.goals.filter((g) => wanted.has(g.requirement.ruleId));
      for (const target of desk.goals.filter((g) => g.requirement.ruleId === broken.rule_id)) {
        const arrangement = attempt(
          desk,
          [...goals, { ...target, requirement: opposite(target.requirement) }],
          (verdicts) =>
            verdicts.every((v) => !wanted.has(v.rule_id) || holds(v)) &&
            untriedOf(kept, verdicts).size === 0 &&
            verdicts.some((v) => v.rule_id === broken.rule_id && v.verdict === 'violated'),
        );
        if (arrangement !== null) return arrangement;
      }
    }
    return null;
  }

  function attempt(desk: Desk, goals: readonly Goal[], accept: (verdicts: readonly Verdict[]) => boolean) {
    if (left <= 0) {
      exhausted = true;
      return null;
    }
    const { problem, bodies } = desk;
    const budget = Math.min(WORK.try, left);
    problem.work.left = budget;
    // Rules are added one after the other: where the ones before held is the best place to begin.
    const arranged = arrange(problem, desk.last, bodies, goals);
    left -= budget - Math.max(0, problem.work.left);
    if (arranged === null) return null;
    problem.work.left = WORK.try;
    const layout = copyLayout(arranged.layout);
    snap(problem, layout, bodies, goals);
    const places = placesOf(desk, layout);
    const verdicts = evaluateAll(all, deskWith(places, context, attributes));
    if (!accept(verdicts)) return null;
    desk.last = layout;
    desk.successes++;
    return arrangementOf(desk, places);
  }

  return {
    objects: objects.length,
    find,
    findBreaking,
    best: ({ rule_id }) =>
      found.filter((f) => f.rules.has(rule_id)).toSorted((a, b) => b.rules.size - a.rules.size)[0] ?? null,
    provesNone(some) {
      const wanted = ids(some);
      const { problem, bodies, goals } = desks[0]!;
      problem.work.left = WORK.proof;
      const exact = goals.filter((g) => wanted.has(g.requirement.ruleId)).map((g) => ({ ...g, extra: 0 }));
      return isProven(problem, bodies, exact) && problem.work.left > 0;
    },
    get exhausted() {
      return exhausted;
    },
  };
}

const holds = ({ verdict }: Verdict) => verdict === 'satisfied' || verdict === 'not_applicable';

/** Rules with a condition that nothing on the desk is judged by: that they are not broken says nothing. Which, and why. */
function untriedOf(rules: readonly ComparedRule[], verdicts: readonly Verdict[]): Map<string, string> {
  const untried = new Map<string, string>();
  for (const { rule_id, conditions } of rules) {
    for (const [index, condition] of conditions.entries()) {
      const about = verdicts.filter((v) => v.rule_id === rule_id && v.condition === index);
      if (about.some((v) => v.verdict !== 'not_applicable') || holdsOfNone(condition)) continue;
      const zone = condition.zone !== undefined && 'its zone is known only with an image or a calibration';
      const why = zone || (about[0]?.reason ?? 'nothing there is judged by it');
      untried.set(rule_id, `${quotedText(canonicalClause(condition), MAX_SENTENCE)} was not tried: ${why}`);
      break;
    }
  }
  return untried;
}

/** "At most none", and what holds "when there are several": leaving things out is how it holds. */
const holdsOfNone = (c: Condition) => c.zone === undefined && (countsAtMost(c) || c.when === 'several');

interface Desk {
  readonly scene: Scene;
  readonly classes: readonly string[];
  readonly problem: Problem;
  readonly bodies: readonly number[];
  readonly goals: readonly Goal[];
  /** Where objects stood when rules last held; at first where they were laid out. */
  last: Layout;
  successes: number;
}

function deskOf(
  start: readonly Standing[],
  rules: readonly Rule[],
  context: string | null,
  attributes: readonly string[],
): Desk {
  const scene = deskWith(start, context, attributes);
  const classes = start.map((s) => s.class);
  const plane = planeOf(scene, classes)!;
  const requirements = requirementsOf(scene, plane, rules, evaluateAll(rules, scene), { left: 0 });
  const problem: Problem = {
    bodies: plane.bodies,
    table: plane.table,
    vicinity: null,
    stacks: stacksOf(scene, plane, rules),
    requirements,
    weights: WEIGHTS.balanced,
    seed: 1,
    work: { left: 0 },
  };
  const goals = requirements.map((requirement): Goal => ({ requirement, withMargin: false, extra: CLEAR }));
  const last = startLayout(plane.bodies);
  return { scene, classes, problem, bodies: plane.bodies.map((_, i) => i), goals, last, successes: 0 };
}

/** Holds where the requirement clearly does not. */
const opposite = (r: Requirement): Requirement => ({
  ...r,
  pointEstimate: (layout) => -r.pointEstimate(layout) - 1,
  lowerBound90: (layout) => -r.pointEstimate(layout) - 1,
  before: 'violated',
  holdsAsMeasured: false,
});

const tenths = (mm: number) => Math.round(mm * 10) / 10;

const placesOf = ({ classes }: Desk, { x, y }: Layout): Standing[] =>
  classes.map((name, i) => ({ class: name, x: tenths(x[i]!), y: tenths(y[i]!) }));

function arrangementOf({ scene }: Desk, places: readonly Standing[]): Arrangement {
  return {
    width_mm: DESK.width,
    depth_mm: DESK.depth,
    objects: places.map(({ x, y }, i) => ({ object: plainText(scene.objects[i]!.id), x, y })),
  };
}

/** The solver asks for whole rules; it reads id, conditions, place and priority. */
function asRule(rule: ComparedRule): Rule {
  return {
    name: 'rule',
    type: 'placement',
    actions: [],
    text: null,
    assumptions: [],
    source: 'manual',
    enabled: true,
    version: 1,
    created_at: '',
    updated_at: '',
    owner: 'reference desk',
    scope: 'mine',
    created_by: '',
    ...rule,
    conditions: [...rule.conditions],
  };
}
