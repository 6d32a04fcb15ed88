import type { CommandStartedEvent, Document } from 'mongodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '../../../src/ports/records.ts';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { sampleAnalysis, sampleRule } from '../../support/samples.ts';
import { sampleCalibration, versionOf } from '../../support/stored-samples.ts';

/** What the server is asked from now on; the store has not been asked anything yet. */
function questionsTo(store: MongoStore): Document[] {
  const asked: Document[] = [];
  const client = store.db.client as unknown as {
    options: { monitorCommands: boolean };
    on(name: string, hear: (event: CommandStartedEvent) => void): void;
  };
  client.options.monitorCommands = true;
  client.on('commandStarted', ({ commandName, command }: CommandStartedEvent) => {
    if (['find', 'aggregate', 'distinct', 'count', 'update', 'delete'].includes(commandName)) asked.push(command);
  });
  return asked;
}

describe.skipIf(MONGODB_URI === null)('documents in MongoDB', () => {
  let store: MongoStore;
  let records: Records;
  beforeEach(() => {
    store = new MongoStore(freshDatabase());
    records = recordsOver(store);
  });
  afterEach(async () => {
    await store.db.dropDatabase();
    await store.close();
  });

  const page = { limit: 10 };
  const ids = ['1', '2', '3'];
  const put = (id: string, more: object = {}, state: unknown = {}) =>
    records.analyses.put({
      owner: 'ann',
      analysis: sampleAnalysis({ analysis_id: id, ...more }),
      imageKey: `image/${id}`,
      state,
    });
  async function fill(): Promise<void> {
    for (const n of ids) {
      const timestamp = `2026-01-0${n}T00:00:00.000Z`;
      await put(`ana_${n}`, { timestamp });
      const rule = sampleRule({ rule_id: `rule_${n}`, owner: 'ann', created_at: timestamp });
      await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
      await records.calibrations.put(
        sampleCalibration({ owner: 'ann', calibration_id: `cal_${n}`, created_at: timestamp }),
      );
    }
  }
  /** Past the validation, as somebody may do it by hand. */
  const spoil = async (collection: string, id: string, field: string, value: unknown) => {
    const { modifiedCount } = await store.db
      .collection<{ _id: string }>(collection)
      .updateOne({ _id: id }, { $set: { [field]: value } }, { bypassDocumentValidation: true });
    expect(modifiedCount).toBe(1);
  };

  it('keeps foreign keys with dollars, dots, prototypes and every kind of text', async () => {
    const foreign = {
      $where: 'sleep(1000)',
      'a.b.c': { $gt: '' },
      $set: { owner: 'bob' },
      '': 0,
      __proto__x: [{ $ne: null }],
      'zero\u0000byte': 'a\u0000b',
      'ünï 🙂': [1e308, -0.1, 2 ** 53, null, true],
    };
    await put('ana_1', { warnings: [JSON.stringify(foreign), '$where', 'a.b'] }, foreign);
    expect(await records.analyses.state('ana_1')).toEqual(foreign);
    const rule = sampleRule({ owner: 'ann', context: '{"$gt":""}', name: '$set.owner' });
    await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
    expect(await records.rules.get(rule.rule_id)).toEqual(rule);
  });

  it('takes nothing that a caller gives for an operator', async () => {
    await fill();
    for (const hostile of [{ $ne: null }, { $gt: '' }, { $regex: '.*' }, ['ana_1'], null]) {
      const any = hostile as unknown as string;
      const answers = await Promise.allSettled([
        records.analyses.get(any),
        records.analyses.head(any),
        records.analyses.state(any),
        records.analyses.list(any, page).then(({ items }) => (items.length === 0 ? null : items)),
        records.analyses.ids(any, 'ana', 9).then((found) => found[0] ?? null),
        records.analyses
          .count({ owner: hostile as unknown as string })
          .then((n) => (hostile === null ? null : n || null)),
        records.analyses.imagesInUse([any]).then((found) => found[0] ?? null),
        records.rules.get(any),
        records.rules.list(any, {}, page).then(({ items }) => items[0] ?? null),
        records.rules
          .list('ann', { type: any }, page)
          .then(({ items }) => (hostile === null ? null : (items[0] ?? null))),
        records.calibrations.get(any),
        records.calibrations.list(any, page).then(({ items }) => items[0] ?? null),
        records.analyses.delete(any).then((done) => done || null),
        records.calibrations.delete(any).then((done) => done || null),
      ]);
      for (const answer of answers) {
        if (answer.status === 'fulfilled') expect(answer.value ?? null).toBeNull();
        else expect(answer.reason).toMatchObject({ code: expect.stringMatching(/^DB_00/) });
      }
    }
    expect(await records.analyses.count({ owner: 'ann' })).toBe(3);
  });

  it('refuses documents of another shape where the server validates them', async () => {
    await records.ping();
    const [found] = await store.db.listCollections({ name: 'analyses' }).toArray();
    expect((found as Document).options.validator.$jsonSchema.required).toContain('list_item');
    await expect(store.db.collection('analyses').insertOne({ owner: 7 })).rejects.toMatchObject({ code: 121 });
  });

  const DAMAGE: readonly (readonly [string, unknown])[] = [
    ['no JSON', 'rubbish'],
    ['cut off', '{"analysis_id":"ana'],
    ['empty', ''],
    ['of another JSON type', '[1,2]'],
    ['null', null],
    ['a number', 7],
    ['an object', { $gt: '' }],
  ];

  it.each(DAMAGE)('a stored text that is %s costs its own record alone', async (_what, value) => {
    await fill();
    await spoil('analyses', 'ana_2', 'analysis', value);
    await spoil('analyses', 'ana_2', 'list_item', value);
    await spoil('rules', 'rule_2', 'rule', value);
    await spoil('calibrations', 'cal_2', 'calibration', value);
    const analyses = await records.analyses.list('ann', page);
    expect([analyses.items.map((one) => one.analysis_id), analyses.unreadable]).toEqual([
      ['ana_3', 'ana_1'],
      ['ana_2'],
    ]);
    const rules = await records.rules.list('ann', { enabled: true }, page);
    expect([rules.items.map((one) => one.rule_id), rules.unreadable]).toEqual([['rule_1', 'rule_3'], ['rule_2']]);
    const calibrations = await records.calibrations.list('ann', page);
    expect(calibrations.unreadable).toEqual(['cal_2']);
    await expect(records.analyses.get('ana_2')).rejects.toMatchObject({ code: 'DB_003', advice: /delete_analyses/ });
    await expect(records.rules.get('rule_2')).rejects.toMatchObject({ code: 'DB_003', advice: /"restore"/ });
    await expect(records.calibrations.get('cal_2')).rejects.toMatchObject({ code: 'DB_003' });
    expect(await records.analyses.head('ana_2')).toEqual({ owner: 'ann', imageKey: 'image/ana_2' });
    expect(await records.check({ limitMs: 10_000, thorough: true })).toEqual({
      complete: true,
      records: 12,
      unreadable: [
        { kind: 'rule', id: 'rule_2' },
        { kind: 'calibration', id: 'cal_2' },
        { kind: 'analysis', id: 'ana_2' },
      ],
      unreadableCount: 3,
      damage: null,
    });
    const again = versionOf(sampleRule({ rule_id: 'rule_2', owner: 'ann', version: 2 }), 'restored');
    await records.rules.write([{ entry: again, expectedVersion: 1 }]);
    expect(await records.rules.get('rule_2')).toMatchObject({ version: 2 });
    expect(await records.analyses.delete('ana_2')).toBe(true);
  });

  it('names versions and removed rules that nobody can read', async () => {
    await fill();
    const gone = versionOf(sampleRule({ rule_id: 'rule_1', owner: 'ann', version: 2 }), 'deleted');
    await records.rules.write([{ entry: gone, expectedVersion: 1, remove: true }]);
    await spoil('rule_history', 'rule_1 2', 'entry', 'x');
    expect((await records.rules.removed('ann', page)).unreadable).toEqual(['rule_1']);
    const history = await records.rules.history('rule_1');
    expect([history.versions.map((v) => v.version), history.unreadable]).toEqual([[1], [2]]);
  });

  it('says what is too large for it, and stores the next one', async () => {
    await expect(put('ana_large', {}, 'x'.repeat(17 * 2 ** 20))).rejects.toMatchObject({
      code: 'DB_002',
      message: expect.stringContaining('16 MB'),
    });
    await put('ana_1');
    expect(records.status().state).toBe('connected');
  });

  it('misses an index in the check', async () => {
    await records.ping();
    await store.db.collection('analyses').dropIndex('by_owner');
    expect((await records.check({ limitMs: 5000 })).damage).toBe('indexes are missing: analyses.by_owner');
  });

  it('refuses a store of a newer version, and says so', async () => {
    await records.ping();
    await store.db.collection<{ _id: string }>('meta').updateOne({ _id: 'schema' }, { $set: { version: 99 } });
    const older = new MongoStore(freshDatabase().replace(/h200_test_\w+/, store.db.databaseName));
    await expect(older.call('ping')).rejects.toMatchObject({
      code: 'DB_001',
      message: expect.stringContaining('newer version (schema 99)'),
    });
    expect(older.status().state).toBe('refused');
    await older.close();
  });

  it('looks up what fewest analyses have, whatever was named first', async () => {
    const asked = questionsTo(store);
    const laptop = { id: 'laptop-1', class: 'laptop' };
    const mug = { id: 'mug-1', class: 'mug' };
    for (const n of [1, 2, 3, 4]) await put(`ana_${n}`, { objects: (n === 2 ? [mug, laptop] : [mug]) as never });
    const { items } = await records.analyses.search('ann', { terms: ['object\tmug', 'object\tlaptop'] }, page);
    expect(items.map((item) => item.analysis_id)).toEqual(['ana_2']);
    const [question] = asked.filter((command) => command.find === 'analyses');
    expect(question).toMatchObject({
      hint: 'by_term',
      filter: { terms: { $eq: 'object\tlaptop' }, $and: [{ terms: { $eq: 'object\tmug' } }] },
    });
  });

  it('reads no whole collection for any list, by what the server says of each of its questions', async () => {
    const asked = questionsTo(store);
    await fill();
    await records.evaluations.append('ann', 'ana_1', '2026-02-01T00:00:00.000Z', [
      { rule_id: 'rule_1', verdict: 'violated' },
    ]);
    const gone = versionOf(sampleRule({ rule_id: 'rule_1', owner: 'ann', version: 2 }), 'deleted');
    await records.rules.write([{ entry: gone, expectedVersion: 1, remove: true }]);
    asked.length = 0;
    const { analyses, rules, calibrations, evaluations } = records;
    const second = async (list: (p: object) => Promise<{ nextCursor: string | null }>) => {
      const { nextCursor } = await list({ limit: 1 });
      if (nextCursor !== null) await list({ limit: 1, cursor: nextCursor });
    };
    await second((p) => analyses.list('ann', p as never));
    for (const terms of [[], ['violated'], ['object\tmug', 'violated']]) {
      await second((p) => analyses.search('ann', { terms, since: '2026-01-01T00:00:00.000Z' }, p as never));
    }
    await analyses.withoutTerms(5);
    await analyses.setTerms('ana_2', ['violated']);
    await records.vectors.put('ana_2', 's', Float32Array.from([1, 0]));
    const near = { owner: 'ann', space: 's', vector: Float32Array.from([1, 0]), limit: 5 };
    expect(await records.vectors.nearest({ ...near, terms: [] })).toHaveLength(1);
    expect(await records.vectors.nearest({ ...near, terms: ['violated'] })).toHaveLength(1);
    await records.vectors.missing('s', '', 2);
    await store.call('analysesHaving', 'ann', ['violated'], ['ana_2']);
    await second((p) => rules.list('ann', { enabled: true, type: 'distance' }, p as never));
    await second((p) => rules.removed('ann', p as never));
    await second((p) => calibrations.list('ann', p as never));
    for (const filter of [{}, { owner: 'ann' }, { until: '2026-01-02' }]) await analyses.count(filter);
    await Promise.all([
      analyses.ids('ann', 'ana_', 2),
      analyses.imagesInUse(['image/1']),
      analyses.imageKeys('', 2),
      rules.count('ann', { enabled: true }),
      rules.ids('ann', 'rule_', 2),
      rules.history('rule_2'),
      rules.revision('ann'),
      calibrations.count('ann'),
      evaluations.statistics('ann', 'rule_1'),
      analyses.get('ana_1'),
      calibrations.get('cal_1'),
    ]);
    await records.check({ limitMs: 5000, thorough: true });
    await analyses.removeMatching({ until: '2026-01-01T00:00:00.000Z' }, 2);
    await analyses.removeMatching({ owner: 'ann' }, 2);
    expect(asked.length).toBeGreaterThan(30);
    const explained = asked.filter(
      (command) => !('update' in command || 'delete' in command || command.pipeline?.[0]?.$listSearchIndexes),
    );
    for (const command of explained) {
      const { lsid: _, txnNumber: __, $clusterTime: ___, $db: ____, writeConcern: _____, ...question } = command;
      const plan = JSON.stringify(await store.db.command({ explain: question, verbosity: 'queryPlanner' }));
      expect(plan, JSON.stringify(question)).not.toContain('COLLSCAN');
    }
  });
});
