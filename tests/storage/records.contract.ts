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
      await records.analyses.put({ analysis: sampleAnalysis(), imageKey: 'image/ab', state });
      expect(await records.analyses.get('ana_test1')).toEqual({
        analysis: sampleAnalysis(),
        imageKey: 'image/ab',
        state,
      });
      expect(await records.analyses.get('ana_none')).toBeNull();
      expect(await records.analyses.imageInUse('image/ab')).toBe(true);
      expect(await records.analyses.imageInUse('image/cd')).toBe(false);
    });

    it('lists analyses newest first with the total', async () => {
      for (const n of [1, 2, 3]) {
        const analysis = sampleAnalysis({ analysis_id: `ana_${n}`, timestamp: `2026-01-0${n}T00:00:00.000Z` });
        await records.analyses.put({ analysis, imageKey: null, state: null });
      }
      const page = await records.analyses.list({ limit: 2, offset: 0 });
      expect(page.items.map((a) => a.analysis_id)).toEqual(['ana_3', 'ana_2']);
      expect(page.total).toBe(3);
      expect(await records.analyses.delete('ana_3')).toBe(true);
      expect(await records.analyses.delete('ana_3')).toBe(false);
      expect((await records.analyses.list({ limit: 9, offset: 0 })).total).toBe(2);
    });

    it('writes a rule with its history and raises the revision', async () => {
      const before = await records.rules.revision();
      await records.rules.write(versionOf(sampleRule()), { expectedVersion: 0 });
      const second = sampleRule({ version: 2, priority: 9, enabled: false });
      await records.rules.write(versionOf(second, 'updated'), { expectedVersion: 1 });
      expect(await records.rules.get('rule_test1')).toEqual(second);
      expect((await records.rules.history('rule_test1')).map((v) => v.rule.priority)).toEqual([8, 9]);
      expect(await records.rules.revision()).toBe(before + 2);
    });

    it('refuses a write on another version and changes nothing', async () => {
      await records.rules.write(versionOf(sampleRule()), { expectedVersion: 0 });
      const attempt = records.rules.write(versionOf(sampleRule({ version: 2 })), { expectedVersion: 5 });
      await expect(attempt).rejects.toMatchObject({ code: 'RULES_006' });
      await expect(attempt).rejects.toBeInstanceOf(AppError);
      expect((await records.rules.get('rule_test1'))?.version).toBe(1);
      expect(await records.rules.history('rule_test1')).toHaveLength(1);
    });

    it('lets exactly one of two racing writers win', async () => {
      await records.rules.write(versionOf(sampleRule()), { expectedVersion: 0 });
      const writes = await Promise.allSettled(
        [7, 9].map((priority) =>
          records.rules.write(versionOf(sampleRule({ version: 2, priority }), 'updated'), { expectedVersion: 1 }),
        ),
      );
      expect(writes.map((w) => w.status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('writes several rules or none', async () => {
      await records.rules.write(versionOf(sampleRule()), { expectedVersion: 0 });
      const other = sampleRule({ rule_id: 'rule_other' });
      const both = [
        { entry: versionOf(other), expectedVersion: 0 },
        { entry: versionOf(sampleRule({ version: 2 })), expectedVersion: 7 },
      ];
      await expect(records.rules.writeAll?.(both)).rejects.toMatchObject({ code: 'RULES_006' });
      expect(await records.rules.get('rule_other')).toBeNull();
      await records.rules.writeAll?.([both[0]!, { ...both[1]!, expectedVersion: 1 }]);
      expect(await records.rules.get('rule_other')).toEqual(other);
      expect((await records.rules.get('rule_test1'))?.version).toBe(2);
    });

    it('filters rules by enabled and type', async () => {
      const rules = [
        sampleRule({ rule_id: 'rule_a', created_at: '2026-01-01T00:00:00.000Z' }),
        sampleRule({ rule_id: 'rule_b', created_at: '2026-01-02T00:00:00.000Z', enabled: false }),
        sampleRule({ rule_id: 'rule_c', created_at: '2026-01-03T00:00:00.000Z', type: 'placement' }),
      ];
      for (const rule of rules) await records.rules.write(versionOf(rule), { expectedVersion: 0 });
      const ids = async (filter: { enabled?: boolean; type?: string }) =>
        (await records.rules.list(filter, { limit: 10, offset: 0 })).items.map((r) => r.rule_id);
      expect(await ids({})).toEqual(['rule_a', 'rule_b', 'rule_c']);
      expect(await ids({ enabled: true })).toEqual(['rule_a', 'rule_c']);
      expect(await ids({ enabled: true, type: 'placement' })).toEqual(['rule_c']);
      expect((await records.rules.list({}, { limit: 1, offset: 1 })).items.map((r) => r.rule_id)).toEqual(['rule_b']);
    });

    it('removes a rule and keeps its history', async () => {
      await records.rules.write(versionOf(sampleRule()), { expectedVersion: 0 });
      const last = versionOf(sampleRule({ version: 2 }), 'deleted');
      await records.rules.write(last, { expectedVersion: 1, remove: true });
      expect(await records.rules.get('rule_test1')).toBeNull();
      expect(await records.rules.history('rule_test1')).toHaveLength(2);
    });

    it('counts a rule once per analysis, and knows no rate without a decision', async () => {
      expect((await records.evaluations.statistics('rule_test1')).violation_rate).toBeNull();
      const at = '2026-02-01T00:00:00.000Z';
      await records.evaluations.append('ana_1', at, [verdict('violated'), verdict('satisfied')]);
      await records.evaluations.append('ana_2', at, [verdict('satisfied')]);
      await records.evaluations.append('ana_3', at, [verdict('uncertain')]);
      await records.evaluations.append('ana_4', at, [verdict('not_applicable')]);
      expect(await records.evaluations.statistics('rule_test1')).toEqual({
        total_evaluations: 3,
        violations: 1,
        uncertain: 1,
        violation_rate: 0.5,
        last_executed: at,
      });
    });

    it('stores, lists and deletes calibrations', async () => {
      const record = {
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
      expect(await records.calibrations.list()).toHaveLength(1);
      expect(await records.calibrations.delete('cal_1')).toBe(true);
      expect(await records.calibrations.get('cal_1')).toBeNull();
    });
  });
}
