import type { Condition, RuleDraft } from '../../../contract/rule.ts';
import { AppError } from '../../../errors.ts';
import { conditionProblem } from '../../../language/grammar/check.ts';
import { completeDraft } from '../../../language/grammar/draft.ts';

/** The rule that typed conditions would become. Throws RULES_002 with every condition that cannot be one. */
export function draftByHand(
  conditions: readonly Condition[],
  given: { name?: string; priority?: number; context?: string },
): RuleDraft {
  const problems = conditions.flatMap((condition, index) => {
    const problem = conditionProblem(condition);
    return problem === null ? [] : [{ condition: index, problem }];
  });
  if (problems.length > 0) throw new AppError('RULES_002', { details: { problems } });
  return completeDraft(conditions, { ...given, source: 'manual' });
}
