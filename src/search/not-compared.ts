import type { AnalysisSearch } from '../ports/analysis-search.ts';
import type { SearchParts } from './parts.ts';

/** So many of the newest that the filters let through are asked whether they can be compared. */
const LOOKED_AT = 200;

/** Of how many analyses it is not known yet what they look like; has it found out. None where all of them were compared. */
export async function comparedNote(
  { records, prepare }: SearchParts,
  owner: string,
  space: string,
  what: AnalysisSearch,
  known: readonly (string | undefined)[],
): Promise<string[]> {
  const { items, nextCursor } = await records.analyses.search(owner, what, { limit: LOOKED_AT });
  const ids = items.map(({ analysis_id: id }) => id);
  const vectors = ids.length === 0 ? new Map() : await records.vectors.of(ids, space);
  const unknown = ids.filter((id) => !vectors.has(id));
  // What has no image kept is never compared, and nothing is to be done about it.
  const heads = await Promise.all(unknown.map((id) => records.analyses.head(id)));
  if (heads.some((head) => head?.imageKey)) prepare?.();
  const waiting = unknown.filter((id, at) => heads[at]?.imageKey && !known.includes(id)).length;
  const never = unknown.filter((id, at) => heads[at]?.imageKey === null && !known.includes(id)).length;
  const of = `of your ${nextCursor === null ? '' : `newest ${ids.length} `}analyses`;
  return [
    ...(waiting > 0
      ? [
          `${waiting} ${of} cannot be compared yet: what they look like is still being worked out. Ask again in a while.`,
        ]
      : []),
    ...(never > 0 ? [`${never} ${of} cannot be compared: no image was kept of them.`] : []),
  ];
}
