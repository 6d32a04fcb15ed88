import type { Analysis } from '../../src/contract/analysis.ts';
import type { Rule } from '../../src/contract/rule.ts';

/** Valid objects for tests; each call a fresh copy. */
export function sampleAnalysis(overrides: Partial<Analysis> = {}): Analysis {
  return {
    analysis_id: 'ana_test1',
    timestamp: '2026-01-09T12:34:56.000Z',
    image: { width: 640, height: 480, sha256: 'ab'.repeat(32) },
    model: { name: 'test-model', version: '1', threshold: 0.4, provider: 'cpu' },
    detections: [],
    objects: [],
    calibration: {
      method: 'none',
      source: 'none',
      mm_per_pixel: null,
      mm_per_pixel_range: null,
      relative_uncertainty: null,
      residual_mm: null,
      references: [],
      assumptions: [],
      reason: 'nothing of known size',
    },
    rules: [],
    positioning: null,
    feedback: null,
    warnings: [],
    cached: false,
    processing_time_ms: 12,
    ...overrides,
  };
}

export function sampleRule(overrides: Partial<Rule> = {}): Rule {
  return {
    rule_id: 'rule_test1',
    name: 'Laptop Safety Distance',
    type: 'distance',
    conditions: [{ object1: 'mug', object2: 'laptop', operator: 'min_distance', value: 152.4, unit: 'mm' }],
    actions: [{ type: 'maintain_distance', parameters: { distance: 152.4, unit: 'mm' } }],
    priority: 8,
    context: null,
    text: 'Keep mugs at least 6 inches away from laptops',
    canonical: 'every mug keeps at least 152.4 mm from every laptop',
    assumptions: [],
    source: 'grammar',
    enabled: true,
    version: 1,
    created_at: '2026-01-09T12:35:00.000Z',
    updated_at: '2026-01-09T12:35:00.000Z',
    created_by: 'tester',
    owner: 'local',
    scope: 'mine',
    ...overrides,
  };
}
