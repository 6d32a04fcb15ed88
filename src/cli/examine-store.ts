import { trustedFrom } from '../app/clock-check.ts';
import type { App } from '../app/create-app.ts';
import { openClockRecord } from '../app/open-stores.ts';
import type { Config } from '../config/config.ts';
import type { UnreadableRecord } from '../ports/records.ts';
import { call } from './caller.ts';
import { attempt, type Check, Found } from './check.ts';

/** Large stores take longer; what was not read by then is said. */
const READ_MS = 60_000;

const NAMED = 10;

/** What to do about what cannot be read. */
const WAY_OUT: Readonly<Record<UnreadableRecord['kind'], string>> = {
  analysis: 'delete it: h200-mug analyses delete ID',
  rule: 'update_rule with action "restore" brings back its newest readable version, "delete" removes it; it is not checked until then',
  'rule version': 'only this version is lost; nothing need be done',
  calibration: 'delete it: calibrate with action "delete"; then make it again',
  evaluations: 'statistics of rules only; nothing need be done',
};

const BACKEND = { embedded: 'embedded', mongodb: 'MongoDB' } as const;

/** What to do about damage to the whole store. */
const MEND = {
  embedded: (damage: string) =>
    `records.db is damaged (${damage}). Stop the server and put a backup of records.db in its place, or move it away to begin with an empty store.`,
  mongodb: (damage: string) => `In the MongoDB database ${damage}. Start a server once: it makes what is missing.`,
} as const;

/** The parts of the doctor that concern what is stored, each within its time. */
export async function examineStore(app: App, config: Config): Promise<Check[]> {
  const store = await attempt('record store', async () => {
    const own = await app.services.analyses.count(call);
    const { analyses: ofUsers } = await app.examine.ofUsers();
    await app.examine.writable();
    const { backend } = app.examine.status();
    return `${BACKEND[backend]}, ${own + ofUsers} analyses${ofUsers === 0 ? '' : ` (${ofUsers} of users)`}, can be read and written`;
  });
  const retention = () => attempt('retention', () => describeRetention(app, config));
  const files = await attempt('file store', () => describeFiles(app, config));
  // What cannot be opened has no records to look at.
  if (store.state === 'failed' && !store.detail.startsWith('STORAGE_003')) return [store, files, await retention()];
  const records = attempt('stored records', () => describeRecords(app), READ_MS + 5000);
  const photos = () => attempt('stored photos', () => describeImages(app), READ_MS + 5000);
  return [store, await records, files, ...(files.state === 'failed' ? [] : [await photos()]), await retention()];
}

async function describeFiles(app: App, config: Config): Promise<string> {
  const { backend } = await app.examine.files();
  const where = backend === 's3' ? `bucket ${config.R2_BUCKET_NAME}` : 'this machine';
  return `${where}: files can be written, read and removed`;
}

async function describeRecords(app: App): Promise<string> {
  const { complete, records, unreadable, unreadableCount, damage } = await app.examine.records(READ_MS);
  const problems = [
    ...(damage === null ? [] : [MEND[app.examine.status().backend](damage)]),
    ...[...Map.groupBy(unreadable, ({ kind }) => kind)].map(
      ([kind, found]) => `${kind} ${names(found.map(({ id }) => id))}: ${WAY_OUT[kind]}`,
    ),
  ];
  const seen = `${records} records read${complete ? '' : ` in ${READ_MS / 1000} s, not all there are`}`;
  if (problems.length === 0) return `${seen}, nothing is damaged`;
  throw new Found(`${seen}, ${unreadableCount} cannot be read. ${problems.join('; ')}`);
}

async function describeImages(app: App): Promise<string> {
  const { images, read, missing, damaged, stray, complete } = await app.examine.images(READ_MS);
  const all = complete && read + missing >= images;
  const looked = `photos of ${images} different images`;
  const seen = all
    ? looked
    : `${looked} looked for, ${read} of them read to their end in ${READ_MS / 1000} s, not all there are`;
  const left =
    stray === 0 ? '' : `; ${stray} damaged files that no analysis refers to go within the hour that a server runs`;
  if (missing + damaged === 0) return `${seen}, all are there${read === 0 ? '' : ' and as they were stored'}${left}`;
  // Of records that several machines share, each keeps the photos that it took in, unless a bucket has them.
  const isShared = app.services.blobStatus().backend === 's3';
  if (damaged === 0 && !isShared && app.examine.status().backend === 'mongodb') {
    return `${seen}: ${missing} are not on this machine, which draws those that it took in itself${left}`;
  }
  throw new Found(
    `${seen}: ${missing} are missing, ${damaged} damaged${left}. Their analyses can be read but not drawn; analysing such an image again puts it back.`,
  );
}

async function describeRetention(app: App, config: Config): Promise<string> {
  const days = config.H200_RETENTION_DAYS;
  if (days === undefined) return 'H200_RETENTION_DAYS is unset: analyses and photos stay until they are deleted';
  const { deleted } = await app.services.analyses.deleteAll(call, { olderThanDays: days, dryRun: true });
  const doubted = (await openClockRecord(config).read())?.doubted_since ?? null;
  const from = doubted === null ? '' : `, not before ${trustedFrom(doubted).toISOString()}: the clock leapt ahead`;
  return `analyses and photos older than ${days} days are deleted at every start and every hour; ${deleted} are now${from}`;
}

const names = (ids: readonly string[]) =>
  [...ids.slice(0, NAMED), ...(ids.length > NAMED ? [`${ids.length - NAMED} more`] : [])].join(', ');
