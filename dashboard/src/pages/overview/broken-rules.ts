import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../../api/client.ts';

const DAY_MS = 86_400_000;
/** Rules that are looked at, those with the most violations so far first. */
const MOST_RULES = 10;
/** Desks of one rule that are counted. */
const MOST_DESKS = 20;

export interface BrokenRule {
  readonly ruleId: string;
  readonly name: string;
  readonly canonical: string;
  /** Analyses in which it was broken; `more`: at least so many. */
  readonly desks: number;
  readonly more: boolean;
  readonly latest: string;
}

/** What was broken on most of the caller's desks in the last 24 hours. */
export const useBrokenRules = () =>
  useQuery({ queryKey: ['broken-rules'], queryFn: brokenRules, staleTime: 60_000, refetchInterval: 120_000 });

async function brokenRules(): Promise<BrokenRule[]> {
  const since = new Date(Date.now() - DAY_MS).toISOString();
  const rules = await answer(api.GET('/api/v1/rules', { params: { query: { limit: 100 } } }));
  const counted = await Promise.all(
    rules.flatMap(({ rule_id, name, canonical }) =>
      rule_id === undefined
        ? []
        : [statisticsOf(rule_id).then((statistics) => ({ rule_id, name, canonical, statistics }))],
    ),
  );
  const lately = counted
    .filter(({ statistics }) => statistics.violations > 0 && (statistics.last_executed ?? '') >= since)
    .sort((a, b) => b.statistics.violations - a.statistics.violations)
    .slice(0, MOST_RULES);
  const found = await Promise.all(
    lately.map(async ({ rule_id, name, canonical }) => {
      const query = { rule_id, verdict: 'violated' as const, since, group: false, limit: MOST_DESKS };
      const { results, next_cursor } = await answer(api.GET('/api/v1/search', { params: { query } }));
      return {
        ruleId: rule_id,
        name,
        canonical,
        desks: results.length,
        more: next_cursor !== null,
        latest: results[0]?.why[0]?.replace(/^violated: /, '') ?? '',
      };
    }),
  );
  return found.filter(({ desks }) => desks > 0).sort((a, b) => b.desks - a.desks);
}

const statisticsOf = (rule_id: string) =>
  answer(api.GET('/api/v1/rules/{rule_id}/statistics', { params: { path: { rule_id } } }));
