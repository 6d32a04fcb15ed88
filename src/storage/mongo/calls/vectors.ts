import { Binary } from 'mongodb';
import { AppError } from '../../../errors.ts';
import type { VectorRow } from '../../records/rows.ts';
import { bytesOf, likenessOf, vectorOf } from '../../vectors/float-bytes.ts';
import type { Collections } from '../collections.ts';
import { isDuplicate } from '../driver-errors.ts';
import { INDEX, type VectorDocument } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';
import { textOf } from './texts-of.ts';

/** One call looks at so many analyses at most. */
const LOOKED_AT = 200;

/** A space has no tab in its name. */
const keyOf = (space: string, analysisId: string) => `${space}\t${analysisId}`;

/** Whatever somebody may have put in its place is no vector. */
const rowsOf = (found: readonly VectorDocument[]): VectorRow[] =>
  found.flatMap(({ analysis_id: id, owner, created_at, written_at, vector }) =>
    vector instanceof Binary && vector.sub_type === Binary.SUBTYPE_VECTOR && written_at instanceof Date
      ? [{ at: written_at.toISOString(), id, owner, created_at, vector: bytesOf(vector.toFloat32Array()) }]
      : [],
  );

export function vectorCalls({ analyses, vectors }: Collections) {
  const analysis = (id: string) => analyses.findOne({ _id: { $eq: id } }, { projection: { owner: 1, created_at: 1 } });

  const rowsOfIds = async (ids: readonly string[], space: string) => {
    const those = ids.filter((id) => typeof id === 'string').map((id) => keyOf(space, id));
    return rowsOf(await vectors.find({ _id: { $in: those } }, { hint: INDEX.ids }).toArray());
  };

  return {
    async putVector(analysisId, space, vector) {
      const found = await analysis(analysisId);
      const [owner, created_at] = [textOf(found?.owner), textOf(found?.created_at)];
      if (owner === null || created_at === null) return;
      const floats = vectorOf(vector, vector.byteLength / 4);
      if (floats === null) throw new AppError('DB_002', { message: 'What was to be stored is no vector.' });
      const _id = keyOf(space, analysisId);
      const fields = { analysis_id: analysisId, space, owner, created_at, vector: Binary.fromFloat32Array(floats) };
      const put = () =>
        vectors.updateOne(
          { _id: { $eq: _id } },
          { $set: fields, $currentDate: { written_at: true } },
          { upsert: true },
        );
      await put().catch((thrown: unknown) => {
        if (isDuplicate(thrown)) return put();
        throw thrown;
      });
      // It may have been deleted in between, and who deletes looks for vectors after it.
      if ((await analysis(analysisId)) === null) await vectors.deleteOne({ _id: { $eq: _id } });
    },
    vectorsOf: (ids, space) => rowsOfIds(ids, space),
    async likenesses(space, vector, ids) {
      const one = vectorOf(vector, vector.byteLength / 4);
      if (one === null) return [];
      return (await rowsOfIds(ids, space)).flatMap((row) => likenessOf(one, row) ?? []);
    },
    async vectorsBehind(space, { at, id }, limit) {
      const since = new Date(at === '' ? 0 : at);
      const found = await vectors
        .find(
          {
            space: { $eq: space },
            written_at: { $gte: since },
            $or: [{ written_at: { $gt: since } }, { written_at: { $eq: since }, _id: { $gt: keyOf(space, id) } }],
          },
          { hint: INDEX.vectorsByWrite },
        )
        .sort({ written_at: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return rowsOf(found);
    },
    async analysesWithoutVector(space, after, limit) {
      const looked = await analyses
        .find({ _id: { $gt: after } }, { projection: { _id: 1, image_key: 1 }, hint: INDEX.ids })
        .sort({ _id: 1 })
        .limit(Math.max(limit, LOOKED_AT))
        .toArray();
      const withImage = looked.filter(({ image_key }) => textOf(image_key) !== null).map(({ _id }) => _id);
      const found = await vectors
        .find(
          { _id: { $in: withImage.map((id) => keyOf(space, id)) } },
          { projection: { analysis_id: 1 }, hint: INDEX.ids },
        )
        .toArray();
      const known = new Set(found.map(({ analysis_id }) => analysis_id));
      const ids = withImage.filter((id) => !known.has(id)).slice(0, limit);
      const atEnd = looked.length < Math.max(limit, LOOKED_AT);
      const full = ids.length === limit;
      return { ids, next: full ? ids.at(-1)! : atEnd ? null : looked.at(-1)!._id };
    },
    async analysesHaving(owner, terms, ids) {
      const found = await analyses
        .find(
          {
            _id: { $in: ids.filter((id) => typeof id === 'string') },
            owner: { $eq: owner },
            ...(terms.length > 0 && { $and: terms.map((term) => ({ terms: { $eq: term } })) }),
          },
          { projection: { _id: 1 }, hint: INDEX.ids },
        )
        .toArray();
      const having = new Set(found.map(({ _id }) => _id));
      return ids.filter((id) => having.has(id));
    },
  } satisfies Partial<MongoCalls>;
}
