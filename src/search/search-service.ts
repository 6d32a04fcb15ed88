import { can, demand } from '../access/can.ts';
import { isUnreadable } from '../access/read-own.ts';
import type { Analysis } from '../contract/analysis.ts';
import { type AnalysisListItem, listItem } from '../contract/analysis-list-item.ts';
import type { CallContext } from '../contract/call-context.ts';
import { momentOf } from '../contract/moment.ts';
import {
  type CheckedSearch,
  type SearchAnswer,
  type SearchHit,
  type SearchReading,
  SearchRequest,
} from '../contract/search.ts';
import { filterTerms, type TermFilter } from '../contract/search-terms.ts';
import { AppError } from '../errors.ts';
import type { AnalysisSearch } from '../ports/analysis-search.ts';
import { askedFindings } from './findings.ts';
import { groupDesks } from './group-desks.ts';
import { withKnownNames } from './known-names.ts';
import type { SearchParts } from './parts.ts';
import { readText, saysSomething, timesOf } from './read-text.ts';
import type { SearchService } from './service.ts';
import { type Example, exampleOf, nearestPage } from './similar.ts';

/** Pages of the store that one call reads at most: behind them it says where the next one goes on. */
const PAGES = 10;

export function createSearchService(parts: SearchParts): SearchService {
  return {
    async search(context, given) {
      demand(context.principal, 'analysis:read');
      const request = await withKnownNames(parts, context, checked(given));
      const words = await readWords(parts, context, request);
      const filter = filterOf(request, words.read);
      const what = searchOf(request, words.read, filter, parts.now());
      const example = words.example ?? (await exampleOf(parts, context, request));
      const page: Found & Pick<SearchAnswer, 'order'> =
        example === null
          ? { ...(await newest(parts, context, what, request)), order: 'newest' as const }
          : { ...(await nearestPage(parts, context, example, what, request)), order: 'similarity' as const };
      const { hits, unreadable } = await readHits(parts, context, page.found, filter);
      const shown = request.group ? await groupDesks(parts, hits) : hits.map(({ hit }) => hit);
      const missing = [...(page.unreadable ?? []), ...unreadable];
      return {
        hits: shown,
        nextCursor: page.nextCursor,
        order: page.order,
        read: words.read,
        notes: [...words.notes, ...(page.notes ?? []), ...(await notYetSearchable(parts))],
        ...(missing.length > 0 && { unreadable: missing }),
      } satisfies SearchAnswer;
    },
  };
}

function checked(given: SearchRequest): CheckedSearch {
  const result = SearchRequest.safeParse(given);
  if (!result.success) {
    const [issue] = result.error.issues;
    const field = issue?.path.map(String).join('.').slice(0, 120) ?? '';
    throw invalid(`The request is not valid: ${field}: ${issue?.message ?? 'unknown'}.`, field);
  }
  const { rule_id, operator, about, image, analysis_id } = result.data;
  if (rule_id !== undefined && (operator !== undefined || about !== undefined)) {
    const field = operator !== undefined ? 'operator' : 'about';
    throw invalid(`"rule_id" says already what its findings are about: leave "${field}" out.`, field);
  }
  if (image !== undefined && analysis_id !== undefined) {
    throw invalid('Both "image" and "analysis_id" are given as an example: leave one out.', 'image');
  }
  return result.data;
}

const invalid = (message: string, field: string) => new AppError('VALIDATION_002', { message, details: { field } });

interface Words {
  readonly read: SearchReading | null;
  readonly example: Example | null;
  readonly notes: readonly string[];
}

/** Where a model reads words, they are an example like a picture; else they are read as filters. */
async function readWords(
  { embedder, now }: SearchParts,
  { signal }: CallContext,
  request: CheckedSearch,
): Promise<Words> {
  const { text, image, analysis_id } = request;
  if (text === undefined) return { read: null, example: null, notes: [] };
  if (image === undefined && analysis_id === undefined) {
    const meant = await embedder.ofText(text, signal);
    if (!('reason' in meant)) return { read: timesOf(text, now()), example: { ...meant, photo: null }, notes: [] };
  }
  const read = readText(text, now());
  if (!saysSomething(read)) {
    throw new AppError('VALIDATION_002', {
      message: `${read.ignored.length > 1 ? 'Too little' : 'Nothing'} of "text" names an object, a fault, an outcome or a time.`,
      advice:
        'Say objects (mug, laptop), faults (too close, near the edge), outcomes (violated, uncertain) or times (today, last week), or use objects, about, verdict and since. Free words need the CLIP model: h200-mug models fetch clip.',
      details: { field: 'text', ignored: read.ignored },
    });
  }
  const notes = read.ignored.length > 0 ? [`Words that say nothing to this search: ${read.ignored.join(', ')}.`] : [];
  return { read, example: null, notes };
}

