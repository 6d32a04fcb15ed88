import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import { requestRuleId, ruleLabel } from '../contract/request-rule.ts';
import type { Condition, Rule } from '../contract/rule.ts';
import type { ActiveRules, RuleBook } from '../rulebook/types.ts';

interface RulesOfRequest extends ActiveRules {
  /** One sentence for each of the request's own rules that says what another rule says. */
  readonly repeated: readonly string[];
  /** Rules that should be checked and cannot be read. */
  readonly unreadable: readonly string[];
}

/** The rules of a request: the caller's enabled ones, or those it names, plus its own that say something else. */
export async function rulesOf(
  ctx: CallContext,
  request: CheckedRequest,
  book: RuleBook,
  now: Date,
  asked: Promise<ActiveRules> = book.active(ctx),
): Promise<RulesOfRequest> {
  const { rules: active, revision, unreadable = [], warning } = await asked;
  const stored = request.only_rules ? await Promise.all(request.only_rules.map((id) => book.get(ctx, id))) : active;
  const at = now.toISOString();
  const own = (request.extra_rules ?? []).map(
    (draft, index): Rule => ({
      ...draft,
      rule_id: requestRuleId(index),
      enabled: true,
      version: 1,
      created_at: at,
      updated_at: at,
      created_by: ctx.principal.id,
      owner: ctx.principal.id,
      scope: 'mine',
    }),
  );
  const rules = [...stored];
  const repeated: string[] = [];
  for (const rule of own) {
    const said = contentOf(rule);
    const known = rules.findIndex((other) => contentOf(other) === said);
    const first = rules[known];
    if (first === undefined) {
      rules.push(rule);
      continue;
    }
    // Asked for in two urgencies, it is as urgent as the higher one.
    rules[known] = { ...first, priority: Math.max(first.priority, rule.priority) };
    const label = ruleLabel(rule.rule_id);
    repeated.push(
      `${label.charAt(0).toUpperCase()}${label.slice(1)} says the same as ${ruleLabel(first.rule_id)}: judged once.`,
    );
  }
  if (request.only_rules) return { rules, revision, repeated, unreadable: [] };
  return { rules, revision, repeated, unreadable, ...(warning !== undefined && { warning }) };
}

/** The same for rules that ask for the same in the same place, whatever the order of their conditions and fields. */
function contentOf({ conditions, context }: Pick<Rule, 'conditions' | 'context'>): string {
  const fields = (c: Condition) => JSON.stringify(Object.entries(c).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify([context?.trim().toLowerCase() ?? null, conditions.map(fields).sort()]);
}
