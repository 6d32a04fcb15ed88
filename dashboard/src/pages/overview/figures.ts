import { useQuery } from '@tanstack/vue-query';
import { computed, shallowRef } from 'vue';
import { answer, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { onBack, useLive } from '../../live/live.ts';

export type Dashboard = paths['/api/v1/dashboard']['get']['responses'][200]['content']['application/json'];
export type Series = paths['/api/v1/dashboard/metrics/{name}']['get']['responses'][200]['content']['application/json'];
/** What was measured, whatever it is of. */
export type Steps = Omit<Series, 'name'>;
export type SeriesName = Series['name'];
export type TimeRange = Series['time_range'];

/** As they are where there is a GPU, or servers that are paid for; null with the reason where not. */
export interface Gpu {
  readonly utilization: number | null;
  readonly memory_bytes: number | null;
  readonly temperature_c: number | null;
  readonly reason: string | null;
}
export interface Cost {
  readonly total_usd: number | null;
  readonly per_hour_now: number | null;
  readonly reason: string | null;
}

export const useSeries = (name: SeriesName, range: () => TimeRange) =>
  useQuery({
    queryKey: computed(() => ['series', name, range()]),
    queryFn: () =>
      answer(
        api.GET('/api/v1/dashboard/metrics/{name}', { params: { path: { name }, query: { time_range: range() } } }),
      ),
    refetchInterval: 60_000,
  });

/** The state of everything: asked for now and then, and as it is told every five seconds. */
export function useFigures() {
  const query = useQuery({
    queryKey: ['dashboard'],
    queryFn: () => answer(api.GET('/api/v1/dashboard')),
    refetchInterval: 30_000,
  });
  const told = shallowRef<Partial<Dashboard['performance']>>({});
  useLive('metrics', ({ type, data }) => {
    if (type !== 'metrics') return;
    // What the snapshot says of the layers is shaped otherwise.
    const { cache, ...rest } = data as unknown as Dashboard['performance'];
    told.value = {
      ...rest,
      ...(query.data.value && { cache: { ...cache, layers: query.data.value.performance.cache.layers } }),
    };
  });
  useLive('activity', () => void query.refetch());
  onBack(() => void query.refetch());
  const performance = computed(() => query.data.value && { ...query.data.value.performance, ...told.value });
  return { query, performance };
}

/** The values of a column, the running step left out: it is not over. */
export const columnOf = (series: Pick<Steps, 'points'> | undefined, column: string): (number | null)[] =>
  (series?.points ?? []).slice(0, -1).map(({ values }) => values?.[column] ?? null);

export const lastKnown = (values: readonly (number | null)[]): number | null =>
  values.findLast((value) => value !== null) ?? null;
