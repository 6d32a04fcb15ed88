import type { ImageGradient } from '../contract/image-gradient.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Rule } from '../contract/rule.ts';
import { STRATEGIES } from '../contract/strategy.ts';
import type { VerdictKind, VerdictNumbers } from '../contract/verdict.ts';
import { verdictNumbersOf } from '../rules/evaluate.ts';
import { requiredLength } from '../rules/interval.ts';
import { idLabel } from '../rules/label.ts';
import type { OperatorSpec } from '../rules/measuring/spec.ts';
import { indexOf } from '../rules/scene-index.ts';
import { visitResults } from '../rules/visit-results.ts';
import type { Point, Scene } from '../scene/types.ts';
import { fartherPlace, wayText } from './farther.ts';
import { explainConflict, immovable, withUnexplained } from './infeasible.ts';
import { offer, shiftsOf } from './offer.ts';
import { DEMANDS } from './requirements/demands.ts';
import { requirementsOf, rulesToPlan, stacksOf } from './requirements/requirements.ts';
import { safetyScore } from './safety-score.ts';
import { type Plane, planeOf } from './solver/bodies.ts';
import type { Conflict } from './solver/conflict.ts';
import { type Places, placesIn } from './solver/ground.ts';
import { plan } from './solver/plan.ts';
import type { Problem } from './solver/problem.ts';
import { MAX_MOVE, reaches } from './solver/reaches.ts';
import type { Work } from './solver/search.ts';
import { WEIGHTS } from './strategy.ts';
import type { Move, Placement, PlacementOptions } from './types.ts';
import { brokenInVain, type Check, check, unforeseen, worsened } from './verify.ts';

/** Plans at most this often: again when a plan meets a statement that nobody had foreseen. */
const PASSES = 2;

export const DEFAULT_OPTIONS: PlacementOptions = {
  strategy: 'balanced',
  movable: ['mug'],
  seed: 1,
  units: 'metric',
  gradient: null,
};

/**
 * What to move so that the rules hold: as measured and with their 90 % margins, by priority, with the least displacement
 * that the strategy allows. Each move was judged on the moved scene. Deterministic for a seed.
 */
export function propose(scene: Scene, rules: readonly Rule[], options: Partial<PlacementOptions> = {}): Placement {
  const { strategy, movable, seed, units, gradient } = { ...DEFAULT_OPTIONS, ...options };
  const weights = WEIGHTS[STRATEGIES.includes(strategy) ? strategy : DEFAULT_OPTIONS.strategy];
  const { about, scored } = survey(scene, rules, movable);
  const score = safetyScore(scored, rules);
  const plane = planeOf(scene, movable);
  if (plane === null) {
    const infeasible = withUnexplained(scene, rules, scored, [], null, [], true);
    return { moves: [], safetyScore: score, infeasible, strategy };
  }

  const planned = rulesToPlan(rules, about);
  const stacks = stacksOf(scene, plane, planned);
  const surest = placesIn(scene, plane, gradient);
  const work: Work = { left: 0 };
  const arranged = (places: Places): Arranged => {
    let known = about;
    for (let pass = 1; ; pass++) {
      const requirements = requirementsOf(scene, plane, planned, known, work, edgeSeen(scene, places));
      const fixed = immovable(scene, planned, scored, requirements);
      if (requirements.length === 0) return { problem: null, moves: [], result: null, conflict: null, fixed };
      const problem: Problem = {
        bodies: plane.bodies,
        table: plane.table,
        vicinity: plane.vicinity,
        hidden: plane.hidden,
        ground: places.ground,
        scaleSigma: scene.calibration.scaleSigma ?? 0,
        ...(scene.table.reference === 'declared' && { borderSigma: scene.table.sigma ?? 0 }),
        stacks,
        requirements,
        weights,
        seed,
        work: { left: 0 },
      };
      const planning = plane.unit === 'mm' ? { ...problem, reach: reaches(problem) } : problem;
      const { layout, conflict } = plan(planning);
      const shifts = shiftsOf(problem, layout);
      const result = check(scene, rules, new Set(shifts.map((s) => s.objectId)), shifts);
      // At its new place an object may come under a statement that did not speak of it before.
      const news = pass < PASSES ? unforeseen(result) : [];
      if (news.length > 0) {
        known = [...known, ...news.map((v) => ({ ...v, verdict: 'satisfied' as const }))];
        continue;
      }
      return {
        problem: planning,
        moves: offer(scene, rules, planning, shifts, result, places),
        result,
        conflict,
        fixed,
      };
    }
  };
  const first = arranged(surest);
  let best = first;
  let last = first;
  // Who finds no place that is surely free is offered one that is less sure, and told so.
  for (let places: Places | null = surest; last.problem !== null; ) {
    const open = unhelped(scored, best.moves, plane);
    places = open.size === 0 ? null : places.lenient(open);
    if (places === null) break;
    last = arranged(places);
    if (unhelped(scored, last.moves, plane).size < open.size || helped(last) > helped(best)) best = last;
  }
  if (first.problem === null) {
    const infeasible = withUnexplained(scene, rules, scored, [], first.fixed, [], true);
    return { moves: [], safetyScore: score, infeasible, strategy };
  }
  const { moves, words } = withFarther(scene, rules, first.problem, best.moves, scored, surest, units);
  const infeasible = last.conflict === null ? last.fixed : explainConflict(scene, rules, last.conflict, units);
  const changeable = new Set(last.problem?.requirements.map((r) => `${r.ruleId} ${r.condition}`));
  const isFixed = (v: VerdictNumbers) =>
    !changeable.has(`${v.rule_id} ${v.condition}`) ||
    !v.objects.some((id) => plane.bodies[plane.index.get(id) ?? -1]?.movable);
  const spoilt = last.result === null ? [] : [...brokenInVain(last.result, rules), ...worsened(last.result)];
  return {
    moves,
    safetyScore: score,
    infeasible: andSaid(
      withUnexplained(
        scene,
        rules,
        scored,
        moves,
        infeasible,
        spoilt,
        false,
        blocked(surest, gradient, units),
        planned,
        isFixed,
      ),
      words,
    ),
    strategy,
  };
}

