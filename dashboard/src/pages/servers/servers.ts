import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';
import { answer, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { fleetQuery } from '../../composables/server-names.ts';
import { onBack, useLive } from '../../live/live.ts';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
type Told = Answer<'/api/v1/servers/status'>;
/** `openapi-fetch` leaves out what is always null. */
type Set<Config> = Omit<Config, 'target_utilization'>;
export type Server = Omit<Told['servers'][number], 'config'> & { config: Set<Told['servers'][number]['config']> };
export type Fleet = Omit<Told, 'servers'> & { servers: Server[] };
export type ServerKind = Server['type'];
export type Cost = Answer<'/api/v1/servers/cost'>;
export type Deployment = Answer<'/api/v1/deployments'>[number];
export type Offer = Answer<'/api/v1/servers/gpus'>[number];
export type LogLine = Answer<'/api/v1/servers/{server}/logs'>['lines'][number];
export type Quote = paths['/api/v1/servers/quote']['post']['responses'][200]['content']['application/json'];
type Asked = paths['/api/v1/servers']['post']['requestBody']['content']['application/json'];
export type NewServer = Omit<Asked, 'config'> & { config: Set<NonNullable<Asked['config']>> };

export interface Happening {
  readonly id: string;
  readonly time: string;
  readonly severity: string;
  readonly name: string;
  readonly message: string;
}
const MOST_HAPPENINGS = 20;

export const useFleet = () => useQuery({ ...fleetQuery, refetchInterval: 15_000 });

/** How servers are replaced; weights and judgements change while nobody tells. */
export const useDeployments = () =>
  useQuery({
    queryKey: ['servers', 'deployments'],
    queryFn: () => answer(api.GET('/api/v1/deployments')),
    refetchInterval: 5000,
  });

export const useCost = () =>
  useQuery({
    queryKey: ['servers', 'cost'],
    queryFn: () => answer(api.GET('/api/v1/servers/cost')),
    refetchInterval: 60_000,
  });

/** GPUs of the catalog at this moment: prices are never shown from an earlier one. */
export const offersOf = (query: { type: ServerKind; gpu_type?: string; gpu_count: number }): Promise<Offer[]> =>
  answer(api.GET('/api/v1/servers/gpus', { params: { query } }));

/** What happens to servers as it happens, newest first; all that is shown of them follows. */
export function useHappenings() {
  const client = useQueryClient();
  const happenings = ref<Happening[]>([]);
  const again = () => void client.invalidateQueries({ queryKey: ['servers'] });
  useLive('alerts', ({ data, timestamp }) => {
    if (data.type !== 'server_event') return;
    const one = {
      id: String(data.event_id ?? `${timestamp} ${happenings.value.length}`),
      time: timestamp,
      severity: String(data.severity),
      name: String(data.name),
      message: String(data.message),
    };
    happenings.value = [one, ...happenings.value].slice(0, MOST_HAPPENINGS);
    again();
  });
  onBack(again);
  return happenings;
}
