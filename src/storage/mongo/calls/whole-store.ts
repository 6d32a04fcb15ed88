import type { Db } from 'mongodb';
import type { RecordKind } from '../../../ports/records.ts';
import type { RecordKey } from '../../records/rows.ts';
import type { Collections } from '../collections.ts';
import { COLLECTIONS, INDEX } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';

const BY_ID = { analysis: 'analyses', rule: 'rules', calibration: 'calibrations' } as const satisfies Partial<
  Record<RecordKind, keyof Collections>
>;

/** What concerns the store as a whole. */
export function wholeStoreCalls(db: Db, collections: Collections) {
  async function versionKeys({ a, b }: RecordKey, limit: number): Promise<RecordKey[]> {
    const found = await collections.history
      .find(
        { rule_id: { $gte: a }, $or: [{ rule_id: { $gt: a } }, { rule_id: { $eq: a }, version: { $gt: Number(b) } }] },
        { projection: { rule_id: 1, version: 1 }, hint: INDEX.versions },
      )
      .sort({ rule_id: 1, version: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ rule_id, version }) => ({ a: rule_id, b: version }));
  }

  return {
    async ping() {
      await db.command({ ping: 1 });
    },
    /** Changes nothing, and needs the right to: there is no such document. */
    async writable() {
      await collections.meta.updateOne({ _id: 'no such document' }, { $set: { version: 0 } });
    },
    async recordKeys(kind, after, limit) {
      // They are part of their analysis.
      if (kind === 'evaluations') return [];
      if (kind === 'rule version') return versionKeys(after, limit);
      const found = await db
        .collection<{ _id: string; removed?: boolean }>(BY_ID[kind])
        .find(
          { _id: { $gt: after.a }, ...(kind === 'rule' && { removed: false }) },
          { projection: { _id: 1 }, hint: INDEX.ids },
        )
        .sort({ _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => ({ a: _id, b: null }));
    },
    /** The files are the server's own; whether its indexes are there, without which every list reads everything. */
    async checkFile() {
      const missing: string[] = [];
      for (const [name, { indexes }] of Object.entries(COLLECTIONS)) {
        if (indexes.length === 0) continue;
        const found = new Set((await db.collection(name).listIndexes().toArray()).map((index) => `${index.name}`));
        missing.push(...indexes.filter((index) => !found.has(index.name)).map((index) => `${name}.${index.name}`));
      }
      const problem = missing.length === 0 ? null : `indexes are missing: ${missing.join(', ')}`;
      return { checked: true, problem };
    },
  } satisfies Partial<MongoCalls>;
}
