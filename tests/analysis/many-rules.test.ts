import { afterEach, beforeEach, expect, it } from 'vitest';
import { MAX_OPEN } from '../../src/rules/evaluate-summary.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney } from '../support/journey.ts';

let journey: ReturnType<typeof openJourney>;
beforeEach(() => {
  journey = openJourney();
});
afterEach(() => journey.close());

/** One mug in the midst of many phones. */
const crowd = Array.from({ length: 80 }, (_, i) => {
  const [x, y] = [40 * (i % 10), 40 * Math.floor(i / 10)];
  return { class: 'cell phone', confidence: 0.9, bbox: [x, y, x + 20, y + 30] as [number, number, number, number] };
});
const mug = { class: 'cup', confidence: 0.9, bbox: [150, 150, 170, 175] as [number, number, number, number] };

it('lists the worst of very many findings, says how many there are more, and counts them all', async () => {
  const { rule } = await makeRule(
    journey.rules,
    { text: 'Keep mugs at least 3 m away from phones' },
    { user: 'tester' },
  );
  const analysis = await journey.service.analyze(localCall, {
    detections: [...crowd, mug],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 4, sigma: 0.01 },
  });
  const open = analysis.rules.filter((v) => v.verdict === 'violated' || v.verdict === 'uncertain');
  expect(open).toHaveLength(MAX_OPEN);
  expect(analysis.findings).toEqual({ violated: 80, uncertain: 0, satisfied: 0 });
  expect(open[0]).toMatchObject({ rule_id: rule.rule_id, operator: 'min_distance' });
  expect(analysis.warnings).toContain(
    `${80 - MAX_OPEN} more findings are violated or uncertain but not listed: each rule lists its worst ones.`,
  );
  expect(await journey.rules.statistics(localCall, rule.rule_id)).toMatchObject({
    total_evaluations: 1,
    violations: 1,
  });
});

it('has no such warning when everything is listed', async () => {
  await makeRule(journey.rules, { text: 'Keep mugs at least 3 m away from phones' }, { user: 'tester' });
  const analysis = await journey.service.analyze(localCall, {
    detections: [...crowd.slice(0, 3), mug],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 4, sigma: 0.01 },
  });
  expect(analysis.warnings.filter((w) => w.includes('not listed'))).toEqual([]);
  expect(analysis.findings).toEqual({ violated: 3, uncertain: 0, satisfied: 0 });
});
