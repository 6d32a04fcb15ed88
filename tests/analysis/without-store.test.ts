import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../src/errors.ts';
import { analysisAnswer } from '../../src/presentation/analysis-answer.ts';
import { recordsOver } from '../../src/storage/records/records-over.ts';
import { EMBEDDED, type Store } from '../../src/storage/records/store.ts';
import { openTables, runCall } from '../../src/storage/sqlite/tables/tables.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let folder: string;
let j: ReturnType<typeof openJourney>;
/** What every call of the store answers meanwhile. */
let gone: ErrorCode | null;
let failing: string | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-without-'));
  gone = null;
  failing = null;
  const tables = openTables(':memory:');
  const store: Store = {
    async call(name, ...args) {
      if (gone !== null && (failing === null || failing === name)) throw new AppError(gone);
      return runCall(tables, name, args) as never;
    },
    async close() {
      tables.db.close();
    },
    status: () => EMBEDDED,
  };
  j = openJourney({ store: { folder, records: recordsOver(store) } });
});
afterEach(async () => {
  gone = null;
  await j.close();
  rmSync(folder, { recursive: true, force: true });
});

const analyze = async (more = {}) =>
  j.service.analyze(localCall, { bytes: await plainPhoto(), store: true, use_cache: false, ...more });
const rule = () => makeRule(j.rules, { text: 'Keep mugs at least 10 cm away from laptops' }, { user: 'local' });
const images = async () => {
  const keys: string[] = [];
  for await (const key of j.blobs.list({ prefix: '', olderThanMs: -60_000 })) keys.push(key);
  return keys;
};

it('answers by the rules it knows, says that it is not stored, and stores again once the store is back', async () => {
  const { rule: made } = await rule();
  const before = await analyze();
  expect(before.stored).toBeUndefined();
  gone = 'DB_001';
  const without = await analyze();
  expect(without.stored).toBe(false);
  expect(without.rules.map((v) => v.rule_id)).toEqual(before.rules.map((v) => v.rule_id));
  expect(without.rules[0]?.rule_id).toBe(made.rule_id);
  expect(without.warnings.slice(0, 2)).toEqual([
    'Not stored: The record store cannot be reached (DB_001). This answer is all there is of it: it is in no list and cannot be drawn.',
    'Checked by your rules as they were last read: The record store cannot be reached (DB_001).',
  ]);
  for (const detail of ['summary', 'full'] as const) {
    const { text, structured } = analysisAnswer(without, detail, []);
    expect(text.split('\n').filter((line) => line !== '')[1]).toBe(without.warnings[0]);
    expect(detail === 'summary' ? structured.stored : structured.analysis?.stored).toBe(false);
  }
  gone = null;
  expect((await analyze()).stored).toBeUndefined();
  expect((await j.service.list(localCall, { limit: 9 })).items).toHaveLength(2);
});

it('does not say that no rule is enabled where nobody could read them', async () => {
  await rule();
  gone = 'DB_001';
  const { warnings, rules, positioning, feedback } = await analyze({ store: false, include_feedback: true });
  expect(rules).toEqual([]);
  expect(positioning?.safety_score ?? null).toBeNull();
  expect(warnings[0]).toBe('Not checked by your stored rules: The record store cannot be reached (DB_001).');
  expect(warnings.join()).not.toContain('No rule is enabled');
  expect(feedback?.summary).toMatch(/nothing was checked: the rules could not be read\.$/);
});

it('keeps no such answer for later', async () => {
  await rule();
  await analyze({ use_cache: true });
  gone = 'DB_001';
  const without = await analyze({ use_cache: true });
  expect([without.cached, without.stored]).toEqual([false, false]);
  gone = null;
  const back = await analyze({ use_cache: true });
  expect([back.cached, back.stored]).toEqual([true, undefined]);
  expect(back.warnings.join()).not.toContain('DB_001');
});

it.each(['DB_001', 'DB_002', 'STORAGE_003', 'SYSTEM_002'] as const)(
  'takes the image away again where its record cannot be written (%s)',
  async (code) => {
    gone = code;
    failing = 'putAnalysis';
    expect((await analyze()).stored).toBe(false);
    await expect.poll(images).toEqual([]);
  },
);

it('refuses what only the store can tell: a rule or a calibration by its id', async () => {
  gone = 'DB_001';
  await expect(analyze({ only_rules: ['rule_abc'] })).rejects.toMatchObject({ code: 'DB_001' });
  await expect(analyze({ calibration_id: 'cal_abc' })).rejects.toMatchObject({ code: 'DB_001' });
});
