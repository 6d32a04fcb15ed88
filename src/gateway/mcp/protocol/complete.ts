import type { CallContext } from '../../../contract/call-context.ts';
import type { Services } from '../../../services.ts';

/** What a completion may offer at most, and how far back it looks. */
const MOST = 50;
const LOOK_BACK = 500;

export async function completeRuleId(services: Services, ctx: CallContext, typed: string): Promise<string[]> {
  const page = await services.rules.list(ctx, {}, { limit: LOOK_BACK, offset: 0 });
  return matching(
    page.items.map((rule) => rule.rule_id),
    typed,
  );
}

export async function completeAnalysisId(services: Services, ctx: CallContext, typed: string): Promise<string[]> {
  const page = await services.analyses.list(ctx, { limit: LOOK_BACK, offset: 0 });
  return matching(
    page.items.map((analysis) => analysis.analysis_id),
    typed,
  );
}

export function matching(values: readonly string[], typed: string): string[] {
  return values.filter((value) => value.startsWith(typed)).slice(0, MOST);
}
