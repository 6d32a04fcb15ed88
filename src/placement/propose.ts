import type { Rule } from '../rules/schema.ts';
import type { Verdict } from '../rules/verdict.ts';
import type { Scene } from '../scene/types.ts';
import { planeOf } from './bodies.ts';
import { explainConflict, immovable } from './infeasible.ts';
import { offer } from './offer.ts';
import { plan } from './plan.ts';
import type { Problem } from './problem.ts';
import { requirementsOf, stacksOf } from './requirements.ts';
import { safetyScore } from './safety-score.ts';
import { WEIGHTS } from './strategy.ts';
import { type Placement, type PlacementOptions, STRATEGIES } from './types.ts';

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
  const requirements = plane === null ? [] : requirementsOf(scene, plane, rules, verdicts);
  const fixed = immovable(scene, rules, verdicts, requirements);
  if (plane === null || requirements.length === 0)
    return { moves: [], safetyScore: score, infeasible: fixed, strategy };

  const problem: Problem = {
    bodies: plane.bodies,
    table: plane.table,
    stacks: stacksOf(scene, plane, rules),
    requirements,
    weights,
    seed,
  };
  const { layout, conflict } = plan(problem);
  const moves = offer(scene, rules, verdicts, problem, layout);
  const infeasible = conflict === null ? fixed : explainConflict(rules, conflict);
  return { moves, safetyScore: score, infeasible, strategy };
}
