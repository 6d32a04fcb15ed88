import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { analysisAnswer } from '../../src/presentation/analysis-answer.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { callOf, localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let folder: string;
let j: ReturnType<typeof openJourney>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-unreadable-'));
  j = openJourney({ store: { folder, records: createSqliteRecords(join(folder, 'records.db')) } });
});
afterEach(async () => {
  await j.close();
  rmSync(folder, { recursive: true, force: true });
});

const change = (text: string, ...values: unknown[]) => {
  const db = new Database(join(folder, 'records.db'));
  db.prepare(text).run(...values);
  db.close();
};

const rule = async (text: string, scope: 'mine' | 'everyone' = 'mine') =>
  (await makeRule(j.rules, { text, scope }, { user: 'local' })).rule.rule_id;

const analyze = async (more = {}) => j.service.analyze(localCall, { bytes: await plainPhoto(), ...more });

it('says first of all which enabled rules were not checked', async () => {
  const [good, bad, off] = [
    await rule('Keep mugs at least 10 cm away from laptops'),
    await rule('Keep mugs at least 3 cm away from keyboards'),
    await rule('Keep mugs at least 2 cm away from phones'),
  ];
  await j.rules.update(localCall, off, { enabled: false });
  change('UPDATE rules SET rule = substr(rule, 1, 40) WHERE id IN (?, ?)', bad, off);
  const analysis = await analyze();
  expect(new Set(analysis.rules.map((v) => v.rule_id))).toEqual(new Set([good]));
  const warning = `Not checked, because the stored record is damaged: ${bad}. Restore or delete them with update_rule.`;
  expect(analysis.warnings[0]).toBe(warning);
  for (const detail of ['summary', 'full'] as const) {
    expect(
      analysisAnswer(analysis, detail, [])
        .text.split('\n')
        .find((line) => line !== '' && !line.startsWith('**')),
    ).toBe(warning);
  }
  await expect(analyze({ only_rules: [bad] })).rejects.toMatchObject({ code: 'DB_003', details: { rule_id: bad } });
  expect((await analyze({ only_rules: [good] })).warnings.join()).not.toContain('Not checked');
});

it('does not say that no rule is enabled where none can be read', async () => {
  await rule('Keep mugs at least 10 cm away from laptops');
  change("UPDATE rules SET rule = ''");
  const { warnings } = await analyze();
  expect(warnings.join()).toContain('Not checked');
  expect(warnings.join()).not.toContain('No rule is enabled');
});

it('checks a rule again once it is restored, which the unreadable one does not hinder', async () => {
  const id = await rule('Keep mugs at least 10 cm away from laptops');
  await j.rules.update(localCall, id, { priority: 3 });
  change("UPDATE rules SET rule = 'x'");
  const { rule: restored } = await j.rules.restore(localCall, id);
  expect(restored).toMatchObject({ rule_id: id, priority: 3, version: 3 });
  expect((await analyze()).warnings.join()).not.toContain('Not checked');
});

it('removes a rule that cannot be read, and takes new ones', async () => {
  const id = await rule('Keep mugs at least 10 cm away from laptops');
  change("UPDATE rules SET rule = 'x'");
  await j.rules.remove(localCall, id, { permanent: true });
  await expect(j.rules.get(localCall, id)).rejects.toMatchObject({ code: 'RULES_001' });
  await rule('Keep mugs at least 3 cm away from keyboards');
  expect((await j.rules.list(localCall, {}, { limit: 5 })).unreadable).toBeUndefined();
});

it('goes on from the last readable version where the newest one is damaged too', async () => {
  const id = await rule('Keep mugs at least 10 cm away from laptops');
  await j.rules.update(localCall, id, { priority: 3 });
  change("UPDATE rules SET rule = 'x'");
  change("UPDATE rule_history SET entry = 'x' WHERE version = 2");
  expect(await j.rules.history(localCall, id)).toMatchObject({ versions: [{ version: 1 }], unreadable: [2] });
  expect((await j.rules.restore(localCall, id)).rule).toMatchObject({ version: 3 });
});

it('is DB_003 to the owner and not there for others', async () => {
  const id = await rule('Keep mugs at least 10 cm away from laptops');
  const { analysis_id } = await analyze({ store: true });
  change("UPDATE rules SET rule = 'x'");
  change("UPDATE analyses SET analysis = 'x'");
  const eve = callOf('eve');
  await expect(j.service.get(localCall, analysis_id)).rejects.toMatchObject({ code: 'DB_003' });
  await expect(j.service.get(eve, analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
  await expect(j.service.delete(eve, analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
  await expect(j.rules.get(localCall, id)).rejects.toMatchObject({ code: 'DB_003' });
  await expect(j.rules.get(eve, id)).rejects.toMatchObject({ code: 'RULES_001' });
  expect((await j.rules.list(eve, {}, { limit: 5 })).unreadable).toBeUndefined();
});

it('analyses anew where the cached answer cannot be read, reads its photo, and deletes it', async () => {
  const first = await analyze({ store: true });
  change("UPDATE analyses SET analysis = 'x'");
  const second = await analyze({ store: true });
  expect([second.cached, second.analysis_id === first.analysis_id]).toEqual([false, false]);
  expect((await j.service.analyze(localCall, { image: first.analysis_id, store: false })).image.width).toBe(640);
  expect(await j.service.delete(localCall, first.analysis_id)).toMatchObject({ deleted: 1, remaining: 1 });
});

it('exports what can be read and names the rest; the document is still imported', async () => {
  await rule('Keep mugs at least 10 cm away from laptops');
  const bad = await rule('Keep mugs at least 3 cm away from keyboards');
  change("UPDATE rules SET rule = 'x' WHERE id = ?", bad);
  const document = await j.rules.export(localCall);
  expect([document.rules.length, document.unreadable]).toEqual([1, [bad]]);
  expect(await j.rules.import(callOf('bob'), { ...document, rules: [] })).toEqual({ created: 0, updated: 0 });
});

it('answers a stored analysis whose statistics could not be counted', async () => {
  await rule('Keep mugs at least 10 cm away from laptops');
  change('DROP TRIGGER analysis_removed');
  change('ALTER TABLE evaluations RENAME TO evaluations_gone');
  const analysis = await analyze({ store: true, calibration: { mm_per_pixel: 1 } });
  expect(analysis.warnings.at(-1)).toMatch(/^Stored, but not counted in the statistics of its rules \(DB_00/);
  expect(await j.service.get(localCall, analysis.analysis_id)).toBeDefined();
});
