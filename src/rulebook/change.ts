import type { Rule, RuleDraft, RuleVersion } from '../contract/rule.ts';
import type { Timing } from '../contract/timing.ts';
import { canonicalSentence } from '../language/grammar/canonical.ts';
import { ruleName, rulePriority } from '../language/grammar/draft.ts';
import type { Author, RulePatch } from './types.ts';

/** The next state of a rule; null when the patch changes nothing. */
export function patched(rule: Rule, patch: RulePatch): Rule | null {
  const { draft, timing, name, priority, context, enabled, scope } = patch;
  const { timing: _, ...untimed } = rule;
  const stated: Rule = draft === undefined ? rule : { ...untimed, ...content(rule, draft) };
  const next: Rule = {
    ...(timing === undefined ? stated : timed(stated, timing)),
    ...(name !== undefined && { name }),
    ...(priority !== undefined && { priority }),
    ...(context !== undefined && { context }),
    ...(enabled !== undefined && { enabled }),
    ...(scope !== undefined && { scope }),
  };
  return changesBetween(rule, next).length > 0 ? next : null;
}

/**
 * What a new sentence or new conditions replace. A name, priority or context that the author once chose, rather than one
 * that followed from the old conditions, stays unless the new sentence says otherwise.
 */
function content(rule: Rule, draft: RuleDraft): RuleDraft {
  const chosenName = !isNameOfItsOwn(rule);
  const chosenPriority = rule.priority !== rulePriority(rule.conditions);
  const saysPriority = draft.priority !== rulePriority(draft.conditions);
  // Conditions made by hand say nothing of time; a new sentence does, also by not speaking of it.
  const timing = draft.timing ?? (draft.source === 'manual' ? rule.timing : undefined);
  const timed = timing === undefined ? {} : { timing };
  return {
    ...draft,
    ...timed,
    canonical: canonicalSentence(draft.conditions, timed),
    name: chosenName ? rule.name : isNameOfItsOwn(draft) ? ruleName(draft.conditions, timing) : draft.name,
    priority: chosenPriority && !saysPriority ? rule.priority : draft.priority,
    context: draft.context ?? rule.context,
  };
}

/** Another time, which the author's sentence does not speak of. */
function timed(rule: Rule, timing: Timing | null): Rule {
  const { timing: before, ...untimed } = rule;
  if (sameValue(before ?? null, timing)) return rule;
  const said = timing === null ? {} : { timing };
  const name = isNameOfItsOwn(rule) ? ruleName(rule.conditions, timing ?? undefined) : rule.name;
  const canonical = canonicalSentence(rule.conditions, said);
  return { ...untimed, ...said, name, text: null, source: 'manual', canonical };
}

/** It follows from what the rule says; older versions left the time out. */
const isNameOfItsOwn = ({ name, conditions, timing }: RuleDraft): boolean =>
  name === ruleName(conditions, timing) || name === ruleName(conditions);

const IDENTITY = new Set(['version', 'updated_at']);

/** Names of the fields that differ, identity aside. */
export function changesBetween(before: Rule | null, after: Rule): string[] {
  return [...new Set([...Object.keys(after), ...Object.keys(before ?? {})])].filter((name) => {
    if (IDENTITY.has(name)) return false;
    const key = name as keyof Rule;
    return before === null || !sameValue(before[key], after[key]);
  });
}

/** Deep equality of JSON values, whatever the order of keys. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) && sameValue((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}

/** One line of a rule's history. */
export function historyEntry(
  action: RuleVersion['action'],
  rule: Rule,
  before: Rule | null,
  author: Author,
  at: string,
): RuleVersion {
  return {
    rule_id: rule.rule_id,
    version: rule.version,
    action,
    rule,
    changes: changesBetween(before, rule),
    user_id: author.user,
    reason: author.reason ?? null,
    created_at: at,
  };
}
