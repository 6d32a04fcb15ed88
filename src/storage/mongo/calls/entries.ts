import type { Filter } from 'mongodb';
import type { EntryRow } from '../../records/rows.ts';
import { AFTER_ALL, pageOf } from '../../records/texts.ts';
import type { Collections } from '../collections.ts';
import { duplicateAt, isDuplicate } from '../driver-errors.ts';
import { type EntryDocument, INDEX } from '../schema.ts';
import type { MongoCalls } from './mongo-calls.ts';
import { behind, textOf } from './texts-of.ts';

/** A kind has no space in it, so that no two entries share a key. */
const keyOf = (kind: string, name: string) => `${kind} ${name}`;

const documentOf = ({ kind, lookup, ...row }: EntryRow): Omit<EntryDocument, '_id'> => ({
  kind,
  ...row,
  ...(lookup !== null && { lookup: keyOf(kind, lookup) }),
});

/** The smallest and the first beyond the lookups that begin with `name` and a space. */
const under = (kind: string, name: string, after = `${name} `) => ({
  $gt: keyOf(kind, after),
  $lt: keyOf(kind, `${name}!`),
});

/** What was said of these analyses. */
export const feedbackOf = (ids: readonly string[]): Filter<EntryDocument> => ({
  $or: ids.map((id) => ({ lookup: under('feedback', id) })),
});

export function entryCalls({ entries }: Collections) {
  /** False where the id or the lookup is taken. */
  const unlessTaken = async (write: () => Promise<boolean>) =>
    write().catch((thrown: unknown) => {
      if (isDuplicate(thrown)) return false;
      throw thrown;
    });
  return {
    addEntry: (row) =>
      unlessTaken(
        async () => (await entries.insertOne({ _id: keyOf(row.kind, row.id), ...documentOf(row) })).acknowledged,
      ),
    replaceEntry: (row) =>
      unlessTaken(async () => {
        const before = { _id: { $eq: keyOf(row.kind, row.id) }, version: { $eq: row.version - 1 } };
        return (await entries.replaceOne(before, documentOf(row))).matchedCount > 0;
      }),
    async getEntry(kind, id) {
      const found = await entries.findOne({ _id: { $eq: keyOf(kind, id) } });
      return found && (textOf(found.entry) ?? '');
    },
    async findEntry(kind, lookup) {
      const found = await entries.findOne({ lookup: { $eq: keyOf(kind, lookup) } }, { hint: INDEX.entriesByLookup });
      return found && (textOf(found.entry) ?? '');
    },
    async listEntries(kind, owner, after, limit) {
      const { at, id } = after ?? AFTER_ALL;
      const position = { at, id: id === '' ? '' : keyOf(kind, id) };
      const found = await entries
        .find(
          {
            kind: { $eq: kind },
            ...(owner !== null && { owner: { $eq: owner } }),
            ...behind<EntryDocument>('created_at', position, true),
          },
          { hint: owner === null ? INDEX.entriesByTime : INDEX.entriesByOwner },
        )
        .sort({ created_at: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      return pageOf(
        found.map(({ id: of, created_at, entry }) => ({ id: of, at: created_at, text: textOf(entry) })),
        limit,
      );
    },
    countEntries: (kind, owner) =>
      entries.countDocuments(
        { kind: { $eq: kind }, ...(owner !== null && { owner: { $eq: owner } }) },
        { hint: owner === null ? INDEX.entriesByTime : INDEX.entriesByOwner },
      ),
    async entriesUnder(kind, name, limit, after) {
      const found = await entries
        .find({ lookup: under(kind, name, after) }, { hint: INDEX.entriesByLookup })
        .sort({ lookup: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ entry }) => textOf(entry) ?? '');
    },
    async addEntries(rows) {
      let rest = rows.map((row) => ({ _id: keyOf(row.kind, row.id), ...documentOf(row) }));
      while (rest.length > 0) {
        try {
          await entries.insertMany(rest, { ordered: true });
          return;
        } catch (thrown) {
          const at = duplicateAt(thrown);
          if (at === null) throw thrown;
          rest = rest.slice(at + 1);
        }
      }
    },
    countEntriesUnder: (kind, name) =>
      entries.countDocuments({ lookup: under(kind, name) }, { hint: INDEX.entriesByLookup }),
    async removeEntry(kind, id) {
      return (await entries.deleteOne({ _id: { $eq: keyOf(kind, id) } })).deletedCount > 0;
    },
    async removeOlderEntries(kind, time, limit) {
      const found = await entries
        .find({ kind: { $eq: kind }, created_at: { $lt: time } }, { projection: { _id: 1 }, hint: INDEX.entriesByTime })
        .sort({ created_at: 1, _id: 1 })
        .limit(limit)
        .toArray();
      if (found.length === 0) return 0;
      return (await entries.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount;
    },
    async removeExpired(now) {
      const { deletedCount } = await entries.deleteMany(
        { expires_at: { $type: 'string', $lte: now } },
        { hint: INDEX.entriesByExpiry },
      );
      return deletedCount;
    },
  } satisfies Partial<MongoCalls>;
}
