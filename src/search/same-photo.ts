import { photoTerm } from '../contract/search-terms.ts';
import type { AnalysisSearch } from '../ports/analysis-search.ts';
import type { SearchParts } from './parts.ts';

/** Analyses of exactly this photo, newest first: they are found whether or not anything is known of what they look like. */
export async function samePhoto(
  { records }: SearchParts,
  owner: string,
  sha256: string,
  what: AnalysisSearch,
  limit: number,
): Promise<{ readonly id: string; readonly similarity: number }[]> {
  const { items } = await records.analyses.search(
    owner,
    { ...what, terms: [photoTerm(sha256), ...what.terms] },
    { limit },
  );
  return items.map(({ analysis_id: id }) => ({ id, similarity: 1 }));
}
