import type { Db } from 'mongodb';
import { AppError } from '../../errors.ts';
import { type Collections, collectionsOf } from './collections.ts';
import { isDuplicate } from './driver-errors.ts';
import { COLLECTIONS, SCHEMA_VERSION, validatorOf } from './schema.ts';

const EXISTS = 48;
/** No right to do it, a command or an option that the server does not know: what is there already is used as it is. */
const NOT_POSSIBLE = new Set([2, 9, 13, 59, 72, 115, 8000, 40_415]);

const codeOf = (thrown: unknown): unknown => (thrown as { code?: unknown }).code;

/** The version of the schema, 0 where there is none. Throws DB_001 for a newer one than ours. */
export async function knownVersion({ meta }: Pick<Collections, 'meta'>): Promise<number> {
  const version = (await meta.findOne({ _id: 'schema' }))?.version ?? 0;
  if (version <= SCHEMA_VERSION) return version;
  throw new AppError('DB_001', {
    message: `The store was written by a newer version (schema ${version}).`,
    advice: 'Update h200-mug, or name another database in MONGODB_ATLAS_URI.',
  });
}

/**
 * Collections, indexes and the version of the schema, each made where it is missing: any number of servers may do that at
 * once. Throws DB_001 for a store of a newer version.
 */
export async function setUp(db: Db): Promise<Collections> {
  const collections = collectionsOf(db);
  const { meta } = collections;
  const version = await knownVersion(collections);
  await Promise.all(
    Object.entries(COLLECTIONS).map(async ([name, spec]) => {
      await createCollection(db, name, validatorOf(spec));
      if (spec.indexes.length > 0) await unlessNotPossible(db.collection(name).createIndexes([...spec.indexes]));
    }),
  );
  await insertOnce(() => meta.insertOne({ _id: 'rules', seq: 0, pending: null }));
  if (version < SCHEMA_VERSION) {
    await insertOnce(() => meta.updateOne({ _id: 'schema' }, { $max: { version: SCHEMA_VERSION } }, { upsert: true }));
  }
  return collections;
}

async function createCollection(db: Db, name: string, validator: object): Promise<void> {
  try {
    await db.createCollection(name, { validator, validationLevel: 'strict', validationAction: 'error' });
  } catch (thrown) {
    if (codeOf(thrown) === EXISTS) return;
    if (!NOT_POSSIBLE.has(codeOf(thrown) as number)) throw thrown;
    await db.createCollection(name).catch((again: unknown) => {
      if (codeOf(again) !== EXISTS && !NOT_POSSIBLE.has(codeOf(again) as number)) throw again;
    });
  }
}

async function unlessNotPossible(done: Promise<unknown>): Promise<void> {
  await done.catch((thrown: unknown) => {
    if (!NOT_POSSIBLE.has(codeOf(thrown) as number)) throw thrown;
  });
}

/** Somebody else may have been quicker; who may only read finds what others made. */
async function insertOnce(insert: () => Promise<unknown>): Promise<void> {
  await insert().catch((thrown: unknown) => {
    if (!isDuplicate(thrown) && codeOf(thrown) !== 13) throw thrown;
  });
}
