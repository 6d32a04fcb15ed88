import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { answer, api } from '../api/client.ts';
import { may } from '../session/session.ts';

interface Named {
  readonly id: string;
  readonly name: string;
  readonly config: { readonly gpu_type: string };
}

/** All servers; what nobody tells (time going by, requests) is asked for now and then. */
export const fleetQuery = {
  queryKey: ['servers', 'status'],
  queryFn: () => answer(api.GET('/api/v1/servers/status')),
} as const;

/** Names that were made of the id tell nobody more than the GPU does. */
const kindOf = ({ id, name, config }: Named): string =>
  name.endsWith(id) ? config.gpu_type.replace(/^NVIDIA /, '') : name;

/** One name for each server, wherever it is spoken of; of several alike the ends of their ids are told. */
export function namesOf(servers: readonly Named[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const one of servers) counts.set(kindOf(one), (counts.get(kindOf(one)) ?? 0) + 1);
  return new Map(
    servers.map((one) => {
      const kind = kindOf(one);
      return [one.id, counts.get(kind) === 1 ? kind : `${kind} · ${one.id.replace(/^srv_/, '').slice(-4)}`] as const;
    }),
  );
}

/** By id, or by what the provider calls it; undefined: no server that is here. */
export function useServerNames() {
  const { data } = useQuery({ ...fleetQuery, enabled: () => may('servers:read') });
  const servers = computed(() => data.value?.servers ?? []);
  const names = computed(() => namesOf(servers.value));
  const ids = computed(() => new Map(servers.value.map(({ id, name }) => [name, id])));
  return { nameOf: (given: string): string | undefined => names.value.get(ids.value.get(given) ?? given) };
}
