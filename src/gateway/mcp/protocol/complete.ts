import type { CallContext } from '../../../contract/call-context.ts';
import type { Services } from '../../../services.ts';

/** What a completion may offer at most. */
const MOST = 50;

export const completeRuleId = (services: Services, ctx: CallContext, typed: string): Promise<string[]> =>
  services.rules.ids(ctx, typed, MOST);

export const completeAnalysisId = (services: Services, ctx: CallContext, typed: string): Promise<string[]> =>
  services.analyses.ids(ctx, typed, MOST);

export const completeServerId = async (services: Services, ctx: CallContext, typed: string): Promise<string[]> =>
  matching(
    (await services.fleet.list(ctx)).servers.map(({ id }) => id),
    typed,
  );

export function matching(values: readonly string[], typed: string): string[] {
  return values.filter((value) => value.startsWith(typed)).slice(0, MOST);
}
