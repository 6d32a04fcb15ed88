import { useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { answer, api, page } from '../../api/client.ts';
import type { ListItem, SearchHits } from '../../components/desk/types.ts';
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
  return { query, rows, first };
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
