import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answer, api } from '../api/client.ts';
import { may } from '../session/session.ts';
import { useRuleNames } from './rule-names.ts';
import { useServerNames } from './server-names.ts';
import { useUserNames } from './user-names.ts';

const MOST = 100;
const query = { limit: MOST } as const;

/** What an id is called by people, whatever it is of: users, rules, cameras, calibrations, servers; undefined: nobody here knows. */
export function useTargetNames() {
  const users = useUserNames();
  const rules = useRuleNames();
  const servers = useServerNames();
  const cameras = useQuery({
    queryKey: ['cameras'],
    queryFn: () => answer(api.GET('/api/v1/cameras', { params: { query } })),
    enabled: () => may('analysis:read'),
  });
  const calibrations = useQuery({
    queryKey: ['calibrations'],
    queryFn: () => answer(api.GET('/api/v1/calibrations', { params: { query } })),
    enabled: () => may('analysis:read'),
  });
  const kept = computed(
    () =>
      new Map<string, string>([
        ...(cameras.data.value ?? []).map(({ camera_id, name }) => [camera_id, name] as const),
        ...(calibrations.data.value ?? []).map(({ calibration_id, name }) => [calibration_id, name] as const),
      ]),
  );
  return {
    isMe: users.isMe,
    nameOf: (id: string): string | undefined =>
      users.nameOf(id) ?? rules.value.get(id) ?? kept.value.get(id) ?? servers.nameOf(id),
  };
}
