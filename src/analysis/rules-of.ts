import type { CheckedRequest } from '../contract/analyze-request.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Rule } from '../contract/rule.ts';
import type { ActiveRules, RuleBook } from '../rulebook/types.ts';

/** The rules of a request: the caller's enabled ones, or those it names, plus its own. */
export async function rulesOf(
  ctx: CallContext,
  request: CheckedRequest,
  book: RuleBook,
  now: Date,
): Promise<ActiveRules> {
  const { rules, revision } = await book.active(ctx);
  const stored = request.only_rules ? await Promise.all(request.only_rules.map((id) => book.get(ctx, id))) : rules;
  const at = now.toISOString();
  const own = (request.extra_rules ?? []).map(
    (draft, index): Rule => ({
      ...draft,
      rule_id: `rule_request-${index + 1}`,
      enabled: true,
      version: 1,
      created_at: at,
      updated_at: at,
      created_by: ctx.principal.id,
      owner: ctx.principal.id,
      scope: 'mine',
    }),
  );
  return { rules: [...stored, ...own], revision };
}
