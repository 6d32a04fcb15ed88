import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query';
import { useThrottleFn } from '@vueuse/core';
import { errorOf } from '../../api/api-error.ts';
import { authorizedFetch } from '../../api/authorized-fetch.ts';
import { answer, api } from '../../api/client.ts';
import type { paths } from '../../api/schema.d.ts';
import { addressOf } from '../../api/transport.ts';
import { everyRule } from '../../composables/every-rule.ts';
import { onBack, useLive } from '../../live/live.ts';

type Json<R> = R extends { content: { 'application/json': infer T } } ? T : never;
type Rules = Json<paths['/api/v1/rules']['get']['responses'][200]>;
/** As listed: what is stored has an id. */
export type Rule = Rules[number] & { rule_id: string; enabled: boolean; version: number };
export type Reading = Json<paths['/api/v1/rules/validate']['post']['responses'][200]>;
export type Conflict = Reading['conflicts'][number] & { counter_example?: Arrangement };
export type Statistics = Json<paths['/api/v1/rules/{rule_id}/statistics']['get']['responses'][200]>;
export type Condition = Rule['conditions'][number];

/** Where the objects of an example stand, mm from the left and from the far edge of its table to their middles. */
export interface Arrangement {
  readonly width_mm: number;
  readonly depth_mm: number;
  readonly objects: readonly { readonly object: string; readonly x: number; readonly y: number }[];
}

export interface Version {
  readonly version: number;
  readonly action: 'created' | 'updated' | 'deleted' | 'restored';
  readonly rule: Rule;
  readonly changes: readonly string[];
  readonly user_id: string;
  readonly reason: string | null;
  readonly created_at: string;
}

/** However many are changed at once: an import tells of each. */
const AGAIN_MS = 300;
const one = (rule_id: string) => ({ params: { path: { rule_id } } });

/** All of them, as many pages as there are; heard of again when anybody changes one. */
export function useRules() {
  const client = useQueryClient();
  const again = useThrottleFn(() => void client.invalidateQueries({ queryKey: ['rules'] }), AGAIN_MS, true);
  useLive('activity', ({ data }) => {
    if (data.type === 'rule_changed') void again();
  });
  onBack(() => void again());
  return useQuery({ queryKey: ['rules', 'list'], queryFn: everyRule as () => Promise<Rule[]> });
}

export const useStatistics = (id: () => string) =>
  useQuery({
    queryKey: ['rules', 'statistics', id()],
    queryFn: () => answer(api.GET('/api/v1/rules/{rule_id}/statistics', one(id()))),
  });

export const useHistory = (id: () => string) =>
  useQuery({
    queryKey: ['rules', 'history', id()],
    queryFn: async () => {
      const { versions } = await answer(api.GET('/api/v1/rules/{rule_id}/history', one(id())));
      return (versions as unknown as Version[]).toReversed();
    },
  });

export type RemovedRule = Json<paths['/api/v1/rules/removed']['get']['responses'][200]>[number];
const MOST_REMOVED = 100;
/** The last removed first, those of everyone too. */
export const useRemovedRules = () =>
  useQuery({
    queryKey: ['rules', 'removed'],
    queryFn: () => answer(api.GET('/api/v1/rules/removed', { params: { query: { limit: MOST_REMOVED } } })),
  });

export const useConflicts = () =>
  useQuery({ queryKey: ['rules', 'conflicts'], queryFn: () => answer(api.GET('/api/v1/rules/conflicts')) });

export interface Given {
  readonly text: string;
  readonly priority?: number;
  readonly context?: string;
}

/** How a sentence is understood; nothing is stored. Throws ApiError, RULES_004 with the words that are not. */
export const readSentence = (given: Given, signal: AbortSignal) =>
  answer(api.POST('/api/v1/rules/validate', { body: { ...given, include_example: true }, signal }));

/** What changes rules; whatever was known of them is asked for again. */
export function useRuleChanges() {
  const client = useQueryClient();
  const change = <V, T>(mutationFn: (given: V) => Promise<T>) =>
    useMutation({ mutationFn, onSuccess: () => client.invalidateQueries({ queryKey: ['rules'] }) });
  return {
    create: change((body: Given & { enabled: boolean; scope: 'mine' | 'everyone' }) =>
      answer(api.POST('/api/v1/rules/natural-language', { body })),
    ),
    update: change(
      ({
        id,
        ...body
      }: {
        id: string;
        text?: string;
        priority?: number;
        enabled?: boolean;
        name?: string;
        context?: string | null;
        expected_version?: number;
      }) => answer(api.PATCH('/api/v1/rules/{rule_id}', { ...one(id), body })),
    ),
    remove: change((id: string) =>
      answer(api.DELETE('/api/v1/rules/{rule_id}', { params: { path: { rule_id: id }, query: { permanent: true } } })),
    ),
    restore: change(({ id, version }: { id: string; version?: number }) =>
      answer(
        api.POST('/api/v1/rules/{rule_id}/restore', { ...one(id), body: version === undefined ? {} : { version } }),
      ),
    ),
    import: change((book: { version: 1; rules: Record<string, unknown>[] }) =>
      answer(api.POST('/api/v1/rules/import', { body: book })),
    ),
  };
}

/** On a stored photo, by the id of its analysis. */
export const testOnAnalysis = (id: string, analysisId: string) =>
  answer(api.POST('/api/v1/rules/{rule_id}/test', { ...one(id), body: { image: analysisId } as never }));

/** On a photo of this browser, which nobody keeps. */
export async function testOnPhoto(id: string, photo: File): Promise<RuleTest> {
  const form = new FormData();
  form.append('image', photo, photo.name);
  const response = await authorizedFetch(
    new Request(addressOf(`api/v1/rules/${encodeURIComponent(id)}/test`), { method: 'POST', body: form }),
  );
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as RuleTest;
}

export type RuleTest = Awaited<ReturnType<typeof testOnAnalysis>>;

export const recentAnalyses = () => answer(api.GET('/api/v1/analyze/history', { params: { query: { limit: 24 } } }));
export const exportRules = () => answer(api.GET('/api/v1/rules/export'));
