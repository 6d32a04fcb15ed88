import { useInfiniteQuery, useQueryClient } from '@tanstack/vue-query';
import { useThrottleFn } from '@vueuse/core';
import { computed, type Ref, ref, watch } from 'vue';
import { answer, api, page } from '../../api/client.ts';
import type { ListItem, SearchHits } from '../../components/desk/types.ts';
import { onBack, useLive } from '../../live/live.ts';
import { type Filters, isFiltered, searchQuery } from './filters.ts';

export interface Row {
  readonly id: string;
  readonly time: string;
  /** Null: the search tells a headline instead. */
  readonly item: ListItem | null;
  readonly headline: string | null;
  readonly why: readonly string[];
  readonly similarity: number | null;
}
interface Part {
  readonly rows: readonly Row[];
  readonly next: string | null;
  readonly total: number | null;
  readonly readAs: Readonly<Record<string, unknown>> | null;
  readonly notes: readonly string[];
}

const PAGE = 100;
const SEARCH_PAGE = 20;
/** However many analyses are made meanwhile. */
const AGAIN_MS = 1000;
const TELLING = new Set(['positioning_analyzed', 'analyses_deleted', 'batch_completed']);

/** Stored analyses, a page at a time: all of them, or those that fit. */
export function useRows(filters: Ref<Filters>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => ['analyses', filters.value]),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      isFiltered({ ...filters.value, camera: '' })
        ? search(filters.value, pageParam, signal)
        : list(filters.value.camera, pageParam, signal),
    getNextPageParam: ({ next }: Part) => next,
  });
  const rows = computed(() => query.data.value?.pages.flatMap((part) => part.rows) ?? []);
  const first = computed(() => query.data.value?.pages[0] ?? null);
  const client = useQueryClient();
  /** More is stored than the list shows, of which somebody reads a later part: it is not pulled from under them. */
  const isBehind = ref(false);
  async function show(): Promise<void> {
    isBehind.value = false;
    await client.resetQueries({ queryKey: ['analyses', filters.value] });
  }
  const changed = useThrottleFn(
    () => {
      if ((query.data.value?.pages.length ?? 0) > 1 || query.isFetchingNextPage.value) isBehind.value = true;
      else void query.refetch();
    },
    AGAIN_MS,
    true,
  );
  useLive('activity', ({ data }) => {
    if (TELLING.has(String(data.type))) void changed();
  });
  onBack(() => void changed());
  watch(filters, () => {
    isBehind.value = false;
  });
  return { query, rows, first, isBehind, show };
}

async function list(camera: string, cursor: string | null, signal: AbortSignal): Promise<Part> {
  const { items, total, next } = await page(
    api.GET('/api/v1/analyze/history', {
      params: { query: { limit: PAGE, ...(camera && { calibration_id: camera }), ...(cursor !== null && { cursor }) } },
      signal,
    }),
  );
  const rows = items.map((item) => ({
    id: item.analysis_id,
    time: item.timestamp,
    item,
    headline: null,
    why: [],
    similarity: null,
  }));
  return { rows, next, total, readAs: null, notes: [] };
}

async function search(filters: Filters, cursor: string | null, signal: AbortSignal): Promise<Part> {
  const query = { ...searchQuery(filters), group: false, limit: SEARCH_PAGE, ...(cursor !== null && { cursor }) };
  const found: SearchHits = await answer(api.GET('/api/v1/search', { params: { query: query as never }, signal }));
  const rows = found.results.map((hit) => ({
    id: hit.analysis_id,
    time: hit.timestamp,
    item: null,
    headline: hit.headline,
    why: hit.why,
    similarity: hit.similarity,
  }));
  return { rows, next: found.next_cursor, total: null, readAs: found.read_as ?? null, notes: found.notes ?? [] };
}