/** What is said in a field counts, whatever the words say. */
function filterOf(request: CheckedSearch, read: SearchReading | null): TermFilter {
  const { rule_id: ruleId } = request;
  const objects = [...(request.objects ?? []), ...(read?.objects ?? [])];
  return {
    objects,
    ruleId,
    outcome: request.verdict ?? read?.verdict,
    ...(ruleId === undefined && {
      operator: request.operator ?? read?.operator,
      about: request.about ?? aboutOf(read),
    }),
    ...(ruleId !== undefined && read?.about && { objects: [...objects, ...read.about] }),
  };
}

const aboutOf = (read: SearchReading | null) => read?.about;

function searchOf(request: CheckedSearch, read: SearchReading | null, filter: TermFilter, now: Date): AnalysisSearch {
  const at = (text: string | undefined, side: 'begin' | 'end', other: string | undefined) =>
    text === undefined ? other : (momentOf(text, now, side) ?? other);
  const since = at(request.since, 'begin', read?.since);
  const until = at(request.until, 'end', read?.until);
  if (since !== undefined && until !== undefined && since > until) {
    throw invalid('"since" lies behind "until".', 'since');
  }
  return { terms: filterTerms(filter), since, until };
}

interface Found {
  readonly found: readonly { readonly id: string; readonly similarity: number | null }[];
  readonly nextCursor: string | null;
  readonly unreadable?: readonly string[];
  readonly notes?: readonly string[];
}

async function newest(
  { records }: SearchParts,
  { principal, signal }: CallContext,
  what: AnalysisSearch,
  { limit, cursor: first }: CheckedSearch,
): Promise<Found> {
  const items: AnalysisListItem[] = [];
  const unreadable: string[] = [];
  let cursor = first;
  for (let page = 0; page < PAGES; page += 1) {
    if (signal?.aborted) throw new AppError('ANALYSIS_006');
    const asked = { limit: limit - items.length, ...(cursor !== undefined && { cursor }) };
    const got = await records.analyses.search(principal.id, what, asked);
    items.push(...got.items);
    unreadable.push(...(got.unreadable ?? []));
    cursor = got.nextCursor ?? undefined;
    if (cursor === undefined || items.length === limit) break;
  }
  const found = items.map(({ analysis_id: id }) => ({ id, similarity: null }));
  return { found, nextCursor: cursor ?? null, unreadable };
}

/** What may have gone since it was found is left out. */
async function readHits(
  { records }: SearchParts,
  { principal }: CallContext,
  found: Found['found'],
  filter: TermFilter,
): Promise<{ hits: { hit: SearchHit; analysis: Analysis }[]; unreadable: string[] }> {
  const unreadable: string[] = [];
  const hits = await Promise.all(
    found.map(async ({ id, similarity }) => {
      const record = await records.analyses.get(id).catch((thrown: unknown) => {
        if (!isUnreadable(thrown)) throw thrown;
        unreadable.push(id);
        return null;
      });
      if (record === null || !can(principal, 'analysis:read', record)) return [];
      const { analysis } = record;
      const why = askedFindings(analysis, filter);
      return [{ analysis, hit: { item: listItem(analysis), similarity, why, sameDesk: [] } satisfies SearchHit }];
    }),
  );
  return { hits: hits.flat(), unreadable };
}

async function notYetSearchable({ records }: SearchParts): Promise<string[]> {
  const waiting = await records.analyses.withoutTerms(1);
  return waiting.length === 0
    ? []
    : ['Analyses of an older version are still being prepared for the search: older ones may be missing for a while.'];
}
