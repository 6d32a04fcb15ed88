import { useQuery } from '@tanstack/vue-query';
import { answer, api } from '../../api/client.ts';

/** As many as are asked for one by one. */
const MOST = 100;

/** Of each of the caller's rules, those first that were broken most. */
export const useRuleFigures = () =>
  useQuery({ queryKey: ['rules', 'figures'], queryFn: ruleFigures, staleTime: 60_000, refetchInterval: 120_000 });

async function ruleFigures() {
  const rules = await answer(api.GET('/api/v1/rules', { params: { query: { limit: MOST } } }));
  const known = rules.flatMap(({ rule_id: id, name }) => (id === undefined ? [] : [{ id, name }]));
  const all = await Promise.all(
    known.map(async ({ id, name }) => {
      const path = { rule_id: id };
      return { id, name, figures: await answer(api.GET('/api/v1/rules/{rule_id}/statistics', { params: { path } })) };
    }),
  );
  return all.sort((a, b) => b.figures.violations - a.figures.violations);
}
