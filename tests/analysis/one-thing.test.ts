import { afterEach, beforeEach, expect, it } from 'vitest';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

/** A cup that the model also takes for a bottle, beside a laptop. */
const TWICE = [
  { class: 'mug', sourceClass: 'cup', confidence: 0.6, bbox: [100, 260, 160, 330] as const },
  { class: 'bottle', confidence: 0.5, bbox: [100, 260, 160, 331] as const },
  { class: 'laptop', confidence: 0.95, bbox: [220, 160, 520, 340] as const },
];
const user = { user: 'tester' };

let journey: ReturnType<typeof openJourney>;
beforeEach(() => {
  journey = openJourney({ detections: TWICE });
});
afterEach(() => journey.close());

it('is judged once, against others only, and keeps its other name as evidence', async () => {
  await makeRule(journey.rules, { text: 'Keep mugs at least 10 cm from bottles' }, user);
  await makeRule(journey.rules, { text: 'Never have more than one beverage on the desk' }, user);
  const analysis = await journey.service.analyze(localCall, { bytes: await plainPhoto() });
  expect(analysis.objects.map((o) => o.id).toSorted()).toEqual(['laptop-1', 'mug-1']);
  expect(analysis.detections[0]?.also_seen_as).toEqual([{ class: 'bottle', confidence: 0.5 }]);
  expect(analysis.rules.map((v) => v.verdict).toSorted()).toEqual(['not_applicable', 'satisfied']);
  expect(analysis.positioning?.adjustments_needed).toEqual([]);
  expect(analysis.warnings.filter((w) => w.includes('one place'))).toEqual([]);
});

it('is told to a caller whose own detections name it twice', async () => {
  const detections = TWICE.map(({ class: name, bbox, confidence }) => ({
    class: name,
    confidence,
    bbox: [...bbox] as never,
  }));
  const analysis = await journey.service.analyze(localCall, { detections, size: { width: 640, height: 480 } } as never);
  expect(analysis.objects).toHaveLength(2);
  expect(analysis.warnings).toContain(
    'Two things cannot be in one place, so these boxes were taken for others: "bottle" for "mug-1".',
  );
});
