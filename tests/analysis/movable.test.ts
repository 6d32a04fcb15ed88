import { afterEach, beforeEach, expect, it } from 'vitest';
import { analysisText } from '../../src/presentation/analysis-text.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const PHONE_BY_LAPTOP = [
  { class: 'phone', confidence: 0.9, bbox: [180, 260, 215, 330] as const },
  { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] as const },
];
const scale = { mm_per_pixel: 1, sigma: 0.01 };

let journey: ReturnType<typeof openJourney>;
beforeEach(() => {
  journey = openJourney({ detections: PHONE_BY_LAPTOP });
});
afterEach(() => journey.close());

it('says why nothing is moved where no mug is in sight, and what would help', async () => {
  await makeRule(journey.rules, { text: 'Keep phones at least 20 cm from laptops' }, { user: 'tester' });
  const bytes = await plainPhoto();
  const stuck = await journey.service.analyze(localCall, { bytes, calibration: scale });
  const line = 'Nothing is moved: of what may be ("mug") nothing is in sight. "movable" names what else may be.';
  expect(stuck.warnings).toContain(line);
  expect(analysisText(stuck, [])).toContain(line);
  const free = await journey.service.analyze(localCall, { bytes, calibration: scale, movable: ['phone'] });
  expect(free.warnings).not.toContainEqual(expect.stringContaining('Nothing is moved'));
  expect(free.positioning?.adjustments_needed).toHaveLength(1);
});

it('tells what stands on something in words, not as 0 ± 0 mm', async () => {
  journey.seen.detections = [
    { class: 'mug', confidence: 0.9, bbox: [330, 250, 390, 310] },
    { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] },
  ];
  await makeRule(journey.rules, { text: 'Keep mugs at least 20 cm from laptops' }, { user: 'tester' });
  const analysis = await journey.service.analyze(localCall, { bytes: await plainPhoto(), calibration: scale });
  expect(analysis.rules[0]).toMatchObject({ measured: 0, uncertainty: null });
  const text = analysisText(analysis, []);
  expect(text).toContain('mug-1 stands on laptop-1');
  expect(text).not.toMatch(/\b0 ± 0|0 mm ± 0/);
  expect(analysis.feedback?.recommendations.join()).not.toMatch(/0 mm ± 0/);
});
