import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readImage } from '../../src/analysis/stored-image.ts';
import { Analysis } from '../../src/contract/analysis.ts';
import type { RuleDraft } from '../../src/contract/rule.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { DESK, openJourney, plainPhoto } from '../support/journey.ts';

const SENTENCE = 'Keep mugs at least 6 inches away from laptops';
const user = { user: 'tester' };
const scale = { mm_per_pixel: 1, sigma: 0.01 };

let journey: ReturnType<typeof openJourney>;
let photo: Buffer;
beforeEach(async () => {
  journey = openJourney();
  photo = await plainPhoto();
});
afterEach(() => journey.close());

describe('what is odd about the file', () => {
  it('is a warning of the answer; what its name says is not remembered for the same image', async () => {
    const narrow = join(journey.folder, 'my\u202fdesk.jpg');
    writeFileSync(narrow, Buffer.concat([photo, Buffer.from('a trailer')]));
    const odd = await journey.service.analyze(localCall, { image: join(journey.folder, 'my desk.jpg') });
    expect(odd.warnings).toContainEqual(expect.stringContaining('the only one that looks like it'));
    expect(odd.warnings).toContainEqual(expect.stringContaining('Behind the image'));
    const exact = await journey.service.analyze(localCall, { image: narrow });
    expect(exact.cached).toBe(true);
    expect(exact.warnings).toEqual(odd.warnings.slice(1));
  });
});