/** What was found with the places that one kind of sight allows. */
interface Arranged {
  readonly problem: Problem | null;
  readonly moves: readonly Move[];
  readonly result: Check | null;
  readonly conflict: Conflict | null;
  readonly fixed: Placement['infeasible'];
}

/** Bodies that may move and break a rule which no offered move of theirs mends. */
function unhelped(verdicts: readonly VerdictNumbers[], moves: readonly Move[], { bodies, index }: Plane): Set<number> {
  const mended = (v: VerdictNumbers) =>
    moves.some((m) => m.ruleIds.includes(v.rule_id) && v.objects.includes(m.objectId));
  return new Set(
    verdicts
      .filter((v) => v.verdict === 'violated' && !mended(v))
      .flatMap((v) => v.objects.map((id) => index.get(id) ?? -1))
      .filter((body) => bodies[body]?.movable),
  );
}

/** Who marked the corners of the table knows better than the image where it ends. */
const edgeSeen = ({ table }: Scene, { edge }: Places): Places['edge'] =>
  table.reference === 'declared' ? () => null : edge;

const helped = ({ moves }: Arranged) =>
  new Set(moves.flatMap((m) => m.ruleIds.map((id) => `${m.objectId} ${id}`))).size;

/** Objects of which a place farther away is looked for. */
const MOST_FARTHER = 2;

/** Tells of every broken rule that no offered move surely mends where the nearest place lies that does. */
function withFarther(
  scene: Scene,
  rules: readonly Rule[],
  problem: Problem,
  moves: readonly Move[],
  verdicts: readonly VerdictNumbers[],
  places: Places,
  units: UnitSystem,
): { readonly moves: readonly Move[]; readonly words: readonly string[] } {
  const promised = new Set(moves.filter((m) => m.verified).map((m) => m.objectId));
  const broken = new Set(verdicts.filter((v) => v.verdict === 'violated').flatMap((v) => v.objects));
  const asked = problem.bodies.filter(({ id, movable }) => movable && broken.has(id) && !promised.has(id));
  const shifts = moves.flatMap((m) => (m.vectorMm === null ? [] : [{ objectId: m.objectId, by: m.vectorMm }]));
  const found = new Map<string, Point>();
  for (const { id } of asked.slice(0, MOST_FARTHER)) {
    const by = fartherPlace(scene, rules, problem, shifts, id, places);
    if (by !== null) found.set(id, by);
  }
  const told = new Set(moves.map((m) => m.objectId));
  return {
    moves: moves.map((m) => {
      const by = found.get(m.objectId);
      return by === undefined
        ? m
        : { ...m, fartherMm: by, reason: `${m.reason}; its rules surely hold ${wayText(by, units)}` };
    }),
    words: [...found].flatMap(([id, by]) =>
      told.has(id)
        ? []
        : [`The nearest place where the rules of ${idLabel(id)} surely hold lies ${wayText(by, units)}.`],
    ),
  };
}

function andSaid(said: Placement['infeasible'], words: readonly string[]): Placement['infeasible'] {
  return said === null || words.length === 0 ? said : { ...said, explanation: [said.explanation, ...words].join(' ') };
}

/** Why there is no place, as far as the image is the reason; null where nobody looked. */
function blocked(places: Places, gradient: ImageGradient | null, units: UnitSystem): string | null {
  return gradient === null || places.lenient(new Set([0])) === null
    ? null
    : `no place within ${requiredLength(MAX_MOVE, units)} that the picture shows free is likely to fulfil that`;
}

/**
 * The findings that the solver works on: those about what may move, and all that are violated with one that is satisfied and
 * one that is uncertain (for the score). Numbers only: on a full desk the others are many.
 */
function survey(scene: Scene, rules: readonly Rule[], movable: readonly string[]) {
  const moves = indexOf(scene).entities.map(({ class: name, id }) => movable.includes(name) || movable.includes(id));
  const about: VerdictNumbers[] = [];
  const scored: VerdictNumbers[] = [];
  const told = new Set<VerdictKind>();
  visitResults(rules, scene, null, ({ rule_id, position, spec, ctx }, f) => {
    const matters = moves[f.a] || moves[f.b] || f.members?.some((m) => moves[m]) || !isPair(spec);
    const scores = f.kind === 'violated' || !told.has(f.kind);
    if (!matters && !scores) return;
    const numbers = verdictNumbersOf(rule_id, position, spec, ctx, f);
    if (matters) about.push(numbers);
    if (scores) scored.push(numbers);
    told.add(f.kind);
  });
  return { about, scored };
}

/** Of something that stands on one surface another one may be meant when that moves. */
const isPair = ({ name }: OperatorSpec) => DEMANDS[name]?.surfaces !== true;
