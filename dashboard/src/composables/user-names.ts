import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answer, api } from '../api/client.ts';
import { may, me } from '../session/session.ts';

const MOST = 100;

/** Who an id is: oneself, for administrators everybody; undefined: this person may not know. Ids say nothing to people. */
export function useUserNames() {
  const users = useQuery({
    queryKey: ['users'],
    queryFn: () => answer(api.GET('/api/v1/users', { params: { query: { limit: MOST } } })),
    enabled: () => may('admin:users'),
  });
  const names = computed(() => new Map((users.data.value ?? []).map((one) => [one.user_id, one.username])));
  return {
    isMe: (id: string): boolean => id === me.value?.id,
    nameOf: (id: string): string | undefined =>
      names.value.get(id) ?? (id === me.value?.id ? me.value.user?.username : undefined),
  };
}
