import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import type { Records } from '../../../src/ports/records.ts';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { sampleAnalysis, sampleRule } from '../../support/samples.ts';
import { versionOf } from '../../support/stored-samples.ts';

describe.skipIf(MONGODB_URI === null)('the MongoDB store', () => {
  let uri: string;
  let stores: MongoStore[];
  const open = (limits = {}) => {
    const store = new MongoStore(uri, undefined, limits);
    stores.push(store);
    return { store, records: recordsOver(store) };
  };
  beforeEach(() => {
    uri = freshDatabase();
    stores = [];
  });
  afterEach(async () => {
    const last = new MongoStore(uri);
    await last.call('ping');
    await last.db.dropDatabase();
    await Promise.all([last, ...stores].map((store) => store.close()));
  });

  const put = (records: Records, id: string, state: unknown = { id }) =>
    records.analyses.put({ owner: 'ann', analysis: sampleAnalysis({ analysis_id: id }), imageKey: null, state });

  it('connects to nothing before the first call', async () => {
    const { store } = open();
    await sleep(50);
    expect(store.status().state).toBe('connecting');
    await store.call('ping');
    expect(store.status().state).toBe('connected');
  });

  it('takes so many calls and so much text at once, and more when they are answered', async () => {
    const few = open({ calls: 2 }).records;
    await few.ping();
    const answers = await Promise.allSettled([few.ping(), few.ping(), few.ping()]);
    expect(answers.map((a) => a.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(answers[2]).toMatchObject({ reason: { code: 'SYSTEM_002', retryAfterS: 1 } });
    await few.ping();

    const short = open({ characters: 2000 }).records;
    await short.ping();
    const puts = await Promise.allSettled([put(short, 'ana_1'), put(short, 'ana_2'), put(short, 'ana_3')]);
    expect(puts.map((a) => a.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await put(short, `ana_${'x'.repeat(4000)}`);
  });

  it('stores nothing more in a database that a newer version has changed under it', async () => {
    const { store, records } = open({ versionMs: 0 });
    await put(records, 'ana_1');
    await store.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 999 } });
    const refused = { code: 'DB_001', message: 'The store was written by a newer version (schema 999).' };
    await expect(put(records, 'ana_2')).rejects.toMatchObject(refused);
    await expect(records.ping()).rejects.toMatchObject(refused);
    await expect(records.writable()).rejects.toMatchObject(refused);
    await expect(records.analyses.list('ann', { limit: 10 })).rejects.toMatchObject(refused);
    expect(await store.db.collection('analyses').countDocuments()).toBe(1);
    await store.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 1 } });
    await put(records, 'ana_2');
  });

  it('looks at the version once for all calls of a second', async () => {
    const { store, records } = open({ versionMs: 3_600_000 });
    await put(records, 'ana_1');
    await store.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 999 } });
    await put(records, 'ana_2');
    const other = open({ versionMs: 0 });
    await expect(other.records.ping()).rejects.toMatchObject({ code: 'DB_001' });
    await store.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 1 } });
  });

  it.each(['dropped', 'brought back without its indexes'])(
    'sets up again a database that was %s under it',
    async (how) => {
      const { store, records } = open();
      await put(records, 'ana_1');
      if (how === 'dropped') await store.db.dropDatabase();
      else await store.db.collection('analyses').dropIndexes();
      await records.rules.revision('ann');
      await put(records, 'ana_2');
      const listed = await records.analyses.list('ann', { limit: 10 });
      expect(listed.items.map((item) => item.analysis_id)).toContain('ana_2');
      expect(await records.analyses.count({ owner: 'ann' })).toBe(how === 'dropped' ? 1 : 2);
      await records.rules.write([{ entry: versionOf(sampleRule({ rule_id: 'rule_1' })), expectedVersion: 0 }]);
      expect(await records.rules.head('rule_1')).not.toBeNull();
      expect((await store.db.collection('analyses').indexes()).length).toBeGreaterThan(2);
    },
    30_000,
  );

  it('closes after all writes that it took, and takes none after that', async () => {
    const { store, records } = open();
    await records.ping();
    const ids = Array.from({ length: 200 }, (_, n) => `ana_${n}`);
    const writes = ids.map((id) => put(records, id));
    const closed = store.close();
    await expect(records.ping()).rejects.toMatchObject({ code: 'SYSTEM_001' });
    await Promise.all(writes);
    await closed;
    expect(await open().records.analyses.count({ owner: 'ann' })).toBe(200);
  });

  it('keeps code, message, advice and details of a refusal', async () => {
    const { records } = open();
    const rule = sampleRule({ version: 2 });
    const thrown = await records.rules
      .write([{ entry: versionOf(rule, 'updated'), expectedVersion: 1 }])
      .catch((error: unknown) => error);
    const details = { rule_id: rule.rule_id, expected: 1, stored: 0 };
    expect((thrown as AppError).toJSON()).toEqual(new AppError('RULES_006', { details }).toJSON());
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    await expect(put(records, 'ana_1', circle)).rejects.toMatchObject({ code: 'DB_002' });
  });

  it('refuses a rule that could not be stored before anything of the write is', async () => {
    const { records } = open();
    const broken = sampleRule({ rule_id: 'rule_2', type: 7 as never });
    const write = records.rules.write([
      { entry: versionOf(sampleRule({ rule_id: 'rule_1' })), expectedVersion: 0 },
      { entry: versionOf(broken), expectedVersion: 0 },
    ]);
    await expect(write).rejects.toMatchObject({ code: 'DB_002' });
    expect(await records.rules.get('rule_1')).toBeNull();
    await records.rules.write([{ entry: versionOf(sampleRule({ rule_id: 'rule_1' })), expectedVersion: 0 }]);
  });

  it('loses nothing that was acknowledged when the process is killed in the middle of writing', async () => {
    await open().records.ping();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const writer = fork(fileURLToPath(new URL('../crash-writer.ts', import.meta.url)), [uri, String(round)]);
      writer.on('message', (id: string) => acknowledged.push(id));
      await once(writer, 'message');
      await sleep(60 + 40 * round);
      writer.kill('SIGKILL');
      await once(writer, 'exit');
    }
    expect(acknowledged.length).toBeGreaterThan(3);
    const { records } = open();
    for (const id of acknowledged) expect(await records.analyses.state(id)).toEqual({ id });
  });

  it('does not hold a process that closes it', async () => {
    const module = new URL('../../../src/storage/mongo/mongo-store.ts', import.meta.url).href;
    const script = `
      const { MongoStore } = await import(${JSON.stringify(module)});
      const store = new MongoStore(${JSON.stringify(uri)});
      store.onRuleChange(() => undefined);
      await store.call('ping');
      await store.close();
      console.log('closed');`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 20_000,
    });
    expect(stdout).toBe('closed\n');
  });
});
