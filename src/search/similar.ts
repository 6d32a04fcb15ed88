import { can, demand } from '../access/can.ts';
import { ofStored, readImage } from '../analysis/stored-image.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AnalysisId } from '../contract/ids.ts';
import type { CheckedSearch } from '../contract/search.ts';
import { AppError } from '../errors.ts';
import type { AnalysisSearch } from '../ports/analysis-search.ts';
import { cursorAfter, positionOf } from '../ports/cursor.ts';
import type { Embedding } from '../ports/embedder.ts';
import type { SearchParts } from './parts.ts';

/** Of so many, ranked by how alike they are, pages are shown; what is farther is not alike. */
const RANKED = 200;

interface Example extends Embedding {
  /** Not among what is found: the example itself. */
  readonly self?: string;
}

/** What the picture or the analysis given as an example looks like; null: none was given. */
export async function exampleOf(
  parts: SearchParts,
  context: CallContext,
  { image, analysis_id }: CheckedSearch,
): Promise<Example | null> {
  const id = analysis_id ?? (AnalysisId.safeParse(image?.trim()).data as string | undefined);
  if (image === undefined && id === undefined) return null;
  // What is not the caller's is not there, whatever could be done with it.
  const head = id === undefined ? null : await ownHead(parts, context, id);
  const space = parts.embedder.space();
  if ('reason' in space) throw noExample(space.reason);
  if (id !== undefined && head !== null) return stored(parts, context, id, head.imageKey, space.name);
  // Who may only look lets no file be opened and no model run.
  demand(context.principal, 'analysis:write');
  return parts.embedder.ofImage(await parts.intake.open(image!, context), context.signal);
}

async function ownHead({ records }: SearchParts, { principal }: CallContext, id: string) {
  const head = await records.analyses.head(id);
  if (head !== null && can(principal, 'analysis:read', head)) return head;
  throw new AppError('ANALYSIS_008', { details: { analysis_id: id } });
}

async function stored(
  { records, blobs, intake, embedder }: SearchParts,
  { signal }: CallContext,
  id: string,
  imageKey: string | null,
  space: string,
): Promise<Example> {
  const vector = (await records.vectors.of([id], space)).get(id);
  if (vector !== undefined) return { space, vector, self: id };
  const bytes = imageKey === null ? undefined : await readImage({ blobs }, imageKey, signal);
  if (bytes === undefined) throw noExample('no image was kept of it');
  return { ...(await ofStored(id, async () => embedder.ofImage(await intake.fromBytes(bytes, id), signal))), self: id };
}

const noExample = (reason: string) =>
  new AppError('VALIDATION_002', {
    message: `What looks alike cannot be looked for: ${reason}.`,
    advice: 'Search by objects, about, verdict, rule_id or time.',
    details: { reason },
  });

/** Similarities as text that sorts like them, the largest last. */
const sortable = (similarity: number): string => (similarity + 1).toFixed(7);

export async function nearestPage(
  { records }: SearchParts,
  { principal, signal }: CallContext,
  { space, vector, self }: Example,
  what: AnalysisSearch,
  { limit, cursor }: CheckedSearch,
) {
  const after = positionOf('similar', cursor);
  // One more than is shown, and the example itself.
  const wanted = after === null ? limit + 2 : RANKED;
  const ranked = await records.vectors.nearest({ ...what, owner: principal.id, space, vector, limit: wanted, signal });
  const others = ranked.filter(({ id }) => id !== self);
  const begin = after === null ? 0 : behind(others, after);
  const found = others.slice(begin, begin + limit);
  const last = found.at(-1);
  const more = last !== undefined && begin + limit < others.length;
  return {
    found: found.map(({ id, similarity }) => ({ id, similarity })),
    nextCursor: more ? cursorAfter('similar', { at: sortable(last.similarity), id: last.id }) : null,
  };
}

/** Where the page goes on: behind the one that was last, or where it would be, should it be gone. */
function behind(ranked: readonly { id: string; similarity: number }[], { at, id }: { at: string; id: string }): number {
  const known = ranked.findIndex((one) => one.id === id);
  if (known >= 0) return known + 1;
  const place = ranked.findIndex(({ similarity }) => sortable(similarity) < at);
  return place < 0 ? ranked.length : place;
}
