import { conflictsOf, findConflicts } from '../conflicts/detect.ts';
import { createReferenceDesk } from '../conflicts/feasibility/reference-desk.ts';
import { type Review, review } from '../conflicts/review.ts';
import type { ComparedRule } from '../conflicts/statement.ts';
import type { Conflict } from '../contract/rule.ts';
import type { Computation } from '../ports/computing.ts';
import type { ConflictList } from './types.ts';

interface Beside {
  readonly rule: ComparedRule;
  /** Enabled ones. */
  readonly others: readonly ComparedRule[];
}

const conditionsOf = (rules: readonly ComparedRule[]) => rules.reduce((sum, r) => sum + r.conditions.length, 0);

/** Conditions are compared with each other, two by two; ms, measured on rules that speak of the same few objects. */
const comparing = (rules: readonly ComparedRule[]) => conditionsOf(rules) ** 2 * 0.004;

/** The proved conflicts of one rule with others. */
export const CLASHES: Computation<Beside, Conflict[]> = {
  name: 'clashes',
  run: ({ rule, others }) => conflictsOf(rule, others),
  ms: ({ rule, others }) => comparing([rule, ...others]),
};

/** More are only counted: of a thousand alike rules every two repeat each other. */
export const MAX_CONFLICTS = 200;

/** The proved conflicts among rules. */
export const ALL_CLASHES: Computation<readonly ComparedRule[], ConflictList> = {
  name: 'all clashes',
  run(rules) {
    const found = findConflicts(rules);
    return { conflicts: found.slice(0, MAX_CONFLICTS), total: found.length };
  },
  ms: comparing,
};

/** All that is to be said of a rule beside others; `tried`: on a reference desk too, where conditions alone do not tell. */
export const REVIEW: Computation<Beside & { readonly tried: boolean }, Review> = {
  name: 'review',
  run: ({ rule, others, tried }) => review(rule, others, tried ? createReferenceDesk() : undefined),
  // On the desk a search in vain takes longest, and with one condition more there is one more to search.
  ms: ({ rule, others, tried }) => comparing([rule, ...others]) + (tried ? 4 * conditionsOf(others) : 0),
};
