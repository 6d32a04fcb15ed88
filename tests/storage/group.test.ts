import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CallName } from '../../src/storage/records/store.ts';
import { openTables, type Tables } from '../../src/storage/sqlite/tables/tables.ts';
import { runGroup } from '../../src/storage/sqlite/thread/group.ts';
import { clock, type Outcome, type StoreCall } from '../../src/storage/sqlite/thread/protocol.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';

let tables: Tables;
let commits: number;
beforeEach(() => {
  tables = openTables(':memory:');
  commits = 0;
});
afterEach(() => tables.db.close());

const call = (id: number, name: CallName, ...args: unknown[]): StoreCall => ({ id, name, args, until: clock() + 1e6 });
const put = (id: number, text = '{}') => {
  const analysis = sampleAnalysis({ analysis_id: `ana_${id}` });
  return call(id, 'putAnalysis', {
    id: `ana_${id}`,
    created_at: analysis.timestamp,
    owner: 'ann',
    sha256: null,
    image_key: null,
    analysis: text,
    state: 'null',
    list_item: '{}',
    terms: '[]',
  });
};
const writeRule = (id: number, expectedVersion: number) => {
  const rule = sampleRule();
  return call(id, 'writeRules', [
    { entry: JSON.stringify({ rule_id: rule.rule_id, version: 1, rule }), expectedVersion, remove: false },
  ]);
};

/** Outcomes, and how many answers there were. */
function run(calls: readonly StoreCall[]) {
  const answers: (readonly Outcome[])[] = [];
  runGroup(tables, calls, (done) => {
    expect(tables.db.inTransaction).toBe(false);
    answers.push(done);
  });
  commits = answers.length;
  return answers.flat();
}

const results = (outcomes: readonly Outcome[]) => outcomes.map((one) => (one.ok ? 'done' : one.error.code));

it('runs calls in order and answers writes after their common commit', () => {
  const outcomes = run([
    call(1, 'getAnalysis', 'ana_2'),
    put(2),
    call(3, 'getAnalysis', 'ana_2'),
    call(4, 'deleteAnalysis', 'ana_2'),
    call(5, 'getAnalysis', 'ana_2'),
  ]);
  expect(outcomes.map((one) => one.id)).toEqual([1, 2, 3, 4, 5]);
  expect(outcomes.map((one) => one.ok && one.answer)).toEqual([
    null,
    undefined,
    expect.objectContaining({ owner: 'ann' }),
    true,
    null,
  ]);
  expect(commits).toBe(3);
});

it('lets a call that fails undo itself and nothing else', () => {
  const outcomes = run([put(1), writeRule(2, 0), writeRule(3, 7), writeRule(4, 0), put(5)]);
  expect(results(outcomes)).toEqual(['done', 'done', 'RULES_006', 'RULES_006', 'done']);
  expect(tables.reads.ruleHistory('rule_test1').texts).toHaveLength(1);
  expect(tables.reads.countAnalyses(['ann', null])).toBe(2);
});

it('runs every call on its own when the commit fails', () => {
  tables.db.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY);
    CREATE TABLE children (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER orphan AFTER INSERT ON analyses WHEN new.id = 'ana_2'
      BEGIN INSERT INTO children VALUES (1); END;`);
  expect(results(run([put(1), put(2), put(3)]))).toEqual(['done', 'DB_002', 'done']);
  expect(tables.reads.countAnalyses(['ann', null])).toBe(2);
});

it('tells only those that found no space when the disk is full', () => {
  tables.db.pragma('max_page_count = 40');
  const outcomes = run([put(1), put(2, 'x'.repeat(4_000_000)), put(3)]);
  expect(results(outcomes)).toEqual(['done', 'STORAGE_003', 'done']);
  expect(tables.reads.countAnalyses(['ann', null])).toBe(2);
});

it('does not begin a call whose time is over', () => {
  expect(results(run([{ ...put(1), until: clock() - 1 }, put(2)]))).toEqual(['DB_001', 'done']);
  expect(tables.reads.getAnalysis('ana_1')).toBeNull();
});
