import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleVersion } from '../../src/contract/rule.ts';
import type { Records } from '../../src/ports/records.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';
import { sampleCalibration, versionOf } from '../support/stored-samples.ts';

let folder: string;
let file: string;
let records: Records;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-unreadable-'));
  file = join(folder, 'records.db');
  records = createSqliteRecords(file);
});
afterEach(async () => {
  await records.close();
  rmSync(folder, { recursive: true, force: true });
});

const ids = ['1', '2', '3'];
const page = { limit: 10 };

async function fill(): Promise<void> {
  for (const n of ids) {
    const timestamp = `2026-01-0${n}T00:00:00.000Z`;
    const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp });
    await records.analyses.put({ owner: 'ann', analysis, imageKey: `image/${n}`, state: { n } });
    const rule = sampleRule({ rule_id: `rule_${n}`, owner: 'ann', created_at: timestamp });
    await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
    await records.calibrations.put(
      sampleCalibration({ owner: 'ann', calibration_id: `cal_${n}`, created_at: timestamp }),
    );
  }
}

const sql = (text: string, ...values: unknown[]) => {
  const db = new Database(file);
  const { changes } = db.prepare(text).run(...values);
  db.close();
  expect(changes).toBe(1);
};

/** A stored text after what may befall it. */
const DAMAGE: readonly (readonly [what: string, (text: string) => string])[] = [
  ['no JSON', () => 'rubbish'],
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['empty', () => ''],
  ['null', () => 'null'],
  ['of another type', () => '[1,2]'],
  ['with a field of another type', (text) => text.replace(/"(analysis_id|rule_id|calibration_id)":"[^"]*"/, '"$1":7')],
  ['with a field that lost its name', (text) => text.replace(/"(image|conditions|calibration)":/, '"imbge":')],
];

describe.each(DAMAGE)('a stored text that is %s', (_what, damage) => {
  const spoil = (table: string, column: string, id: string) => {
    const db = new Database(file);
    const row = db.prepare<[string], { text: string }>(`SELECT ${column} AS text FROM ${table} WHERE id = ?`).get(id);
    db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(damage(row!.text), id);
    db.close();
  };

  beforeEach(fill);

  it('of an analysis keeps no other one from being read', async () => {
    spoil('analyses', 'analysis', 'ana_2');
    spoil('analyses', 'list_item', 'ana_2');
    const { items, unreadable } = await records.analyses.list('ann', page);
    expect([items.map((one) => one.analysis_id), unreadable]).toEqual([['ana_3', 'ana_1'], ['ana_2']]);
    await expect(records.analyses.get('ana_2')).rejects.toMatchObject({
      code: 'DB_003',
      details: { analysis_id: 'ana_2' },
      advice: expect.stringContaining('delete_analyses'),
    });
    expect(await records.analyses.get('ana_1')).not.toBeNull();
    expect(await records.analyses.head('ana_2')).toEqual({ owner: 'ann', imageKey: 'image/2' });
    expect(await records.analyses.delete('ana_2')).toBe(true);
  });

  it('of a rule keeps no other one from being read, and its history brings it back', async () => {
    spoil('rules', 'rule', 'rule_2');
    const { items, unreadable } = await records.rules.list('ann', { enabled: true }, page);
    expect([items.map((one) => one.rule_id), unreadable]).toEqual([['rule_1', 'rule_3'], ['rule_2']]);
    await expect(records.rules.get('rule_2')).rejects.toMatchObject({ code: 'DB_003', advice: /"restore"/ });
    expect((await records.rules.history('rule_2')).versions).toHaveLength(1);
    await records.rules.write([
      { entry: versionOf(sampleRule({ rule_id: 'rule_2', owner: 'ann', version: 2 }), 'restored'), expectedVersion: 1 },
    ]);
    expect(await records.rules.get('rule_2')).toMatchObject({ version: 2 });
  });

  it('of a calibration keeps no other one from being read', async () => {
    spoil('calibrations', 'calibration', 'cal_2');
    const { items, unreadable } = await records.calibrations.list('ann', page);
    expect([items.map((one) => one.calibration_id), unreadable]).toEqual([['cal_1', 'cal_3'], ['cal_2']]);
    await expect(records.calibrations.get('cal_2')).rejects.toMatchObject({ code: 'DB_003' });
    expect(await records.calibrations.head('cal_2')).toEqual({ owner: 'ann' });
  });

  it('of a version keeps neither the others nor the removed rules from being read', async () => {
    const last = versionOf(sampleRule({ rule_id: 'rule_1', owner: 'ann', version: 2 }), 'deleted');
    for (const id of ['rule_1', 'rule_2']) {
      const entry: RuleVersion = { ...last, rule_id: id, rule: { ...last.rule, rule_id: id } };
      await records.rules.write([{ entry, expectedVersion: 1, remove: true }]);
    }
    const db = new Database(file);
    const text = JSON.stringify(last);
    db.prepare("UPDATE rule_history SET entry = ? WHERE rule_id = 'rule_1' AND version = 2").run(damage(text));
    db.close();
    const history = await records.rules.history('rule_1');
    expect([history.versions.map((v) => v.version), history.unreadable]).toEqual([[1], [2]]);
    expect((await records.rules.removed('ann', page)).items.map((v) => v.rule_id)).toEqual(['rule_2']);
  });

  it('is found by the check, and by nothing else is the check disturbed', async () => {
    spoil('analyses', 'analysis', 'ana_2');
    spoil('rules', 'rule', 'rule_3');
    spoil('calibrations', 'calibration', 'cal_1');
    expect(await records.check({ limitMs: 10_000, thorough: true })).toEqual({
      complete: true,
      records: 12,
      unreadable: [
        { kind: 'rule', id: 'rule_3' },
        { kind: 'calibration', id: 'cal_1' },
        { kind: 'analysis', id: 'ana_2' },
      ],
      unreadableCount: 3,
      damage: null,
    });
  });
});

it('names a removed rule whose last version nobody can read', async () => {
  await fill();
  const entry = versionOf(sampleRule({ rule_id: 'rule_1', owner: 'ann', version: 2 }), 'deleted');
  await records.rules.write([{ entry, expectedVersion: 1, remove: true }]);
  sql("UPDATE rule_history SET entry = 'x' WHERE rule_id = 'rule_1' AND version = 2");
  expect((await records.rules.removed('ann', page)).unreadable).toEqual(['rule_1']);
});

describe('a damaged page', () => {
  const PAGE = 16_384;
  const long = (n: string) => `${'x'.repeat(100_000)}${n}${'x'.repeat(100_000)}`;

  function spoilPage(number: number): void {
    const fd = openSync(file, 'r+');
    writeSync(fd, Buffer.alloc(8, 0xff), 0, 8, (number - 1) * PAGE);
    closeSync(fd);
  }

  it('of one analysis costs that one alone; deleting all deletes all others', async () => {
    for (const n of ids) {
      const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: `2026-02-0${n}T00:00:00.000Z` });
      await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: long(`state${n}`) });
    }
    await records.close();
    spoilPage(1 + Math.floor(readFileSync(file).indexOf('state2') / PAGE));
    records = createSqliteRecords(file);
    await expect(records.analyses.state('ana_2')).rejects.toMatchObject({ code: 'DB_003' });
    expect(await records.analyses.state('ana_3')).toBe(long('state3'));
    expect((await records.analyses.list('ann', page)).items).toHaveLength(3);
    const check = await records.check({ limitMs: 10_000, thorough: true });
    expect(check.unreadable).toEqual([{ kind: 'analysis', id: 'ana_2' }]);
    expect(check.damage).not.toBeNull();
    const removed = await records.analyses.removeMatching({ owner: 'ann' }, 50);
    expect(removed.map(({ id }) => id)).toEqual(['ana_1', 'ana_3']);
    expect(await records.analyses.count({ owner: 'ann' })).toBe(1);
  });

  it.each(['rules', 'rule_history', 'calibrations'])('of %s costs what lies in it alone', async (table) => {
    const all = Array.from({ length: 120 }, (_, n) => `${n}`);
    for (const n of all) {
      const created_at = new Date(Date.UTC(2026, 0, 1, 0, 0, Number(n))).toISOString();
      const rule = sampleRule({ rule_id: `rule_${n}`, owner: 'ann', created_at });
      await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
      await records.calibrations.put(sampleCalibration({ owner: 'ann', calibration_id: `cal_${n}`, created_at }));
    }
    await records.close();
    const db = new Database(file);
    const leaves = db.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'").pluck().all(table);
    db.close();
    expect(leaves.length).toBeGreaterThan(2);
    spoilPage(leaves[1] as number);
    records = createSqliteRecords(file);
    const rules = await records.rules.list('ann', {}, { limit: 200 });
    const calibrations = await records.calibrations.list('ann', { limit: 200 });
    const lost = (found: { unreadable?: string[] }) => found.unreadable?.length ?? 0;
    expect([rules.items.length + lost(rules), calibrations.items.length + lost(calibrations)]).toEqual([120, 120]);
    expect(await records.rules.count('ann', {})).toBe(120);
    expect([lost(rules) > 0, lost(calibrations) > 0]).toEqual([table === 'rules', table === 'calibrations']);
    expect(lost(rules) + lost(calibrations)).toBeLessThan(80);
    let histories = 0;
    for (const n of all) histories += (await records.rules.history(`rule_${n}`)).unreadable.length;
    expect(histories > 0).toBe(table === 'rule_history');
    for (const id of rules.unreadable ?? []) {
      await expect(records.rules.get(id)).rejects.toMatchObject({ code: 'DB_003' });
    }
    // Others are still written and read.
    await records.rules.write([
      { entry: versionOf(sampleRule({ rule_id: 'rule_new', owner: 'ann' })), expectedVersion: 0 },
    ]);
    expect(await records.rules.get('rule_new')).not.toBeNull();
  });
});
