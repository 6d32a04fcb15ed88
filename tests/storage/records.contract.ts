import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Rule, RuleVersion } from '../../src/contract/rule.ts';
import type { Verdict } from '../../src/contract/verdict.ts';
import { AppError } from '../../src/errors.ts';
import type { Records } from '../../src/ports/records.ts';
import { sampleAnalysis, sampleRule } from '../support/samples.ts';

const versionOf = (rule: Rule, action: RuleVersion['action'] = 'created'): RuleVersion => ({
  rule_id: rule.rule_id,
  version: rule.version,
  action,
  rule,
  changes: [],
  user_id: 'tester',
  reason: null,
  created_at: rule.updated_at,
});

const verdict = (kind: Verdict['verdict']): Verdict => ({
  rule_id: 'rule_test1',
  condition: 0,
  verdict: kind,
  objects: ['mug-1', 'laptop-1'],
  measured: 100,
  required: 152.4,
  uncertainty: 10,
  unit: 'mm',
  reason: 'test',
});

/** What every record store must do; run by each adapter. */
export function recordsContract(name: string, open: () => Promise<Records>): void {
  describe(`records: ${name}`, () => {
    let records: Records;
    beforeEach(async () => {
      records = await open();
    });
    afterEach(() => records.close());

    it('gives back an analysis exactly as it was put, and null for an unknown id', async () => {
      const state = { scene: { objects: [1, 2] }, text: 'ünïcode 🙂 $where {"$gt":""}' };
      await records.analyses.put({ owner: 'ann', analysis: sampleAnalysis(), imageKey: 'image/ab', state });
      expect(await records.analyses.get('ana_test1')).toEqual({
        owner: 'ann',
        analysis: sampleAnalysis(),
        imageKey: 'image/ab',
      });
      expect(await records.analyses.state('ana_test1')).toEqual(state);
      expect(await records.analyses.state('ana_none')).toBeUndefined();
      expect(await records.analyses.get('ana_none')).toBeNull();
      const second = sampleAnalysis({ analysis_id: 'ana_test2' });
      await records.analyses.put({ owner: 'ben', analysis: second, imageKey: 'image/ab', state });
      const keys = ['image/cd', 'image/ab', "image/'; --"];
      expect(await records.analyses.imagesInUse(keys)).toEqual(['image/ab']);
      await records.analyses.delete('ana_test1');
      expect(await records.analyses.imagesInUse(keys)).toEqual(['image/ab']);
      await records.analyses.delete('ana_test2');
      expect(await records.analyses.imagesInUse(keys)).toEqual([]);
      expect(await records.analyses.imagesInUse([])).toEqual([]);
    });

    it('lists analyses newest first in a few words each, and counts them', async () => {
      for (const n of [1, 2, 3]) {
        const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: `2026-01-0${n}T00:00:00.000Z` });
        await records.analyses.put({ owner: 'ann', analysis, imageKey: null, state: null });
      }
      const page = await records.analyses.list('ann', { limit: 2 });
      expect(page.items.map((a) => a.analysis_id)).toEqual(['ana_3', 'ana_2']);
      expect(page.items[1]).toEqual({
        analysis_id: 'ana_2',
        timestamp: '2026-01-02T00:00:00.000Z',
        image: { width: 640, height: 480 },
        model: 'test-model',
        mugs: 0,
        objects: 0,
        findings: { violated: 0, uncertain: 0, satisfied: 0, not_applicable: 0 },
      });
      expect(await records.analyses.count({ owner: 'ann' })).toBe(3);
      expect(await records.analyses.count({ owner: 'bob' })).toBe(0);
      expect(await records.analyses.delete('ana_3')).toBe(true);
      expect(await records.analyses.delete('ana_3')).toBe(false);
      expect(await records.analyses.count({ owner: 'ann' })).toBe(2);
    });

    it('writes a rule with its history and raises the revision', async () => {
      const before = await records.rules.revision('local');
      await records.rules.write([{ entry: versionOf(sampleRule()), expectedVersion: 0 }]);
      const second = sampleRule({ version: 2, priority: 9, enabled: false });
      await records.rules.write([{ entry: versionOf(second, 'updated'), expectedVersion: 1 }]);
      expect(await records.rules.get('rule_test1')).toEqual(second);
      expect((await records.rules.history('rule_test1')).versions.map((v) => v.rule.priority)).toEqual([8, 9]);
      expect(await records.rules.revision('local')).not.toBe(before);
    });

    it('refuses a write on another version and changes nothing', async () => {
      await records.rules.write([{ entry: versionOf(sampleRule()), expectedVersion: 0 }]);
      const attempt = records.rules.write([{ entry: versionOf(sampleRule({ version: 2 })), expectedVersion: 5 }]);
      await expect(attempt).rejects.toMatchObject({ code: 'RULES_006' });
      await expect(attempt).rejects.toBeInstanceOf(AppError);
      expect((await records.rules.get('rule_test1'))?.version).toBe(1);
      expect((await records.rules.history('rule_test1')).versions).toHaveLength(1);
    });

    it('lets exactly one of two racing writers win', async () => {
      await records.rules.write([{ entry: versionOf(sampleRule()), expectedVersion: 0 }]);
      const writes = await Promise.allSettled(
        [7, 9].map((priority) =>
          records.rules.write([
            { entry: versionOf(sampleRule({ version: 2, priority }), 'updated'), expectedVersion: 1 },
          ]),
        ),
      );
      expect(writes.map((w) => w.status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('writes several rules or none', async () => {
      await records.rules.write([{ entry: versionOf(sampleRule()), expectedVersion: 0 }]);
      const other = sampleRule({ rule_id: 'rule_other' });
      const both = [
        { entry: versionOf(other), expectedVersion: 0 },
        { entry: versionOf(sampleRule({ version: 2 })), expectedVersion: 7 },
      ];
      await expect(records.rules.write(both)).rejects.toMatchObject({ code: 'RULES_006' });
      expect(await records.rules.get('rule_other')).toBeNull();
      await records.rules.write([both[0]!, { ...both[1]!, expectedVersion: 1 }]);
      expect(await records.rules.get('rule_other')).toEqual(other);
      expect((await records.rules.get('rule_test1'))?.version).toBe(2);
    });

    it('filters rules by enabled and type', async () => {
      const rules = [
        sampleRule({ rule_id: 'rule_a', created_at: '2026-01-01T00:00:00.000Z' }),
        sampleRule({ rule_id: 'rule_b', created_at: '2026-01-02T00:00:00.000Z', enabled: false }),
        sampleRule({ rule_id: 'rule_c', created_at: '2026-01-03T00:00:00.000Z', type: 'placement' }),
      ];
      for (const rule of rules) await records.rules.write([{ entry: versionOf(rule), expectedVersion: 0 }]);
      const ids = async (filter: { enabled?: boolean; type?: string }) =>
        (await records.rules.list('local', filter, { limit: 10 })).items.map((r) => r.rule_id);
      expect(await ids({})).toEqual(['rule_a', 'rule_b', 'rule_c']);
      expect(await ids({ enabled: true })).toEqual(['rule_a', 'rule_c']);
      expect(await ids({ enabled: true, type: 'placement' })).toEqual(['rule_c']);
      expect(await records.rules.count('local', { enabled: true })).toBe(2);
      expect(await records.rules.count('local', { enabled: true, type: 'placement' })).toBe(1);
      expect(await records.rules.ids('local', 'rule_', 2)).toEqual(['rule_a', 'rule_b']);
      expect(await records.rules.ids('local', 'rule_c', 9)).toEqual(['rule_c']);
      expect(await records.rules.ids('bob', 'rule_', 9)).toEqual([]);
    });

    it('removes a rule and keeps its history', async () => {
      await records.rules.write([{ entry: versionOf(sampleRule()), expectedVersion: 0 }]);
      const last = versionOf(sampleRule({ version: 2 }), 'deleted');
      await records.rules.write([{ entry: last, expectedVersion: 1, remove: true }]);
      expect(await records.rules.get('rule_test1')).toBeNull();
      expect((await records.rules.history('rule_test1')).versions).toHaveLength(2);
    });

    it('lists what the owner and everyone has, and removed rules by their last version', async () => {
      const rules = [
        sampleRule({ rule_id: 'rule_ann', owner: 'ann' }),
        sampleRule({ rule_id: 'rule_bob', owner: 'bob' }),
        sampleRule({ rule_id: 'rule_all', owner: 'bob', scope: 'everyone' }),
      ];
      await records.rules.write(rules.map((rule) => ({ entry: versionOf(rule), expectedVersion: 0 })));
      const page = { limit: 10 };
      const seen = async (owner: string) =>
        (await records.rules.list(owner, {}, page)).items.map((r) => r.rule_id).toSorted();
      expect(await seen('ann')).toEqual(['rule_all', 'rule_ann']);
      expect(await seen('bob')).toEqual(['rule_all', 'rule_bob']);
      const before = [await records.rules.revision('ann'), await records.rules.revision('bob')];
      const last = versionOf({ ...rules[0]!, version: 2 }, 'deleted');
      await records.rules.write([{ entry: last, expectedVersion: 1, remove: true }]);
      expect(await records.rules.removed('ann', page)).toEqual({ items: [last], nextCursor: null });
      expect((await records.rules.removed('bob', page)).items).toEqual([]);
      expect(await records.rules.revision('ann')).not.toBe(before[0]);
      expect(await records.rules.revision('bob')).toBe(before[1]);
    });

    it('counts a rule once per analysis, and knows no rate without a decision', async () => {
      expect((await records.evaluations.statistics('ann', 'rule_test1')).violation_rate).toBeNull();
      const at = '2026-02-01T00:00:00.000Z';
      for (const analysis_id of ['ana_1', 'ana_2', 'ana_3', 'ana_4']) {
        await records.analyses.put({
          owner: 'ann',
          analysis: sampleAnalysis({ analysis_id }),
          imageKey: null,
          state: null,
        });
      }
      await records.evaluations.append('ann', 'ana_1', at, [verdict('violated'), verdict('satisfied')]);
      await records.evaluations.append('ann', 'ana_2', at, [verdict('satisfied')]);
      await records.evaluations.append('ann', 'ana_3', at, [verdict('uncertain')]);
      await records.evaluations.append('ann', 'ana_4', at, [verdict('not_applicable')]);
      expect(await records.evaluations.statistics('ann', 'rule_test1')).toEqual({
        total_evaluations: 3,
        violations: 1,
        uncertain: 1,
        violation_rate: 0.5,
        last_executed: at,
      });
    });

    it('deletes many of one owner or of all, oldest first, so many at once', async () => {
      const put = (owner: string, n: number) =>
        records.analyses.put({
          owner,
          analysis: sampleAnalysis({ analysis_id: `ana_${owner}_${n}`, timestamp: `2026-01-0${n}T00:00:00.000Z` }),
          imageKey: `image/${n}`,
          state: null,
        });
      for (const n of [3, 1, 5, 2, 4]) for (const owner of ['ann', 'ben']) await put(owner, n);
      const early = { owner: 'ann', until: '2026-01-03T00:00:00.000Z' };
      expect(await records.analyses.count(early)).toBe(3);
      const first = await records.analyses.removeMatching(early, 2);
      expect(first.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        { id: 'ana_ann_1', owner: 'ann', imageKey: 'image/1' },
        { id: 'ana_ann_2', owner: 'ann', imageKey: 'image/2' },
      ]);
      expect((await records.analyses.removeMatching(early, 2)).map(({ id }) => id)).toEqual(['ana_ann_3']);
      expect(await records.analyses.removeMatching(early, 2)).toEqual([]);
      expect(await records.analyses.count({ owner: 'ann' })).toBe(2);
      expect(await records.analyses.count({})).toBe(7);
      const old = await records.analyses.removeMatching({ until: '2026-01-04T00:00:00.000Z' }, 9);
      expect(old.map(({ id }) => id).toSorted()).toEqual([
        'ana_ann_4',
        'ana_ben_1',
        'ana_ben_2',
        'ana_ben_3',
        'ana_ben_4',
      ]);
      expect(await records.analyses.removeMatching({ owner: "ann' OR 1=1 --" }, 9)).toEqual([]);
      expect(await records.analyses.count({})).toBe(2);
    });

    it('forgets how a deleted analysis came out, also where that is told afterwards', async () => {
      const at = '2026-02-01T00:00:00.000Z';
      const put = (analysis_id: string) =>
        records.analyses.put({
          owner: 'ann',
          analysis: sampleAnalysis({ analysis_id }),
          imageKey: null,
          state: null,
        });
      const total = async () => (await records.evaluations.statistics('ann', 'rule_test1')).total_evaluations;
      for (const id of ['ana_1', 'ana_2', 'ana_3']) {
        await put(id);
        await records.evaluations.append('ann', id, at, [verdict('violated')]);
      }
      await put('ana_2');
      expect(await total()).toBe(3);
      await records.analyses.delete('ana_1');
      expect(await total()).toBe(2);
      await records.evaluations.append('ann', 'ana_1', at, [verdict('violated')]);
      expect(await total()).toBe(2);
      await records.analyses.removeMatching({ owner: 'ann' }, 9);
      expect(await records.evaluations.statistics('ann', 'rule_test1')).toMatchObject({
        total_evaluations: 0,
        last_executed: null,
      });
    });

    it('stores, lists and deletes calibrations', async () => {
      const record = {
        owner: 'ann',
        calibration_id: 'cal_1',
        name: 'desk camera',
        created_at: '2026-01-01T00:00:00.000Z',
        width: 640,
        height: 480,
        calibration: {
          method: 'scale' as const,
          source: 'request' as const,
          homography: [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1] as const,
          mmPerPixel: 0.5,
          scaleSigma: 0.03,
          residualMm: null,
          references: [],
          assumptions: [],
          reason: null,
        },
        zones: [],
        tablePx: null,
      };
      await records.calibrations.put(record);
      expect(await records.calibrations.get('cal_1')).toEqual(record);
      expect((await records.calibrations.list('ann', { limit: 9 })).items).toEqual([record]);
      expect(await records.calibrations.count('ann')).toBe(1);
      expect(await records.calibrations.delete('cal_1')).toBe(true);
      expect(await records.calibrations.get('cal_1')).toBeNull();
    });
  });
}
