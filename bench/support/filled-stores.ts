import { setTimeout as sleep } from 'node:timers/promises';
import { MongoBulkWriteError, MongoError } from 'mongodb';
import { openClient } from '../../src/storage/mongo/client.ts';
import { setUp } from '../../src/storage/mongo/set-up.ts';
import { openDatabase } from '../../src/storage/sqlite/database.ts';
import { rowOf } from './many-analyses.ts';

const AT_ONCE = 1000;
const MOST_TRIES = 20;

function* batches(count: number, atOnce = AT_ONCE): Generator<number[]> {
  for (let from = 0; from < count; from += atOnce) {
    yield Array.from({ length: Math.min(atOnce, count - from) }, (_, i) => from + i);
  }
}

/** What the store's own writes leave behind, without a flush for each; the terms in the order in which they are kept. */
export function fillEmbedded(file: string, count: number): void {
  const db = openDatabase(file);
  db.pragma('synchronous = OFF');
  db.pragma('cache_size = -200000');
  const put = db.prepare(
    `INSERT INTO analyses (id, created_at, owner, sha256, image_key, analysis, state, list_item, terms)
     VALUES (@id, @created_at, @owner, @sha256, @image_key, @analysis, @state, @list_item, @terms)`,
  );
  db.transaction(() => {
    for (const those of batches(count)) for (const n of those) put.run(rowOf(n));
    db.exec(
      `INSERT INTO terms (owner, term, created_at, id)
       SELECT owner, value, created_at, analyses.id FROM analyses, json_each(terms) ORDER BY 1, 2, 3, 4`,
    );
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}

function isThere(thrown: unknown): void {
  if (!(thrown instanceof MongoBulkWriteError) || thrown.code !== 11_000) throw thrown;
}

/** The documents that the store writes, many at once; the collection as the driver knows it. */
export async function fillMongo(uri: string, count: number) {
  const { client, database } = openClient(uri);
  await client.connect();
  const { analyses } = await setUp(client.db(database));
  for (const those of batches(count, AT_ONCE / 4)) {
    const documents = those.map(rowOf).map(({ id, terms, ...row }) => ({
      _id: id,
      ...row,
      terms: JSON.parse(terms) as string[],
      searchable: true,
    }));
    // On a slow machine a batch is sent again whose answer was late; its documents are there then.
    const insert = () => analyses.insertMany(documents, { ordered: false, writeConcern: { w: 1, journal: false } });
    for (let tries = 1; ; tries += 1) {
      const failed = await insert().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (failed === null) break;
      const isLate = failed instanceof MongoError && failed.hasErrorLabel('RetryableWriteError');
      if (!isLate || tries === MOST_TRIES) {
        isThere(failed);
        break;
      }
      await sleep(1000);
    }
  }
  return { client, analyses, db: client.db(database) };
}
