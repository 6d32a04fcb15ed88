import { type Resolution, type ResolutionStrategy, resolve } from '../conflicts/resolve.ts';
import type { Condition, Conflict, Rule } from '../contract/rule.ts';
import type { AppliedResolution, Author, ResolvedRule } from './types.ts';

/** Other rules that one call may change. */
const MAX_CHANGES = 20;
const MAX_QUESTIONS = 5;
/** A change may bring a new conflict; so often it is looked for. */
const MAX_PASSES = 3;

export interface Resolving {
  readonly rule: Rule;
  readonly resolution?: AppliedResolution;
}

/**
 * Applies a strategy to the proved conflicts of a stored rule, one after the other: each change makes a new version with
 * the author and the reason. What the strategy cannot decide is asked, and nothing of it is changed.
 */
export async function resolveConflicts(
  rule: Rule,
  enabled: readonly Rule[],
  strategy: ResolutionStrategy,
  author: Author,
  change: Change,
  clashes: (rule: Rule, others: readonly Rule[]) => Promise<readonly Conflict[]>,
): Promise<Resolving> {
  const rules = new Map([...enabled, rule].map((r) => [r.rule_id, r]));
  const changed: ResolvedRule[] = [];
  const questions: string[] = [];
  const settled = new Set<string>();
  for (let pass = 1; pass <= MAX_PASSES && rules.has(rule.rule_id); pass++) {
    const touched = new Set<string>();
    const found = (await clashes(rule, [...rules.values()])).filter((c) => !settled.has(keyOf(c)));
    for (const conflict of found) {
      // A rule that changed since may no longer clash: the next pass tells.
      if (changed.length >= MAX_CHANGES || conflict.rule_ids.some((id) => touched.has(id))) continue;
      settled.add(keyOf(conflict));
      const resolution = resolve(conflict, [...conflict.rule_ids.map((id) => rules.get(id)!)], strategy);
      if (resolution.question !== null && questions.length < MAX_QUESTIONS) questions.push(resolution.question);
      for (const step of stepsOf(resolution)) {
        const before = rules.get(step.rule_id)!;
        const reason = reasonFor(step, conflict, resolution);
        const after = await change(step.rule_id, step.to, { user: author.user, reason });
        const action = after.enabled ? 'relaxed' : 'disabled';
        const { canonical } = after;
        changed.push({ rule_id: step.rule_id, action, canonical, reason, undo_version: before.version });
        touched.add(step.rule_id);
        if (after.enabled) rules.set(after.rule_id, after);
        else rules.delete(after.rule_id);
        if (after.rule_id === rule.rule_id) rule = after;
      }
    }
    if (touched.size === 0) break;
  }
  if (changed.length === 0 && questions.length === 0) return { rule };
  return { rule, resolution: { strategy, changed, questions } };
}

/** Switches off what a person chose to give up for a rule; what is off or gone already stays so. */
export async function switchOff(
  rule: Rule,
  ids: readonly string[],
  enabled: readonly Rule[],
  author: Author,
  change: Change,
): Promise<Resolving> {
  const changed: ResolvedRule[] = [];
  for (const before of enabled.filter((r) => ids.includes(r.rule_id))) {
    const reason = `chosen by a person: yields to ${rule.rule_id}`;
    const { canonical } = await change(before.rule_id, { enabled: false }, { user: author.user, reason });
    changed.push({ rule_id: before.rule_id, action: 'disabled', canonical, reason, undo_version: before.version });
  }
  return changed.length === 0 ? { rule } : { rule, resolution: { strategy: 'user', changed, questions: [] } };
}

/** Changes another rule of the caller: switches it off, or gives it other conditions. */
export type Change = (
  id: string,
  to: { readonly enabled: false } | { readonly conditions: readonly Condition[] },
  author: Author,
) => Promise<Rule>;

const keyOf = ({ kind, rule_ids }: Conflict) => `${kind} ${rule_ids.toSorted().join(' ')}`;

const stepsOf = ({ disable, change }: Resolution) => [
  ...disable.map((rule_id) => ({ rule_id, to: { enabled: false as const } })),
  ...change.map(({ rule_id, conditions }) => ({ rule_id, to: { conditions } })),
];

function reasonFor(step: { rule_id: string }, conflict: Conflict, { strategy, explanation }: Resolution): string {
  const others = conflict.rule_ids.filter((id) => id !== step.rule_id).join(', ');
  return `on_conflict ${strategy}: ${conflict.kind} with ${others}; ${explanation}`.slice(0, 500);
}
