import type { AnalyzeRequest } from '../contract/analyze-request.ts';
import type { Rule } from '../contract/rule.ts';
import type { RuleRecords } from '../ports/records.ts';
import type { RuleBook } from '../rulebook/types.ts';

const PAGE = 500;

export interface RuleSet {
  readonly rules: readonly Rule[];
  readonly revision: number;
}

/** The rules of a request: the enabled ones (read again only after a change), or those it names, plus its own. */
export function createRuleSource(records: RuleRecords, book: RuleBook, now: () => Date) {
  let enabled: RuleSet | null = null;

  async function enabledRules(revision: number): Promise<RuleSet> {
    if (enabled?.revision === revision) return enabled;
    const rules: Rule[] = [];
    for (let offset = 0; ; offset += PAGE) {
      const page = await records.list({ enabled: true }, { limit: PAGE, offset });
      rules.push(...page.items);
      if (page.items.length < PAGE) break;
    }
    enabled = { rules, revision };
    return enabled;
  }

  return async (request: AnalyzeRequest): Promise<RuleSet> => {
    const revision = await records.revision();
    const stored = request.onlyRules
      ? await Promise.all(request.onlyRules.map((id) => book.get(id)))
      : (await enabledRules(revision)).rules;
    const at = now().toISOString();
    const own = (request.extraRules ?? []).map(
      (draft, index): Rule => ({
        ...draft,
        rule_id: `rule_request-${index + 1}`,
        enabled: true,
        version: 1,
        created_at: at,
        updated_at: at,
        created_by: 'request',
      }),
    );
    return { rules: [...stored, ...own], revision };
  };
}
