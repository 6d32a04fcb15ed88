import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LOCAL } from '../../src/contract/principal.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const calibration = { mm_per_pixel: 1 };
const BY = { user: LOCAL.id };
let journey: ReturnType<typeof openJourney>;
beforeEach(async () => {
  journey = openJourney();
  await makeRule(journey.rules, { text: 'Keep mugs at least 10 cm from laptops' }, BY);
});
afterEach(() => journey.close());

const analyse = async () =>
  journey.service.analyze(localCall, { bytes: await plainPhoto(640, 480), calibration, context: 'office' });
const verdictOf = ({ rules }: { rules: readonly { verdict: string; measured: number | null }[] }) => rules[0];

describe('what if it lay elsewhere', () => {
  it('judges the moved scene, and stores and looks at nothing', async () => {
    const analysis = await analyse();
    expect(verdictOf(analysis)).toMatchObject({ verdict: 'violated' });
    const before = verdictOf(analysis)?.measured ?? 0;
    const calls = journey.seen.calls;
    const moved = await journey.service.whatIf(localCall, analysis.analysis_id, {
      moves: [{ object_id: 'mug-1', vector_px: [-80, 0] }],
    });
    expect(verdictOf(moved.analysis)).toMatchObject({ verdict: 'satisfied' });
    expect(verdictOf(moved.analysis)?.measured).toBeCloseTo(before + 80, 0);
    const box = analysis.detections[0]!.bbox;
    expect(moved.analysis.detections[0]!.bbox).toEqual([box[0] - 80, box[1], box[2] - 80, box[3]]);
    expect(moved.analysis.calibration).toEqual(analysis.calibration);
    expect(journey.seen.calls).toBe(calls);
    expect(await journey.service.count(localCall)).toBe(1);
    expect(await journey.service.get(localCall, analysis.analysis_id)).toEqual(analysis);
  });

  it('takes a proposed move in millimetres and then finds the rule kept', async () => {
    const analysis = await analyse();
    const [move] = analysis.positioning!.adjustments_needed;
    const { analysis: moved } = await journey.service.whatIf(localCall, analysis.analysis_id, {
      moves: [{ object_id: move!.object_id, vector_mm: move!.vector_mm! }],
    });
    expect(verdictOf(moved)).toMatchObject({ verdict: 'satisfied' });
  });

  it('judges by the rules of now', async () => {
    const analysis = await analyse();
    await makeRule(journey.rules, { text: 'Keep mugs at least 90 cm from laptops' }, BY);
    const moved = await journey.service.whatIf(localCall, analysis.analysis_id, {
      moves: [{ object_id: 'mug-1', vector_px: [-80, 0] }],
    });
    expect(moved.analysis.rules.map((v) => v.verdict).sort()).toEqual(['satisfied', 'violated']);
  });

  it('refuses what is not there', async () => {
    const { analysis_id } = await analyse();
    const ask = (object_id: string) =>
      journey.service.whatIf(localCall, analysis_id, { moves: [{ object_id, vector_px: [1, 1] }] });
    await expect(ask('mug-7')).rejects.toMatchObject({
      code: 'VALIDATION_002',
      message: expect.stringMatching('mug-7'),
    });
  });

  it('refuses a place above the horizon', async () => {
    const four = [
      [160, 300],
      [480, 300],
      [600, 470],
      [40, 470],
    ] as const;
    const analysis = await journey.service.analyze(localCall, {
      bytes: await plainPhoto(640, 480),
      calibration: { rectangle_px: four.map(([x, y]) => [x, y]) as never, size_mm: [600, 400] },
    });
    const ask = (y: number) =>
      journey.service.whatIf(localCall, analysis.analysis_id, { moves: [{ object_id: 'mug-1', vector_px: [0, y] }] });
    await expect(ask(-20)).resolves.toBeDefined();
    await expect(ask(-320)).rejects.toMatchObject({ code: 'VALIDATION_002', message: expect.stringMatching('plane') });
  });
});

it('draws a scene in pixels: where things stand, what lies between them and how sure that is', async () => {
  const analysis = await analyse();
  const { objects, links, table, homography } = await journey.service.scene(localCall, analysis.analysis_id);
  const mug = objects.find((o) => o.id === 'mug-1')!;
  const xs = mug.footprint_px!.map(([x]) => x);
  const [x1, , x2] = analysis.detections[0]!.bbox;
  expect(Math.min(...xs)).toBeGreaterThan(x1 - 20);
  expect(Math.max(...xs)).toBeLessThan(x2 + 20);
  expect(mug.error_px!.length).toBeGreaterThan(8);
  expect(mug.own_error_mm!).toBeGreaterThan(0);
  expect(mug.own_error_mm!).toBeLessThanOrEqual(analysis.detections[0]!.position.uncertainty_mm!);
  const verdict = verdictOf(analysis)! as (typeof analysis.rules)[number];
  expect(links).toHaveLength(1);
  const [{ from, to, verdict: kind, error_share }] = links as [(typeof links)[number]];
  expect(kind).toBe('violated');
  expect(Math.hypot(to[0] - from[0], to[1] - from[1])).toBeCloseTo(verdict.measured!, 0);
  expect(error_share! * verdict.measured!).toBeCloseTo(verdict.uncertainty!, 0);
  expect(table.polygon_px.length).toBeGreaterThan(2);
  expect(homography).toHaveLength(9);
});
