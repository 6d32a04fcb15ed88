import { can, demand } from '../access/can.ts';
import { IMAGE_PREFIX, ofStored, readImage } from '../analysis/stored-image.ts';
import type { CallContext } from '../contract/call-context.ts';
import { AnalysisId } from '../contract/ids.ts';
import type { CheckedSearch } from '../contract/search.ts';
import { AppError } from '../errors.ts';
import type { AnalysisSearch } from '../ports/analysis-search.ts';
import { cursorAfter, positionOf } from '../ports/cursor.ts';
import type { Embedding } from '../ports/embedder.ts';
import { comparedNote } from './not-compared.ts';
import type { SearchParts } from './parts.ts';
import { samePhoto } from './same-photo.ts';

/** Of so many, ranked by how alike they are, pages are shown; what is farther is not alike. */
const RANKED = 200;

/** Of pictures, whose vectors have the mean of many taken away: no more alike than any two are. */
const UNLIKE = 0;

export interface Example extends Embedding {
  /** Not among what is found: the example itself. */
  readonly self?: string;
  /** Hex sha256 of the picture; null: not known. */
  readonly photo: string | null;
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
  const opened = await parts.intake.open(image!, context);
  return { ...(await parts.embedder.ofImage(opened, context.signal)), photo: opened.sha256 };
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
  const photo = imageKey?.startsWith(IMAGE_PREFIX) ? imageKey.slice(IMAGE_PREFIX.length) : null;
  if (vector !== undefined) return { space, vector, self: id, photo };
  const bytes = imageKey === null ? undefined : await readImage({ blobs }, imageKey, signal);
  if (bytes === undefined) throw noExample('no image was kept of it');
  const seen = await ofStored(id, async () => embedder.ofImage(await intake.fromBytes(bytes, id), signal));
  return { ...seen, self: id, photo };
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
  parts: SearchParts,
  { principal, signal }: CallContext,
  { space, vector, self, photo }: Example,
  what: AnalysisSearch,
  { limit, cursor }: CheckedSearch,
) {
  const { records } = parts;
  const after = positionOf('similar', cursor);
  // One more than is shown, and the example itself.
  const wanted = after === null ? limit + 2 : RANKED;
  const same = photo === null ? [] : await samePhoto(parts, principal.id, photo, what, wanted);
  const near = { ...what, owner: principal.id, space, vector, limit: Math.min(RANKED, wanted + same.length), signal };
  const ranked = (await records.vectors.nearest(near)).filter(({ id }) => !same.some((one) => one.id === id));
  const alike = photo === null ? ranked : ranked.filter(({ similarity }) => similarity > UNLIKE);
  const others = [...same, ...alike].filter(({ id }) => id !== self).slice(0, wanted);
  const begin = after === null ? 0 : behind(others, after);
  const found = others.slice(begin, begin + limit);
  const last = found.at(-1);
  const more = last !== undefined && begin + limit < others.length;
  return {
    found: found.map(({ id, similarity }) => ({ id, similarity })),
    nextCursor: more ? cursorAfter('similar', { at: sortable(last.similarity), id: last.id }) : null,
    notes: [
      ...alikeNote(parts, photo, found),
      ...(alike.length < ranked.length && !more
        ? ['Desks that look no more like it than any two photos do are left out.']
        : []),
      ...(await comparedNote(parts, principal.id, space, what, [self, ...same.map(({ id }) => id)])),
    ],
  };
}

/** Which of them look like the same desk; of words nothing can be said. */
function alikeNote(
  { embedder }: SearchParts,
  photo: string | null,
  found: readonly { similarity: number }[],
): string[] {
  const space = embedder.space();
  const least = 'reason' in space ? null : space.sameDesk;
  if (least === null || photo === null) return [];
  const unlike = found.filter(({ similarity }) => similarity < least).length;
  if (unlike === 0) return [];
  return [
    `Of these ${found.length}, ${unlike} may be other desks: photos of one desk have a similarity of ${least} or more.`,
  ];
}

/** Where the page goes on: behind the one that was last, or where it would be, should it be gone. */
function behind(ranked: readonly { id: string; similarity: number }[], { at, id }: { at: string; id: string }): number {
  const known = ranked.findIndex((one) => one.id === id);
  if (known >= 0) return known + 1;
  const place = ranked.findIndex(({ similarity }) => sortable(similarity) < at);
  return place < 0 ? ranked.length : place;
}
