import type { Rule } from '../rules/schema.ts';
import type { Verdict } from '../rules/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { planeOf } from './bodies.ts';
import { explainConflict, immovable } from './infeasible.ts';
import { offer, shiftsOf } from './offer.ts';
import { plan } from './plan.ts';
import type { Problem } from './problem.ts';
import { requirementsOf, stacksOf } from './requirements.ts';
import { safetyScore } from './safety-score.ts';
import type { Work } from './search.ts';
import { WEIGHTS } from './strategy.ts';
import { type Placement, type PlacementOptions, STRATEGIES } from './types.ts';
import { check, unforeseen } from './verify.ts';

/** Plans at most this often: again when a plan meets a statement that nobody had foreseen. */
const PASSES = 2;

export const DEFAULT_OPTIONS: PlacementOptions = { strategy: 'balanced', movable: ['mug'], seed: 1 };

/**
 * What to move so that the rules hold: as measured and with their 90 % margins, by priority, with the least displacement
 * that the strategy allows. Each move was evaluated on the moved scene. `verdicts` are those of the scene as it is, not
 * condensed. Deterministic for a seed.
 */
export function propose(
  scene: Scene,
  rules: readonly Rule[],
  verdicts: readonly Verdict[],
  options: Partial<PlacementOptions> = {},
): Placement {
  const { strategy, movable, seed } = { ...DEFAULT_OPTIONS, ...options };
  const weights = WEIGHTS[STRATEGIES.includes(strategy) ? strategy : DEFAULT_OPTIONS.strategy];
  const score = safetyScore(verdicts, rules);
  const plane = planeOf(scene, movable);
  if (plane === null) return { moves: [], safetyScore: score, infeasible: null, strategy };

  const stacks = stacksOf(scene, plane, rules);
  const work: Work = { left: 0 };
  let known = verdicts;
  for (let pass = 1; ; pass++) {
    const requirements = requirementsOf(scene, plane, rules, known, work);
    const fixed = immovable(scene, rules, verdicts, requirements);
    if (requirements.length === 0) return { moves: [], safetyScore: score, infeasible: fixed, strategy };
    const problem: Problem = {
      bodies: plane.bodies,
      table: plane.table,
      vicinity: plane.vicinity,
      stacks,
      requirements,
      weights,
      seed,
      work: { left: 0 },
    };
    const { layout, conflict } = plan(problem);
    const shifts = shiftsOf(problem, layout);
    const result = check(scene, rules, verdicts, shifts);
    // At its new place an object may come under a statement that did not speak of it before.
    const news = pass < PASSES ? unforeseen(verdicts, result) : [];
    if (news.length > 0) {
      known = [...known, ...news.map((v) => ({ ...v, verdict: 'satisfied' as const }))];
      continue;
    }
    const moves = offer(scene, rules, verdicts, problem, shifts, result);
    return {
      moves,
      safetyScore: score,
      infeasible: conflict === null ? fixed : explainConflict(rules, conflict),
      strategy,
    };
  }
}
