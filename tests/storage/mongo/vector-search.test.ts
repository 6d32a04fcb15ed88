import { afterEach, describe, expect, it, vi } from 'vitest';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { searchIndex, VectorSearch } from '../../../src/storage/mongo/vector-search.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { sampleAnalysis } from '../../support/samples.ts';

const query = {
  owner: 'ann',
  space: 's',
  vector: Float32Array.from([1, 0]),
  terms: [],
  since: '2026-01-01T00:00:00.000Z',
  limit: 10,
};

/**
 * A fake of a paid service, Atlas Search, after its published description: $listSearchIndexes, createSearchIndexes, and
 * $vectorSearch, which refuses an index that is not queryable.
 */
function fakeAtlas(count = 5) {
  const indexes: { name: string; queryable: boolean }[] = [];
  const asked: unknown[] = [];
  return {
    indexes,
    asked,
    collection: {
      listSearchIndexes: (name: string) => ({ toArray: async () => indexes.filter((one) => one.name === name) }),
      createSearchIndex: async ({ name }: { name: string }) => {
        indexes.push({ name, queryable: false });
        return name;
      },
      estimatedDocumentCount: async () => count,
      aggregate: (pipeline: unknown[]) => {
        asked.push(pipeline);
        return {
          toArray: async () => [{ analysis_id: 'ana_1' }, { analysis_id: { $gt: '' } }, { analysis_id: 'ana_2' }],
        };
      },
    } as never,
  };
}

describe('the search of an Atlas server', () => {
  afterEach(() => vi.restoreAllMocks());

  it('makes its index, waits until that is built, and then filters before it ranks', async () => {
    const atlas = fakeAtlas();
    const search = new VectorSearch();
    let now = 1000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    expect(await search.near(atlas.collection, query, 20)).toBeNull();
    expect(atlas.indexes).toEqual([{ name: 'by_vector_2', queryable: false }]);
    expect(searchIndex(2).definition.fields.map(({ path }) => path)).toEqual([
      'vector',
      'space',
      'owner',
      'created_at',
    ]);
    now += 60_000;
    expect(await search.near(atlas.collection, query, 20)).toBeNull();
    atlas.indexes[0]!.queryable = true;
    now += 60_000;
    expect(await search.near(atlas.collection, query, 20)).toEqual(['ana_1', 'ana_2']);
    expect(atlas.asked[0]).toEqual([
      {
        $vectorSearch: {
          index: 'by_vector_2',
          path: 'vector',
          queryVector: [1, 0],
          limit: 20,
          exact: true,
          filter: {
            $and: [
              { space: { $eq: 's' } },
              { owner: { $eq: 'ann' } },
              { created_at: { $gte: '2026-01-01T00:00:00.000Z' } },
            ],
          },
        },
      },
      { $project: { _id: 0, analysis_id: 1 } },
    ]);
  });

  it('looks at some candidates only where there are many, and never says more than it may', async () => {
    const atlas = fakeAtlas(1_000_000);
    atlas.indexes.push({ name: 'by_vector_2', queryable: true });
    await new VectorSearch().near(atlas.collection, query, 4000);
    expect(atlas.asked[0]).toMatchObject([{ $vectorSearch: { numCandidates: 10_000, limit: 4000 } }, {}]);
  });

  it('leaves it to others where it fails, and does not try again at once', async () => {
    let tries = 0;
    const broken = {
      listSearchIndexes: () => ({
        toArray: async () => {
          tries += 1;
          throw Object.assign(new Error('no such command'), { code: 59 });
        },
      }),
    } as never;
    const search = new VectorSearch();
    for (let n = 0; n < 3; n += 1) expect(await search.near(broken, query, 20)).toBeNull();
    expect(tries).toBe(1);
  });

  it.skipIf(MONGODB_URI === null)('a server without it is searched here', async () => {
    const store = new MongoStore(freshDatabase());
    const records = recordsOver(store);
    await records.analyses.put({ owner: 'ann', analysis: sampleAnalysis(), imageKey: null, state: null });
    await records.vectors.put('ana_test1', 's', Float32Array.from([1, 0]));
    expect(await store.nearVectors(query, 5)).toBeNull();
    expect(await records.vectors.nearest(query)).toMatchObject([{ id: 'ana_test1', similarity: 1 }]);
    await store.db.dropDatabase();
    await records.close();
  });
});
