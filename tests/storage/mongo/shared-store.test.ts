import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleVersion } from '../../../src/contract/rule.ts';
import type { Records, RuleChange } from '../../../src/ports/records.ts';
import { ruleGate } from '../../../src/storage/mongo/calls/rule-gate.ts';
import { collectionsOf } from '../../../src/storage/mongo/collections.ts';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { freshDatabase, MONGODB_URI } from '../../support/mongo.ts';
import { sampleAnalysis, sampleRule } from '../../support/samples.ts';
import { versionOf } from '../../support/stored-samples.ts';

describe.skipIf(MONGODB_URI === null)('one MongoDB database, several servers', () => {
  let uri: string;
  const stores: MongoStore[] = [];
  const open = (): { store: MongoStore; records: Records } => {
    const store = new MongoStore(uri);
    stores.push(store);
    return { store, records: recordsOver(store) };
  };
  beforeEach(() => {
    uri = freshDatabase();
  });
  afterEach(async () => {
    await stores[0]?.db.dropDatabase();
    await Promise.all(stores.splice(0).map((store) => store.close()));
  });

  const rule = (n: number, version = 1) =>
    sampleRule({ rule_id: `rule_${n}`, version, owner: 'ann', priority: 1 + (version % 10) });
  const write = (records: Records, entry: RuleVersion, remove = false) =>
    records.rules.write([{ entry, expectedVersion: entry.version - 1, remove }]);

  it('is set up by all of them at once', async () => {
    const all = Array.from({ length: 6 }, () => open().records);
    await Promise.all(all.map((records) => records.ping()));
    expect(await all[3]?.check({ limitMs: 5000, thorough: true })).toMatchObject({ complete: true, damage: null });
    expect(await stores[0]?.db.collection('meta').countDocuments()).toBe(2);
  });

  it('loses no write of two that write the same rules as fast as they can', async () => {
    const [a, b] = [open().records, open().records];
    const rules = Array.from({ length: 6 }, (_, n) => n);
    for (const n of rules) await write(a, versionOf(rule(n)));
    let acknowledged = 0;
    const writer = async (records: Records, n: number) => {
      for (let tries = 0; tries < 6; tries += 1) {
        const { version } = (await records.rules.get(`rule_${n}`))!;
        await write(records, versionOf(rule(n, version + 1), 'updated')).then(
          () => {
            acknowledged += 1;
          },
          (error) => expect(error).toMatchObject({ code: 'RULES_006' }),
        );
      }
    };
    await Promise.all(rules.flatMap((n) => [writer(a, n), writer(b, n)]));
    let versions = 0;
    for (const n of rules) {
      const history = (await a.rules.history(`rule_${n}`)).versions.map((one) => one.version);
      expect(history).toEqual(history.map((_, at) => at + 1));
      expect((await b.rules.get(`rule_${n}`))?.version).toBe(history.length);
      versions += history.length;
    }
    expect(versions).toBe(rules.length + acknowledged);
    expect(acknowledged).toBeGreaterThanOrEqual(6 * rules.length);
  });

  it('does to the end what a killed server had decided, before anybody reads the rules by its revision', async () => {
    const { records, store } = open();
    await write(records, versionOf(rule(1)));
    const before = await records.rules.revision('ann');
    const rows = [1, 2].map((n) => ({
      entry: JSON.stringify(versionOf(rule(n, n === 1 ? 2 : 1))),
      expectedVersion: n === 1 ? 1 : 0,
      remove: false,
    }));
    const pending = { writer: 'killed', rows: JSON.stringify(rows), audiences: ['owner ann'] };
    // Killed right after its decision.
    await store.db.collection('meta').updateOne({ _id: 'rules' as never }, { $set: { pending }, $inc: { seq: 1 } });
    const other = open().records;
    expect(await other.rules.revision('ann')).not.toBe(before);
    expect((await other.rules.get('rule_1'))?.version).toBe(2);
    expect(await other.rules.get('rule_2')).not.toBeNull();
    expect((await other.rules.history('rule_1')).versions).toHaveLength(2);
  });

  it('lets a late writer undo nothing that came after it', async () => {
    const { records, store } = open();
    await write(records, versionOf(rule(1)));
    await write(records, versionOf(rule(2)));
    const gate = ruleGate(collectionsOf(store.db), 'late');
    const late = (version: number) => ({
      writer: 'late',
      rows: JSON.stringify(
        [1, 2].map((n) => ({ entry: JSON.stringify(versionOf(rule(n, version))), expectedVersion: 0, remove: false })),
      ),
      audiences: ['owner ann'],
    });
    await write(records, versionOf(rule(1, 2), 'updated'));
    await write(records, versionOf(rule(2, 2), 'deleted'), true);
    const revision = await records.rules.revision('ann');
    await gate.carryOut(1, late(1));
    expect((await records.rules.get('rule_1'))?.version).toBe(2);
    expect(await records.rules.get('rule_2')).toBeNull();
    expect(await records.rules.revision('ann')).toBe(revision);
    expect((await records.rules.removed('ann', { limit: 9 })).items.map((one) => one.rule_id)).toEqual(['rule_2']);
  });

  it.each([
    ['a change stream', { pollMs: 60_000, calmMs: 60_000 }, false],
    ['asking', { pollMs: 200, calmMs: 200 }, true],
  ])('hears of the rules of others by %s, in order, once, and not of its own', async (_how, limits, blind) => {
    const [mine, others] = [open(), open()];
    await write(others.records, versionOf(rule(0)));
    await mine.records.ping();
    if (blind) mine.store.db.collection = noStreams(mine.store.db.collection);
    const heard: RuleChange[] = [];
    const times: number[] = [];
    const stop = mine.store.onRuleChange((change) => {
      heard.push(change);
      times.push(performance.now());
    }, limits);
    // A listener hears what is written after it listens; with a stream, once that is open.
    const [listening] = [...(mine.store as unknown as { changes: Set<{ isStreaming: boolean }> }).changes];
    if (!blind) await expect.poll(() => listening?.isStreaming, { timeout: 5000 }).toBe(true);
    else await new Promise((resolve) => setTimeout(resolve, 300));
    await write(mine.records, versionOf(rule(1)));
    const written = performance.now();
    await write(others.records, versionOf(rule(2)));
    await write(others.records, versionOf(rule(2, 2), 'deleted'), true);
    await expect.poll(() => heard.length, { timeout: 5000, interval: 20 }).toBe(2);
    expect(heard).toEqual([
      { rule_id: 'rule_2', action: 'created', owner: 'ann', scope: 'mine' },
      { rule_id: 'rule_2', action: 'deleted', owner: 'ann', scope: 'mine' },
    ]);
    expect(times[0]! - written).toBeLessThan(1000);
    stop();
  });

  it('answers one server by what another one wrote, at once', async () => {
    const [a, b] = [open().records, open().records];
    const analysis = sampleAnalysis();
    await a.analyses.put({ owner: 'ann', analysis, imageKey: 'image/1', state: {} });
    expect((await b.analyses.get(analysis.analysis_id))?.analysis).toEqual(analysis);
    expect(await b.analyses.delete(analysis.analysis_id)).toBe(true);
    expect(await a.analyses.get(analysis.analysis_id)).toBeNull();
  });
});

/** As on a server without change streams. */
function noStreams<T extends (...args: never[]) => object>(collection: T): T {
  return function (this: unknown, ...args: never[]) {
    const found = collection.apply(this, args);
    return Object.assign(found, {
      watch: () => ({
        tryNext: () => Promise.reject(Object.assign(new Error('only on replica sets'), { code: 40_573 })),
        close: async () => undefined,
      }),
    });
  } as unknown as T;
}