describe('the journey', () => {
  it('answers in the shape of the contract, stores it and tells the bus', async () => {
    const { rule } = await makeRule(journey.rules, { text: SENTENCE }, user);
    const analysis = await journey.service.analyze(localCall, { bytes: photo, calibration: scale });
    expect(Analysis.parse(analysis)).toEqual(analysis);
    expect(analysis.detections).toHaveLength(1);
    expect(analysis.detections[0]).toMatchObject({ class: 'mug', source_class: 'cup', bbox: [100, 260, 160, 330] });
    expect(analysis.detections[0]?.position).toMatchObject({ x: 130, y: 295 });
    expect(analysis.objects).toHaveLength(2);
    expect(analysis.calibration).toMatchObject({ method: 'scale', mm_per_pixel: 1 });
    expect(analysis.rules[0]).toMatchObject({ rule_id: rule.rule_id, verdict: 'violated', required: 152.4 });
    expect(analysis.positioning?.adjustments_needed[0]).toMatchObject({ object_id: 'mug-1', verified: true });
    expect(analysis.positioning?.safety_score).toBeLessThan(1);
    expect(analysis.feedback?.recommendations.length).toBeGreaterThan(0);
    expect(await journey.service.get(localCall, analysis.analysis_id)).toEqual(analysis);
    expect(journey.events.map((e) => e.type)).toEqual([
      'rule_changed',
      'positioning_analyzed',
      'mug_detected',
      'rule_triggered',
    ]);
    expect(await journey.rules.statistics(localCall, rule.rule_id)).toMatchObject({
      total_evaluations: 1,
      violations: 1,
    });
  });

  it('has no millimetres without a scale, and says why', async () => {
    journey.seen.detections = [{ class: 'potted plant', confidence: 0.9, bbox: [10, 10, 60, 60] }];
    await makeRule(journey.rules, { text: SENTENCE }, user);
    const analysis = await journey.service.analyze(localCall, { bytes: photo });
    expect(analysis.calibration).toMatchObject({ method: 'none', mm_per_pixel: null });
    expect(analysis.calibration.reason).toMatch(/mm_per_pixel|scale|size/);
    expect(analysis.objects[0]?.position.x_mm).toBeNull();
    expect(analysis.positioning).toBeNull();
  });

  it('says what it supposes about the boxes of a caller, and measures better when they are known to be exact', async () => {
    await makeRule(journey.rules, { text: SENTENCE }, user);
    const detections = DESK.map((d) => ({
      class: d.class,
      bbox: [...d.bbox] as [number, number, number, number],
      confidence: 1,
    }));
    const ask = { detections, size: { width: 640, height: 480 }, calibration: scale };
    const supposed = await journey.service.analyze(localCall, ask);
    const exact = await journey.service.analyze(localCall, { ...ask, box_noise: 0.005 });
    expect(supposed.calibration.assumptions.join()).toMatch(/right to 10 % .*give box_noise/);
    expect(exact.calibration.assumptions.join()).not.toMatch(/box/);
    expect(exact.cached).toBe(false);
    const error = (a: Analysis) => a.rules[0]!.uncertainty!;
    expect(error(exact)).toBeLessThan(0.8 * error(supposed));
    await expect(journey.service.analyze(localCall, { bytes: photo, box_noise: 0.02 })).rejects.toMatchObject({
      code: 'VALIDATION_001',
      details: { field: 'box_noise' },
    });
  });

  it('speaks of inches when asked to, and keeps its numbers in mm', async () => {
    await makeRule(journey.rules, { text: SENTENCE }, user);
    const ask = { bytes: photo, calibration: scale };
    const metric = await journey.service.analyze(localCall, ask);
    const imperial = await journey.service.analyze(localCall, { ...ask, units: 'imperial' });
    expect(metric.feedback?.recommendations.join()).toMatch(/\d mm/);
    expect(imperial.feedback?.recommendations.join()).toMatch(/\d in/);
    const numbers = ({ rules }: typeof metric) => rules.map(({ reason: _, ...rest }) => rest);
    expect(numbers(imperial)).toEqual(numbers(metric));
  });

  it('runs no model when the caller brings the detections', async () => {
    const detections = DESK.map((d) => ({
      class: d.sourceClass ?? d.class,
      bbox: [...d.bbox] as [number, number, number, number],
      confidence: 1,
    }));
    const analysis = await journey.service.analyze(localCall, {
      detections,
      size: { width: 640, height: 480 },
      calibration: scale,
    });
    expect(journey.seen.calls).toBe(0);
    expect(analysis.model).toBeNull();
    expect(analysis.image.sha256).toBeNull();
    expect(analysis.detections[0]).toMatchObject({ class: 'mug', source_class: 'cup' });
    await expect(journey.service.analyze(localCall, { detections })).rejects.toMatchObject({ code: 'VALIDATION_001' });
    await expect(journey.service.analyze(localCall, {})).rejects.toMatchObject({ code: 'VALIDATION_001' });
  });

  it('stores nothing and tells nobody with store: false', async () => {
    const parsed = await journey.rules.read(localCall, { text: SENTENCE });
    const draft = (parsed as { draft: RuleDraft }).draft;
    const analysis = await journey.service.analyze(localCall, {
      bytes: photo,
      calibration: scale,
      extra_rules: [draft],
      only_rules: [],
      store: false,
    });
    expect(analysis.rules[0]?.verdict).toBe('violated');
    await expect(journey.service.get(localCall, analysis.analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    expect(journey.events).toEqual([]);
    expect(await journey.service.count(localCall)).toBe(0);
  });

  it('judges once what a sentence of the call repeats, and says so', async () => {
    const draftOf = async (text: string, priority?: number) => {
      const read = await journey.rules.read(localCall, { text }, priority === undefined ? {} : { priority });
      return (read as { draft: RuleDraft }).draft;
    };
    const { rule } = await makeRule(journey.rules, { text: SENTENCE }, user);
    const request = { bytes: photo, calibration: scale, store: false };
    const alone = await journey.service.analyze(localCall, request);
    const again = await journey.service.analyze(localCall, {
      ...request,
      extra_rules: [
        await draftOf('Mugs must be no closer than 152.4 mm to laptops', 10),
        await draftOf('Keep mugs at least 40 cm from laptops'),
        await draftOf('Keep mugs 400 mm or more from every laptop'),
      ],
    });
    expect(alone.findings).toEqual({ violated: 1, uncertain: 0, satisfied: 0 });
    expect(again.findings).toEqual({ violated: 2, uncertain: 0, satisfied: 0 });
    expect(again.rules.map((v) => v.rule_id).sort()).toEqual([rule.rule_id, 'rule_request-2'].sort());
    expect(again.warnings).toEqual([
      ...alone.warnings,
      `Your sentence 1 says the same as ${rule.rule_id}: judged once.`,
      'Your sentence 3 says the same as your sentence 2: judged once.',
    ]);
    const elsewhere = await journey.service.analyze(localCall, {
      ...request,
      context: 'office',
      extra_rules: [{ ...(await draftOf(SENTENCE)), context: 'office' }],
    });
    expect(elsewhere.findings?.violated).toBe(2);
  });

  it('tests one rule alone, even a disabled one', async () => {
    const { rule } = await makeRule(journey.rules, { text: SENTENCE, enabled: false }, user);
    await makeRule(journey.rules, { text: 'Group multiple mugs together' }, user);
    const analysis = await journey.service.analyze(localCall, {
      bytes: photo,
      calibration: scale,
      only_rules: [rule.rule_id],
      store: false,
    });
    expect([...new Set(analysis.rules.map((v) => v.rule_id))]).toEqual([rule.rule_id]);
    const unknown = journey.service.analyze(localCall, { bytes: photo, only_rules: ['rule_none'] });
    await expect(unknown).rejects.toMatchObject({ code: 'RULES_001' });
  });
});

describe('the cache', () => {
  it('answers the same question from memory and says so', async () => {
    const first = await journey.service.analyze(localCall, { bytes: photo });
    const second = await journey.service.analyze(localCall, { bytes: photo });
    expect(second).toEqual({ ...first, cached: true, processing_time_ms: second.processing_time_ms });
    expect(journey.seen.calls).toBe(1);
  });

  it.each([
    ['another threshold', { threshold: 0.92 }],
    ['another calibration', { calibration: { mm_per_pixel: 2 } }],
    ['another context', { context: 'kitchen' }],
    ['another strategy', { strategy: 'aesthetic' as const }],
    ['no feedback', { include_feedback: false }],
    ['other units', { units: 'imperial' as const }],
    ['use_cache: false', { use_cache: false }],
  ])('asks the model again for %s', async (_name, change) => {
    await journey.service.analyze(localCall, { bytes: photo });
    expect((await journey.service.analyze(localCall, { bytes: photo, ...change })).cached).toBe(false);
  });

  it('asks again for another image, after a rule changed, and after the analysis was deleted', async () => {
    const first = await journey.service.analyze(localCall, { bytes: photo });
    expect((await journey.service.analyze(localCall, { bytes: await plainPhoto(640, 480, 40) })).cached).toBe(false);
    await makeRule(journey.rules, { text: SENTENCE }, user);
    const second = await journey.service.analyze(localCall, { bytes: photo });
    expect(second.cached).toBe(false);
    await journey.service.delete(localCall, second.analysis_id);
    expect((await journey.service.analyze(localCall, { bytes: photo })).cached).toBe(false);
    await expect(journey.service.get(localCall, second.analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    expect(await journey.service.get(localCall, first.analysis_id)).toBeDefined();
  });
});

describe('images and handles', () => {
  it('keeps the image without metadata, draws it, and analyses it again by its id', async () => {
    const tagged = await sharp(photo)
      .withExif({ IFD0: { Copyright: 'SECRET-OWNER' } })
      .toBuffer();
    const analysis = await journey.service.analyze(localCall, { bytes: tagged, calibration: scale });
    const kept = await readImage(journey, `image/${analysis.image.sha256}`);
    expect(kept?.includes('SECRET-OWNER')).toBe(false);
    const annotated = await journey.service.annotatedImage(localCall, analysis.analysis_id, {
      maxSize: 400,
      maxBytes: 200_000,
    });
    expect(Math.max(annotated.width, annotated.height)).toBeLessThanOrEqual(400);
    expect((await sharp(annotated.bytes).metadata()).width).toBe(annotated.width);
    const again = await journey.service.analyze(localCall, { image: analysis.analysis_id, context: 'office' });
    expect(again.objects.map((o) => o.bbox)).toEqual(analysis.objects.map((o) => o.bbox));
  });

  it('draws detections that came without an image', async () => {
    const analysis = await journey.service.analyze(localCall, {
      detections: [{ class: 'mug', bbox: [10, 10, 60, 80], confidence: 1 }],
      size: { width: 200, height: 100 },
    });
    const annotated = await journey.service.annotatedImage(localCall, analysis.analysis_id);
    expect(annotated.bytes.length).toBeGreaterThan(500);
    const drawn = (units: 'metric' | 'imperial') =>
      journey.service.annotatedImage(localCall, analysis.analysis_id, { units });
    expect((await drawn('metric')).bytes.equals(annotated.bytes)).toBe(true);
    expect((await drawn('imperial')).bytes.equals(annotated.bytes)).toBe(false);
  });

  it('removes the stored image with the last analysis that needs it', async () => {
    const one = await journey.service.analyze(localCall, { bytes: photo });
    const two = await journey.service.analyze(localCall, { bytes: photo, context: 'office' });
    const key = `image/${one.image.sha256}`;
    await journey.service.delete(localCall, one.analysis_id);
    expect(await journey.blobs.stat(key)).toBeDefined();
    await journey.service.delete(localCall, two.analysis_id);
    expect(await journey.blobs.stat(key)).toBeUndefined();
    await expect(journey.service.delete(localCall, two.analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
  });
});

describe('stopping', () => {
  it('ends with ANALYSIS_006 when the caller gives up and ANALYSIS_003 when the time is over', async () => {
    journey.seen.wait = new Promise(() => {});
    const controller = new AbortController();
    const given = journey.service.analyze({ ...localCall, signal: controller.signal }, { bytes: photo });
    setTimeout(() => controller.abort(), 20);
    await expect(given).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    await expect(
      journey.service.analyze({ ...localCall, signal: AbortSignal.abort() }, { bytes: photo }),
    ).rejects.toMatchObject({
      code: 'ANALYSIS_006',
    });
    const hasty = openJourney({ timeoutMs: 30 });
    hasty.seen.wait = new Promise(() => {});
    await expect(hasty.service.analyze(localCall, { bytes: photo })).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    expect((await hasty.metrics.snapshot()).analyses).toEqual({ success: 0, error: 0, timeout: 1 });
    await hasty.close();
  });

  it('reports progress at real stages, never backwards', async () => {
    const steps: number[] = [];
    await journey.service.analyze({ ...localCall, progress: (done) => steps.push(done) }, { bytes: photo });
    expect(steps).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('batch', () => {
  it('reports each bad image and answers the others', async () => {
    writeFileSync(join(journey.folder, 'good.jpg'), photo);
    writeFileSync(join(journey.folder, 'bad.jpg'), 'this is text');
    const images = ['good.jpg', 'bad.jpg', 'missing.jpg'].map((name) => ({ image: join(journey.folder, name) }));
    const progress: number[] = [];
    const batch = await journey.service.batch({ ...localCall, progress: (done) => progress.push(done) }, images);
    expect(batch).toMatchObject({ total_images: 3, successful: 1, failed: 2, cache_hit_rate: 0 });
    expect(batch.errors.map((e) => [e.index, e.error.code])).toEqual([
      [1, 'VALIDATION_003'],
      [2, 'VALIDATION_006'],
    ]);
    expect(progress).toEqual([1, 2, 3]);
    expect(journey.events.at(-1)).toMatchObject({ type: 'batch_completed', successful: 1, failed: 2 });
  });

  it('takes one to ten images', async () => {
    await expect(journey.service.batch(localCall, [])).rejects.toMatchObject({ code: 'VALIDATION_001' });
    const eleven = Array.from({ length: 11 }, () => ({ bytes: photo }));
    await expect(journey.service.batch(localCall, eleven)).rejects.toMatchObject({ code: 'TOO_MANY_FILES' });
  });
});

describe('what the model cannot find', () => {
  it('is said once, with a remedy, and breaks no rule', async () => {
    journey.close();
    journey = openJourney({ classRecall: { mug: 0.9, laptop: 0.9 } });
    for (const text of ['Every mug is on a coaster', 'There must be at least one coaster', SENTENCE]) {
      await makeRule(journey.rules, { text }, user);
    }
    const analysis = await journey.service.analyze(localCall, { bytes: photo, calibration: scale });
    expect(analysis.rules.map((v) => v.verdict)).toEqual(['not_applicable', 'uncertain', 'violated']);
    expect(analysis.warnings).toEqual([
      'The model cannot find coasters, of which 2 rules speak: draw them as zones of that kind, or give detections.',
    ]);
  });

  it('is nothing where the caller lists what is there', async () => {
    await makeRule(journey.rules, { text: 'There must be at least one coaster' }, user);
    const detections = DESK.map(({ bbox, confidence, ...d }) => ({
      class: d.class,
      confidence,
      bbox: [...bbox] as [number, number, number, number],
    }));
    const analysis = await journey.service.analyze(localCall, { bytes: photo, detections, calibration: scale });
    expect(analysis.rules[0]).toMatchObject({ verdict: 'violated', measured: 0 });
    expect(analysis.warnings).toEqual([]);
  });
});

describe('stored calibrations', () => {
  it('are made once and used by id', async () => {
    const stored = await journey.calibrations.create(localCall, {
      name: 'desk',
      calibration: scale,
      width: 640,
      height: 480,
    });
    const analysis = await journey.service.analyze(localCall, { bytes: photo, calibration_id: stored.calibration_id });
    expect(analysis.calibration).toMatchObject({ source: 'stored', mm_per_pixel: 1 });
    expect((await journey.calibrations.list(localCall, { limit: 5 })).items).toHaveLength(1);
    await journey.calibrations.delete(localCall, stored.calibration_id);
    const gone = { code: 'CALIBRATION_002' };
    await expect(journey.calibrations.delete(localCall, stored.calibration_id)).rejects.toMatchObject(gone);
    await expect(
      journey.service.analyze(localCall, { bytes: photo, calibration_id: stored.calibration_id }),
    ).rejects.toMatchObject(gone);
  });
});
