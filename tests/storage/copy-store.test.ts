import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Records } from '../../src/ports/records.ts';
import { MongoStore } from '../../src/storage/mongo/mongo-store.ts';
import { copyStore } from '../../src/storage/records/copy-store.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import type { Store } from '../../src/storage/records/store.ts';
import { StoreThread } from '../../src/storage/sqlite/thread/store-thread.ts';
import { freshDatabase, MONGODB_URI } from '../support/mongo.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';
import { sampleCalibration, versionOf } from '../support/stored-samples.ts';

let folder: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-copy-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const embedded = (name: string): Store => {
  const store = new StoreThread(join(folder, `${name}.db`));
  closing.push(() => store.close());
  return store;
};
const mongo = (): Store => {
  const store = new MongoStore(freshDatabase());
  closing.push(async () => {
    await store.db.dropDatabase();
    await store.close();
  });
  return store;
};

const page = { limit: 50 };
const at = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, n)).toISOString();

async function fill(store: Store): Promise<void> {
  const { analyses, rules, evaluations, calibrations, registry } = recordsOver(store);
  for (let n = 0; n < 12; n += 1) {
    const owner = n % 3 === 0 ? 'bob' : 'ann';
    const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: at(n), warnings: ['ü $set a.b'] });
    await analyses.put({ owner, analysis, imageKey: n % 2 ? null : `image/${n}`, state: { $n: n, 'a.b': [n] } });
    await evaluations.append(owner, `ana_${n}`, at(n), [
      { rule_id: 'rule_1', verdict: n % 4 === 0 ? 'violated' : 'satisfied' },
      { rule_id: 'rule_2', verdict: 'uncertain' },
    ]);
  }
  const rule = (n: number, version = 1) =>
    sampleRule({ rule_id: `rule_${n}`, owner: 'ann', version, created_at: at(n), updated_at: at(100 + version) });
  for (const n of [1, 2, 3]) await rules.write([{ entry: versionOf(rule(n)), expectedVersion: 0 }]);
  await rules.write([{ entry: versionOf(rule(2, 2), 'updated'), expectedVersion: 1 }]);
  await rules.write([{ entry: versionOf(rule(3, 2), 'deleted'), expectedVersion: 1, remove: true }]);
  // Removed and restored.
  await rules.write([{ entry: versionOf(rule(1, 2), 'deleted'), expectedVersion: 1, remove: true }]);
  await rules.write([{ entry: versionOf(rule(1, 3), 'restored'), expectedVersion: 0 }]);
  await calibrations.put(sampleCalibration({ owner: 'ann' }));
  const entry = { owner: 'ann', created_at: at(1), expires_at: null, version: 3, value: { $a: 1 } };
  await registry.add('user', { ...entry, id: 'usr_1', lookup: 'ann' });
  await registry.add('audit', { ...entry, id: '000000000001', lookup: null });
}

/** Everything that a reader can see. */
async function seen({ analyses, rules, evaluations, calibrations, registry }: Records) {
  const all: unknown[] = [await registry.find('user', 'ann'), await registry.list('audit', null, page)];
  for (const owner of ['ann', 'bob']) {
    const listed = await analyses.list(owner, page);
    all.push(listed, await rules.list(owner, {}, page), await rules.removed(owner, page));
    all.push(await calibrations.list(owner, page), await evaluations.statistics(owner, 'rule_1'));
    all.push(await evaluations.statistics(owner, 'rule_2'));
    for (const { analysis_id } of listed.items)
      all.push(await analyses.get(analysis_id), await analyses.state(analysis_id));
  }
  for (const n of [1, 2, 3]) all.push(await rules.history(`rule_${n}`));
  return all;
}

const ways: readonly (readonly [string, boolean, () => Store, () => Store])[] = [
  ['embedded to embedded', true, () => embedded('a'), () => embedded('b')],
  ['embedded to MongoDB', MONGODB_URI !== null, () => embedded('a'), mongo],
  ['MongoDB to embedded', MONGODB_URI !== null, mongo, () => embedded('b')],
];

describe.each(ways)('%s', (_way, isPossible, source, target) => {
  it.skipIf(!isPossible)('copies everything, and the second time only compares', async () => {
    const [from, to] = [source(), target()];
    await fill(from);
    expect(await copyStore(from, to)).toEqual({ copied: 18, found: 0, unreadable: [], different: [] });
    expect(await seen(recordsOver(to))).toEqual(await seen(recordsOver(from)));
    expect(await copyStore(from, to)).toEqual({ copied: 18, found: 18, unreadable: [], different: [] });
  });

  it.skipIf(!isPossible)('goes on where it was ended, wherever that was, and takes what came since', async () => {
    const [from, to] = [source(), target()];
    await fill(from);
    for (const most of [1, 3, 6, 11]) {
      const stop = new AbortController();
      let done = 0;
      const ended = copyStore(from, to, {
        signal: stop.signal,
        onRecord: () => {
          done += 1;
          if (done === most) stop.abort(new Error('ended'));
        },
      });
      await expect(ended).rejects.toThrow('ended');
    }
    const rule = sampleRule({ rule_id: 'rule_2', owner: 'ann', version: 3, created_at: at(2) });
    await recordsOver(from).rules.write([{ entry: versionOf(rule, 'updated'), expectedVersion: 2 }]);
    expect(await copyStore(from, to)).toMatchObject({ copied: 18, found: 10, unreadable: [], different: [] });
    expect(await seen(recordsOver(to))).toEqual(await seen(recordsOver(from)));
  });
});

it('leaves what is damaged, and what is another thing there, and names both', async () => {
  const [from, to] = [embedded('a'), embedded('b')];
  await fill(from);
  const db = new Database(join(folder, 'a.db'));
  db.exec(
    "UPDATE analyses SET analysis = '{' WHERE id = 'ana_3'; UPDATE rule_history SET entry = 'x' WHERE rule_id = 'rule_2'",
  );
  db.close();
  const other = recordsOver(to);
  await other.analyses.put({
    owner: 'eve',
    analysis: sampleAnalysis({ analysis_id: 'ana_5' }),
    imageKey: null,
    state: 1,
  });
  await other.calibrations.put(sampleCalibration({ owner: 'eve' }));
  expect(await copyStore(from, to)).toEqual({
    copied: 14,
    found: 0,
    unreadable: [
      { kind: 'rule', id: 'rule_2' },
      { kind: 'analysis', id: 'ana_3' },
    ],
    different: [
      { kind: 'calibration', id: 'cal_1' },
      { kind: 'analysis', id: 'ana_5' },
    ],
  });
  expect(await other.analyses.head('ana_5')).toEqual({ owner: 'eve', imageKey: null });
});

/** What a process that was killed had sent, or another import: it is there just before we write it. */
it.each(['writeRules', 'addEntry'] as const)(
  'goes on where somebody else has just written the same (%s)',
  async (name) => {
    const [from, to] = [embedded('from'), embedded('to')];
    await fill(from);
    const raced = new Proxy(to, {
      get: (target, property) =>
        property !== 'call'
          ? Reflect.get(target, property, target)
          : async (called: typeof name, ...args: never[]) => {
              const call = target.call.bind(target) as (name: string, ...args: never[]) => Promise<unknown>;
              if (called === name) await call(called, ...args);
              return call(called, ...args);
            },
    });
    const report = await copyStore(from, raced);
    expect(report).toMatchObject({ unreadable: [], different: [] });
    expect(await seen(recordsOver(to))).toEqual(await seen(recordsOver(from)));
  },
);
