import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FeedbackInput } from '../../src/contract/feedback.ts';
import { callOf } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const ann = callOf('ann');
let journey: ReturnType<typeof openJourney>;
let analysisId: string;
let ruleId: string;

beforeEach(async () => {
  journey = openJourney();
  const reading = await journey.rules.read(ann, { text: 'Keep mugs at least 30 cm from laptops' });
  if (!reading.ok) throw new Error(reading.reason);
  ruleId = (await journey.rules.create(ann, reading.draft)).rule.rule_id;
  const image = { bytes: await plainPhoto(), calibration: { mm_per_pixel: 1 } };
  analysisId = (await journey.service.analyze(ann, image)).analysis_id;
});
afterEach(() => journey.close());

const give = (what: Partial<FeedbackInput> = {}) =>
  journey.feedback.give(ann, { analysis_id: analysisId, is_correct: false, ...what });
const listed = async () => (await journey.feedback.list(ann, { limit: 50 })).items;

it('is kept of the whole, of an object, and of a rule, and a second word on the same takes the place of the first', async () => {
  await give();
  await give({ object_id: 'mug-1', correct_position: { x: 200, y: 300 } });
  const of = await give({ rule_id: ruleId, comments: 'it stands 40 cm away' });
  expect(of).toMatchObject({ about: 'rule', model: 'scripted', is_correct: false });
  const again = await give({ rule_id: ruleId, is_correct: true });
  expect(again.feedback_id).toBe(of.feedback_id);
  const said = await listed();
  expect(said.map(({ about, is_correct }) => [about, is_correct]).toSorted()).toEqual([
    ['analysis', false],
    ['object', false],
    ['rule', true],
  ]);
  expect(said.find(({ about }) => about === 'rule')?.comments).toBeNull();
  expect(await journey.feedback.ofAnalysis(ann, analysisId)).toHaveLength(3);
});

it('changes nothing of the analysis, nor of the next one', async () => {
  const before = await journey.service.get(ann, analysisId);
  await give({ object_id: 'mug-1', correct_position: { x: 1, y: 1 } });
  await give({ rule_id: ruleId });
  expect(await journey.service.get(ann, analysisId)).toEqual(before);
  const next = await journey.service.analyze(ann, { image: analysisId, calibration: { mm_per_pixel: 1 } });
  expect([next.detections, next.rules]).toEqual([before.detections, before.rules]);
});

it.each([
  [{ object_id: 'mug-9' }, 'object_id'],
  [{ rule_id: 'rule_none' }, 'rule_id'],
  [{ correct_position: { x: 1, y: 1 } }, 'correct_position'],
  [{ object_id: 'mug-1', is_correct: true, correct_position: { x: 1, y: 1 } }, 'correct_position'],
  [{ object_id: 'mug-1', correct_position: { x: 641, y: 1 } }, 'correct_position'],
])('what the analysis does not hold is refused: %j', async (what, field) => {
  await expect(give(what)).rejects.toMatchObject({ code: 'VALIDATION_002', details: { field } });
  expect(await listed()).toEqual([]);
});

it('goes with its analysis, also when it is said while that is deleted', async () => {
  await give({ comments: 'a secret' });
  const [, ...said] = await Promise.allSettled([
    journey.service.delete(ann, analysisId),
    ...[true, false, true].map((is_correct) => give({ is_correct, object_id: 'mug-1' })),
  ]);
  for (const one of said) if (one.status === 'rejected') expect(one.reason.code).toBe('ANALYSIS_008');
  expect(await listed()).toEqual([]);
  await expect(give()).rejects.toMatchObject({ code: 'ANALYSIS_008' });
});

it('keeps one word of many that come at once', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, i) => give({ is_correct: i % 2 === 0 })));
  expect(await listed()).toHaveLength(1);
});

it('is counted by what it is of', async () => {
  await give({ object_id: 'mug-1' });
  await give({ rule_id: ruleId, is_correct: true });
  const { values } = await journey.metrics.feedback.get();
  expect(values.map(({ labels, value }) => [labels.about, labels.is_correct, value])).toEqual([
    ['object', 'false', 1],
    ['rule', 'true', 1],
  ]);
});
