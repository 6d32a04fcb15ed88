import type { Filter } from 'mongodb';
import { AppError } from '../../../errors.ts';
import type { RemovalFilter } from '../../records/rows.ts';
import { AFTER_ALL, pageOf } from '../../records/texts.ts';
import type { Collections } from '../collections.ts';
import { isDuplicate } from '../driver-errors.ts';
import type { AnalysisDocument } from '../schema.ts';
import { INDEX } from '../schema.ts';
import { feedbackOf } from './entries.ts';
import type { MongoCalls } from './mongo-calls.ts';
import { beginsWith, behind, textOf } from './texts-of.ts';

/** Behind every time that is written as ISO 8601. */
const EVER = '~';

/** Which of several terms is the rarest is decided by counting so far. */
const COUNTED = 1000;

const searchable = (terms: string) => ({ terms: JSON.parse(terms) as string[], searchable: true });

const damaged = () => new AppError('DB_003');

function whose([owner, until]: RemovalFilter): { filter: Filter<AnalysisDocument>; hint: string } {
  const created_at = { $lte: until ?? EVER };
  return owner === null
    ? { filter: { created_at }, hint: INDEX.analysesByTime }
    : { filter: { owner: { $eq: owner }, created_at }, hint: INDEX.analysesByOwner };
}

