import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answer, api } from '../api/client.ts';
import { may } from '../session/session.ts';

const MOST = 100;

/** Names of the stored rules by their ids, as far as this person may know them; empty until they are there. */
export function useRuleNames() {
  const { data } = useQuery({
    queryKey: ['rules', 'names'],
    queryFn: () => answer(api.GET('/api/v1/rules', { params: { query: { limit: MOST } } })),
    enabled: () => may('rules:read'),
  });
  return computed<ReadonlyMap<string, string>>(
    () => new Map((data.value ?? []).flatMap(({ rule_id, name }) => (rule_id ? [[rule_id, name] as const] : []))),
  );
}
