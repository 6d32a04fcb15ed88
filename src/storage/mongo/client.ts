import { MongoClient, type MongoClientOptions } from 'mongodb';
import { AppError } from '../../errors.ts';

/** The database where the address names none. */
const DATABASE = 'h200_production';

/** Waits of the driver, ms. The driver's own `timeoutMS` has no effect in version 7: `Availability` bounds each call. */
const OPTIONS: MongoClientOptions = {
  appName: 'h200-mug',
  serverSelectionTimeoutMS: 2000,
  connectTimeoutMS: 2000,
  socketTimeoutMS: 20_000,
  waitQueueTimeoutMS: 15_000,
  heartbeatFrequencyMS: 2000,
  maxPoolSize: 20,
  maxIdleTimeMS: 60_000,
};

/** What is acknowledged survives the loss of a server and of its memory, whatever the address says. */
const DURABLE: MongoClientOptions = {
  retryWrites: true,
  retryReads: true,
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
  ignoreUndefined: true,
};

/** Throws DB_001 for an address that the driver cannot read; connects to nothing. */
export function openClient(
  uri: string,
  more: MongoClientOptions = {},
): { readonly client: MongoClient; readonly database: string } {
  try {
    // What the address says of waits and pools counts.
    const said = new Set([...uri.matchAll(/[?&]([a-z]+)=/gi)].map(([, name = '']) => name.toLowerCase()));
    const unsaid = Object.fromEntries(Object.entries(OPTIONS).filter(([name]) => !said.has(name.toLowerCase())));
    const client = new MongoClient(uri, { ...unsaid, ...DURABLE, ...more });
    const named = client.options.dbName;
    const isNamed = /^mongodb(\+srv)?:\/\/[^/?]*\/[^?]+/i.test(uri);
    return { client, database: isNamed ? named : DATABASE };
  } catch {
    throw new AppError('DB_001', {
      message: 'MONGODB_ATLAS_URI is no address that the MongoDB driver can read.',
      advice:
        'Write mongodb://user:password@host:27017/database, special characters in user and password percent-encoded.',
    });
  }
}
