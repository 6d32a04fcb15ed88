import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { answer, api } from '../api/client.ts';
import { may, me } from '../session/session.ts';

/** Ids of users say nothing to people: their names, where the caller may know them. */
export function useNames(): (id: string) => string {
  const { t } = useI18n();
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => answer(api.GET('/api/v1/users', { params: { query: { limit: 100 } } })),
    enabled: may('admin:users'),
  });
  const names = computed(() => new Map((users.data.value ?? []).map((one) => [one.user_id, one.username])));
  return (id) => {
    if (id === me.value?.id) return me.value.user?.username ?? t('account.you');
    return names.value.get(id) ?? (id.startsWith('usr_') ? t('account.another') : id);
  };
}
