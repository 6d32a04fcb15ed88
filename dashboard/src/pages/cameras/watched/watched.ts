import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { answer, api } from '../../../api/client.ts';
import type { paths } from '../../../api/schema.d.ts';
import { onBack, useLive } from '../../../live/live.ts';

type Answer<Path extends keyof paths> = paths[Path] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Body
  : never;
export type Camera = Answer<'/api/v1/cameras'>[number];
export type Status = Answer<'/api/v1/cameras/{camera}/status'>;
export type Timeline = Answer<'/api/v1/cameras/{camera}/timeline'>;
export type Heat = Answer<'/api/v1/cameras/{camera}/heatmap'>;
export type Settings = paths['/api/v1/cameras']['post']['requestBody']['content']['application/json'];
export type Zone = Camera['privacy_zones'][number];

/** How often a page that is looked at asks anew. */
const STATUS_MS = 5000;
const HISTORY_MS = 30_000;

export const STATE_COLOR = {
  watching: 'success',
  resting: 'neutral',
  in_trouble: 'error',
  moved: 'warning',
  off: 'neutral',
  waiting: 'info',
} as const satisfies Record<Status['state'], string>;

export const useCameras = () =>
  useQuery({
    queryKey: ['cameras'],
    // The client forgets how long a tuple is.
    queryFn: () =>
      answer(api.GET('/api/v1/cameras', { params: { query: { limit: 100 } } })) as unknown as Promise<Camera[]>,
  });

/** What happens at a camera is shown as it happens; the questions in between are for what no event tells. */
export function useCameraNews(): void {
  const queries = useQueryClient();
  const again = (...key: string[]) => void queries.invalidateQueries({ queryKey: ['cameras', ...key] });
  useLive('activity', ({ data }) => {
    if (data.type === 'camera_changed') again();
    if (data.type === 'camera_event') again(String(data.camera_id));
  });
  onBack(() => again());
}

const params = (camera: string) => ({ params: { path: { camera } } });

export const useStatus = (id: Ref<string>) =>
  useQuery({
    queryKey: computed(() => ['cameras', id.value, 'status']),
    queryFn: () => answer(api.GET('/api/v1/cameras/{camera}/status', params(id.value))),
    refetchInterval: STATUS_MS,
  });

export const useTimeline = (id: Ref<string>) =>
  useQuery({
    queryKey: computed(() => ['cameras', id.value, 'timeline']),
    queryFn: () => answer(api.GET('/api/v1/cameras/{camera}/timeline', params(id.value))),
    refetchInterval: HISTORY_MS,
  });

export const useHeat = (id: Ref<string>) =>
  useQuery({
    queryKey: computed(() => ['cameras', id.value, 'heat']),
    queryFn: () => answer(api.GET('/api/v1/cameras/{camera}/heatmap', params(id.value))) as unknown as Promise<Heat>,
    refetchInterval: HISTORY_MS,
  });
