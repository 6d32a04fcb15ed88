import type { Analysis } from '../contract/analysis.ts';
import type { SearchHit } from '../contract/search.ts';
import { dot } from './dot.ts';
import type { SearchParts } from './parts.ts';

interface Read {
  readonly hit: SearchHit;
  readonly analysis: Analysis;
}

/** Each desk once, by its first hit, which names the others: the same photo, or one that is as similar as photos of one desk are. */
export async function groupDesks({ records, embedder }: SearchParts, hits: readonly Read[]): Promise<SearchHit[]> {
  const space = embedder.space();
  const least = 'reason' in space ? null : space.sameDesk;
  const ids = hits.map(({ analysis }) => analysis.analysis_id);
  const known =
    least === null || 'reason' in space || ids.length < 2
      ? new Map<string, Float32Array>()
      : await records.vectors.of(ids, space.name);
  const isSame = (a: Analysis, b: Analysis): boolean => {
    if (a.image.sha256 !== null && a.image.sha256 === b.image.sha256) return true;
    const [u, v] = [known.get(a.analysis_id), known.get(b.analysis_id)];
    return least !== null && u !== undefined && v !== undefined && dot(u, v) >= least;
  };
  const desks: { first: Read; others: string[] }[] = [];
  for (const read of hits) {
    const desk = desks.find(({ first }) => isSame(first.analysis, read.analysis));
    if (desk === undefined) desks.push({ first: read, others: [] });
    else desk.others.push(read.analysis.analysis_id);
  }
  return desks.map(({ first, others }) => ({ ...first.hit, sameDesk: others }));
}
