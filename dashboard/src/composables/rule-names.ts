import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { may } from '../session/session.ts';
import { everyRule } from './every-rule.ts';

/** Names of the stored rules by their ids, as far as this person may know them; empty until they are there. */
export function useRuleNames() {
  const { data } = useQuery({
    queryKey: ['rules', 'list'],
    queryFn: everyRule,
    enabled: () => may('rules:read'),
  });
  return computed<ReadonlyMap<string, string>>(
    () => new Map((data.value ?? []).flatMap(({ rule_id, name }) => (rule_id ? [[rule_id, name] as const] : []))),
  );
}