export function analysisCalls({ analyses, entries, vectors }: Collections) {
  /**
   * With what was said of them: before, so that a kill in between leaves none of it, and after, because somebody may have
   * said something in between.
   */
  async function remove(ids: readonly string[]): Promise<ReadonlySet<string>> {
    await entries.deleteMany(feedbackOf(ids));
    // One by one, since others may remove the same at once: what each removed is its own alone.
    const removed = await Promise.all(ids.map((id) => analyses.deleteOne({ _id: { $eq: id } })));
    await entries.deleteMany(feedbackOf(ids));
    await vectors.deleteMany({ analysis_id: { $in: [...ids] } });
    return new Set(ids.filter((_, at) => removed[at]?.deletedCount === 1));
  }

  const find = (id: string, fields: Partial<Record<keyof AnalysisDocument, 1>>) =>
    analyses.findOne({ _id: { $eq: id } }, { projection: fields });

  /** The index finds one of them; the others are looked up in each document that it found. */
  async function rarestFirst(owner: string, terms: readonly string[]): Promise<string[]> {
    if (terms.length < 2) return [...terms];
    const counted = await Promise.all(
      terms.map(async (term) => {
        const those = { owner: { $eq: owner }, terms: { $eq: term } };
        return { term, n: await analyses.countDocuments(those, { limit: COUNTED, hint: INDEX.analysesByTerm }) };
      }),
    );
    return counted.toSorted((a, b) => a.n - b.n).map(({ term }) => term);
  }

  return {
    /** Keeps how the rules of one that was there before came out. */
    async putAnalysis({ id, terms, ...row }) {
      const fields = { ...row, ...searchable(terms) };
      const put = () => analyses.updateOne({ _id: { $eq: id } }, { $set: fields }, { upsert: true });
      await put().catch((thrown: unknown) => {
        // Two that put the same new id at once.
        if (isDuplicate(thrown)) return put();
        throw thrown;
      });
    },
    async getAnalysis(id) {
      const found = await find(id, { owner: 1, analysis: 1, image_key: 1 });
      if (found === null) return null;
      const [owner, analysis] = [textOf(found.owner), textOf(found.analysis)];
      if (owner === null || analysis === null) throw damaged();
      return { owner, analysis, image_key: textOf(found.image_key) };
    },
    async analysisHead(id) {
      const found = await find(id, { owner: 1, image_key: 1 });
      const owner = textOf(found?.owner);
      return owner === null ? null : { owner, image_key: textOf(found?.image_key) };
    },
    async analysisState(id) {
      const found = await find(id, { state: 1 });
      if (found === null) return null;
      const state = textOf(found.state);
      if (state === null) throw damaged();
      return state;
    },
    async listAnalyses(owner, after, limit) {
      const found = await analyses
        .find(
          { owner: { $eq: owner }, ...behind<AnalysisDocument>('created_at', after ?? AFTER_ALL, true) },
          { projection: { _id: 1, created_at: 1, list_item: 1 }, hint: INDEX.analysesByOwner },
        )
        .sort({ created_at: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      return pageOf(
        found.map(({ _id: id, created_at: at, list_item }) => ({ id, at, text: textOf(list_item) })),
        limit,
      );
    },
    async searchAnalyses(owner, terms, since, after, limit) {
      const [first, ...others] = await rarestFirst(owner, terms);
      const { created_at, ...rest } = behind<AnalysisDocument>('created_at', after, true);
      const found = await analyses
        .find(
          {
            owner: { $eq: owner },
            created_at: { ...(created_at as object), $gte: since },
            ...rest,
            ...(first !== undefined && { terms: { $eq: first } }),
            ...(others.length > 0 && { $and: others.map((other) => ({ terms: { $eq: other } })) }),
          } as Filter<AnalysisDocument>,
          {
            projection: { _id: 1, created_at: 1, list_item: 1 },
            hint: first === undefined ? INDEX.analysesByOwner : INDEX.analysesByTerm,
          },
        )
        .sort({ created_at: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      return pageOf(
        found.map(({ _id: id, created_at: at, list_item }) => ({ id, at, text: textOf(list_item) })),
        limit,
      );
    },
    async analysesWithoutTerms(limit) {
      const found = await analyses
        .find({ searchable: null as never }, { projection: { _id: 1 }, hint: INDEX.analysesBySearchable })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async putTerms(id, terms) {
      await analyses.updateOne({ _id: { $eq: id } }, { $set: searchable(terms) });
    },
    async analysisIds(owner, prefix, limit) {
      const found = await analyses
        .find(
          { owner: { $eq: owner }, created_at: { $lte: EVER }, _id: beginsWith(prefix) },
          { projection: { _id: 1 }, hint: INDEX.analysesByOwner },
        )
        .sort({ created_at: -1, _id: -1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    },
    async countAnalyses(those) {
      const { filter, hint } = whose(those);
      return analyses.countDocuments(filter, { hint });
    },
    async imagesInUse(imageKeys) {
      const keys = (JSON.parse(imageKeys) as unknown[]).filter((key) => typeof key === 'string');
      if (keys.length === 0) return [];
      return analyses.distinct('image_key', { image_key: { $in: keys } }).then((found) => found.map(String));
    },
    async imageKeys(after, limit) {
      const keys: string[] = [];
      const cursor = analyses
        .find(
          { image_key: { $gt: after } },
          { projection: { _id: 0, image_key: 1 }, hint: INDEX.analysesByImage, batchSize: 1000 },
        )
        .sort({ image_key: 1 });
      try {
        for await (const { image_key: key } of cursor) {
          if (key === null || key === keys.at(-1)) continue;
          if (keys.push(key) === limit) break;
        }
      } finally {
        await cursor.close();
      }
      return keys;
    },
    async deleteAnalysis(id) {
      return (await remove([id])).has(id);
    },
    async removeMatching(those, limit) {
      const { filter, hint } = whose(those);
      while (true) {
        const found = await analyses
          .find(filter, { projection: { _id: 1, owner: 1, image_key: 1 }, hint })
          .sort({ created_at: 1, _id: 1 })
          .limit(limit)
          .toArray();
        const removed = await remove(found.map(({ _id }) => _id));
        // Nothing of what was found is left where somebody else was faster with all of it.
        if (found.length > 0 && removed.size === 0) continue;
        return found
          .filter(({ _id }) => removed.has(_id))
          .map(({ _id: id, owner, image_key }) => ({ id, owner: textOf(owner) ?? '', image_key: textOf(image_key) }));
      }
    },
    /** The server itself decides when it overwrites what was deleted. */
    async purge() {
      return true;
    },
  } satisfies Partial<MongoCalls>;
}
