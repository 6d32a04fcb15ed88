import type { Rule, RuleVersion } from '../../src/contract/rule.ts';
import type { StoredCalibration } from '../../src/ports/records.ts';

export const versionOf = (rule: Rule, action: RuleVersion['action'] = 'created'): RuleVersion => ({
  rule_id: rule.rule_id,
  version: rule.version,
  action,
  rule,
  changes: [],
  user_id: 'tester',
  reason: null,
  created_at: rule.updated_at,
});

export function sampleCalibration(overrides: Partial<StoredCalibration> = {}): StoredCalibration {
  return {
    owner: 'local',
    calibration_id: 'cal_1',
    name: 'desk',
    created_at: '2026-01-09T12:34:56.000Z',
    width: 640,
    height: 480,
    calibration: {
      method: 'scale',
      source: 'stored',
      homography: [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1],
      mmPerPixel: 0.5,
      scaleSigma: 0.03,
      residualMm: null,
      references: [],
      assumptions: [],
      reason: null,
    },
    zones: [],
    tablePx: null,
    ...overrides,
  };
}
