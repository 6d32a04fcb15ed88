import type { Collection, Document } from 'mongodb';
import type { Nearest } from '../../ports/vectors.ts';
import { textOf } from './calls/texts-of.ts';
import type { VectorDocument } from './schema.ts';

/** A server that has no such search, or could not do it just now, is asked again so much later, ms. */
const AGAIN_MS = 10 * 60_000;
/** An index that is being built is looked at again so much later, ms. */
const BUILDING_MS = 15_000;
/** Of fewer vectors all are compared. */
const EXACT = 10_000;
/** Candidates that the server looks at for each one that is wanted, and most of them. */
const LOOKED_AT = 20;
const MOST_CANDIDATES = 10_000;

const nameOf = (dimensions: number): string => `by_vector_${dimensions}`;

/** The search index of vectors of so many dimensions: those of all spaces, told apart by a filter. */
export const searchIndex = (dimensions: number) => ({
  name: nameOf(dimensions),
  type: 'vectorSearch',
  definition: {
    fields: [
      { type: 'vector', path: 'vector', numDimensions: dimensions, similarity: 'dotProduct' },
      { type: 'filter', path: 'space' },
      { type: 'filter', path: 'owner' },
      { type: 'filter', path: 'created_at' },
    ],
  },
});

/** What is asked of the server. Values only: nothing that a caller gives is an operator. */
export function searchPipeline(
  { owner, space, vector, since, until }: Nearest,
  count: number,
  exact: boolean,
): Document[] {
  return [
    {
      $vectorSearch: {
        index: nameOf(vector.length),
        path: 'vector',
        queryVector: [...vector],
        limit: count,
        ...(exact ? { exact: true } : { numCandidates: Math.min(MOST_CANDIDATES, LOOKED_AT * count) }),
        filter: {
          $and: [
            { space: { $eq: space } },
            { owner: { $eq: owner } },
            ...(since === undefined ? [] : [{ created_at: { $gte: since } }]),
            ...(until === undefined ? [] : [{ created_at: { $lte: until } }]),
          ],
        },
      },
    },
    { $project: { _id: 0, analysis_id: 1 } },
  ];
}

type Searched = Pick<
  Collection<VectorDocument>,
  'listSearchIndexes' | 'createSearchIndex' | 'estimatedDocumentCount' | 'aggregate'
>;

/**
 * The search of an Atlas server, where it has one: that is found out by making its index. Whatever it cannot do, somebody
 * else does: null.
 */
export class VectorSearch {
  /** Not before this time, by `performance.now`. */
  private readonly notBefore = new Map<number, number>();
  private readonly ready = new Set<number>();

  async near(vectors: Searched, query: Nearest, count: number): Promise<readonly string[] | null> {
    const { length: dimensions } = query.vector;
    if (performance.now() < (this.notBefore.get(dimensions) ?? 0)) return null;
    try {
      if (!this.ready.has(dimensions) && !(await this.isReady(vectors, dimensions))) {
        this.wait(dimensions, BUILDING_MS);
        return null;
      }
      const exact = (await vectors.estimatedDocumentCount()) <= EXACT;
      const found = await vectors.aggregate(searchPipeline(query, count, exact)).toArray();
      return found.flatMap(({ analysis_id }) => textOf(analysis_id) ?? []);
    } catch {
      this.ready.delete(dimensions);
      this.wait(dimensions, AGAIN_MS);
      return null;
    }
  }

  private async isReady(vectors: Searched, dimensions: number): Promise<boolean> {
    const [index] = await vectors.listSearchIndexes(nameOf(dimensions)).toArray();
    if (index === undefined) {
      await vectors.createSearchIndex(searchIndex(dimensions));
      return false;
    }
    if ((index as Document).queryable !== true) return false;
    this.ready.add(dimensions);
    return true;
  }

  private wait(dimensions: number, ms: number): void {
    this.notBefore.set(dimensions, performance.now() + ms);
  }
}
