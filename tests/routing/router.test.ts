import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { readAnswer } from '../../src/analysis/away/remote-answer.ts';
import { decodeWork } from '../../src/analysis/away/work.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import { AppError } from '../../src/errors.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { callOf, localCall, makeRule } from '../support/caller.ts';
import { plainPhoto } from '../support/journey.ts';
import { here, openRig, pod, type Rig } from './rig.ts';

const rigs: Rig[] = [];
const open = (options: Parameters<typeof openRig>[0] = {}) => {
  const rig = openRig(options);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const still = ({ analysis_id: _, timestamp: __, processing_time_ms: ___, ...rest }: Analysis) =>
  JSON.stringify(rest).replace(/rule_\d+/g, 'rule');
const ask = (bytes: Buffer) => ({ bytes, image: 'desk.jpg', calibration: { mm_per_pixel: 1 } }) as const;
const last = (rig: Rig, id: string) =>
  rig.traffic.between(id, new Date(Date.now() - 600_000), new Date(Date.now() + 60_000));
const takenBy = (rig: Rig, id: string) => rig.workers.taken.get(id)?.length ?? 0;

describe('analyses that are routed', () => {
  it('are answered elsewhere as they are here: rules, known objects, calibration and owner are the caller’s', async () => {
    const [routed, local] = [open(), open()];
    await routed.weigh(pod('srv_a', 100));
    const answers = [];
    for (const rig of [routed, local]) {
      for (const [user, text] of [
        ['ann', 'Keep mugs at least 6 inches away from laptops'],
        ['bob', 'Keep mugs at least 1 cm away from laptops'],
      ] as const) {
        await makeRule(rig.rules, { text, scope: 'mine' }, { user });
      }
      const { calibration_id } = await rig.calibrations.create(callOf('ann'), {
        name: 'desk',
        calibration: { mm_per_pixel: 1.5 },
        width: 640,
        height: 480,
      } as never);
      const { calibration: _, ...request } = ask(await plainPhoto());
      const zones = [
        {
          name: 'pad',
          polygon: [
            [10, 10],
            [200, 10],
            [200, 200],
          ],
        },
      ];
      const seen = await rig.service
        .analyze(callOf('ann'), { ...request, calibration_id, context: 'office' })
        .catch((error: AppError) => error);
      if (seen instanceof AppError) throw new Error(`${seen.message} ${JSON.stringify(seen.details)} ${zones.length}`);
      answers.push(seen);
      expect((await rig.service.get(callOf('ann'), seen.analysis_id)).analysis_id).toBe(seen.analysis_id);
      await expect(rig.service.get(callOf('bob', 'viewer'), seen.analysis_id)).rejects.toMatchObject({
        code: 'ANALYSIS_008',
      });
    }
    const [there, own] = answers as [Analysis, Analysis];
    expect(still(there)).toBe(still(own));
    expect(there.rules.map(({ verdict }) => verdict)).toEqual(['violated']);
    expect([takenBy(routed, 'srv_a'), takenBy(local, 'srv_a')]).toEqual([1, 0]);
    expect(routed.used).toMatchObject({ begun: ['srv_a'], done: 1, failed: 0 });
    expect(await last(routed, 'srv_a')).toMatchObject({ requests: 1, errors: 0, p95_ms: expect.any(Number) });
    expect(await last(local, 'here')).toMatchObject({ requests: 1, errors: 0 });
  });

  it('tell a server neither who asks nor what the photo is called', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    const name = 'https://photos.example/desk.jpg?key=secret';
    await rig.service.analyze(callOf('ann'), { bytes: await plainPhoto(), image: name });
    const [work] = rig.workers.taken.get('srv_a') ?? [];
    expect(work?.includes('ann')).toBe(false);
    expect(work?.includes('secret')).toBe(false);
    expect(decodeWork(work as Buffer)).toMatchObject({ image: { label: 'photo' }, principal: { permissions: [] } });
  });

  it('leave without what the file says of place, time and owner; the same pixels and lens give the same answer', async () => {
    const [routed, local] = [open(), open()];
    await routed.weigh(pod('srv_a', 100));
    const exif = {
      IFD0: { Artist: 'Ann Example', Orientation: '6' },
      IFD2: { FocalLengthIn35mmFilm: '26', DateTimeOriginal: '2026:01:02 03:04:05' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    };
    const bytes = await sharp(await plainPhoto(480, 640))
      .withExif(exif)
      .jpeg()
      .toBuffer();
    expect(bytes.includes('Ann Example')).toBe(true);
    const { calibration: _, ...request } = ask(bytes);
    const [there, own] = [
      await routed.service.analyze(localCall, request),
      await local.service.analyze(localCall, request),
    ];
    expect(still(there)).toBe(still(own));
    expect(there.image.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const sent = decodeWork((routed.workers.taken.get('srv_a') ?? [])[0] as Buffer).bytes;
    expect(sent.includes('Ann Example')).toBe(false);
    expect(sent.includes('2026:01:02')).toBe(false);
    const read = (file: Buffer) => createImageIntake({ allowedRoots: [] }).fromBytes(file);
    const { lens, width, height } = await read(sent);
    expect(lens).toMatchObject({ mm35: 26 });
    expect({ lens, width, height }).toEqual(
      await read(bytes).then((one) => ({ lens: one.lens, width: one.width, height: one.height })),
    );
  });

  it('go elsewhere where a server fails in whichever way, and each is answered and told', {
    timeout: 60_000,
  }, async () => {
    const rig = open({ waitMs: 300 });
    await rig.weigh(here(50), pod('srv_bad', 50));
    for (const way of ['error', 'hang', 'garbage', 'other'] as const) {
      rig.workers.ways.set('srv_bad', way);
      await rig.weigh(here(100));
      await rig.weigh(here(50), pod('srv_bad', 50));
      const before = takenBy(rig, 'srv_bad');
      const photos = await Promise.all(Array.from({ length: 12 }, (_, i) => plainPhoto(640, 480, i + 20 * way.length)));
      const answers = await Promise.all(photos.map((bytes) => rig.service.analyze(localCall, ask(bytes))));
      const told = answers.filter(({ warnings }) => warnings[0]?.startsWith('srv_bad: '));
      expect(answers.every(({ objects }) => objects.length === 2)).toBe(true);
      expect(told.length).toBeGreaterThan(0);
      expect(takenBy(rig, 'srv_bad') - before).toBeLessThanOrEqual(told.length);
      expect(told[0]?.warnings[0]).toMatch(/ So this server computed it itself\.$/);
      // What went wrong at the time is told to nobody later.
      rig.workers.ways.set('srv_bad', 'well');
      await rig.weigh(here(100));
      const again = await rig.service.analyze(localCall, ask(photos[answers.indexOf(told[0] as Analysis)] as Buffer));
      expect(again.cached).toBe(false);
      expect(again.warnings.some((text) => text.includes('srv_bad'))).toBe(false);
    }
    const { requests, errors } = await last(rig, 'srv_bad');
    expect(requests).toBe(errors);
    expect(rig.workers.dropped.get('srv_bad')).toBeGreaterThan(0);
    expect(rig.used.failed).toBe(takenBy(rig, 'srv_bad'));
  });

  it('do not go to a server whose weight was taken away, and none is lost on the way', {
    timeout: 120_000,
  }, async () => {
    const rig = open({ waitMs: 10_000, journey: { timeoutMs: 60_000 } });
    await rig.weigh(here(0), pod('srv_good', 50), pod('srv_bad', 50));
    let n = 0;
    const wave = async (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          n += 1;
          return rig.service.analyze(localCall, {
            ...ask(await plainPhoto(640, 480, n)),
            use_cache: false,
            store: false,
          });
        }),
      );
    const ways = ['error', 'hang', 'garbage'] as const;
    let answered = 0;
    for (const way of ways) {
      rig.workers.ways.set('srv_bad', way);
      answered += (await wave(10)).length;
    }
    const bad = await last(rig, 'srv_bad');
    expect(bad.requests).toBeGreaterThan(5);
    expect(bad.errors).toBe(bad.requests);
    await rig.weigh(here(0), pod('srv_good', 100), pod('srv_bad', 0));
    const before = takenBy(rig, 'srv_bad');
    answered += (await wave(20)).length;
    expect(takenBy(rig, 'srv_bad')).toBe(before);
    expect((await last(rig, 'srv_bad')).requests).toBe(bad.requests);
    expect(answered).toBe(50);
    const good = await last(rig, 'srv_good');
    expect([good.requests, good.errors]).toEqual([50, 0]);
  });

  it('are computed once where an answer came', async () => {
    const rig = open();
    await rig.weigh(here(50), pod('srv_a', 50));
    const photos = await Promise.all(Array.from({ length: 16 }, (_, i) => plainPhoto(640, 480, 15 * i)));
    await Promise.all(photos.map((bytes) => rig.service.analyze(localCall, ask(bytes))));
    const [ours, theirs] = await Promise.all([last(rig, 'here'), last(rig, 'srv_a')]);
    expect(ours.requests + theirs.requests).toBe(16);
    const again = await Promise.all(photos.map((bytes) => rig.service.analyze(localCall, ask(bytes))));
    expect(again.every(({ cached }) => cached)).toBe(true);
    expect(takenBy(rig, 'srv_a')).toBe(theirs.requests);
  });

  it('are kept in the cache under the model that looked, and under no other', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    const other = {
      ...rig.workers,
      identity: async () => ({ name: 'larger', version: '2', threshold: 0.4, inference: 'single' as const }),
      card: async () => ({ boxNoise: { sigma: 0.01 }, classRecall: { mug: 1, laptop: 1 } as never }),
      warnings: async () => [],
      warm() {},
      detect: async () => ({
        detections: [{ class: 'mug' as const, confidence: 0.8, bbox: [1, 2, 30, 40] as const }],
        model: { ...(await other.identity()), provider: 'cuda' },
        ...(await other.card()),
      }),
    };
    rig.workers.detectors.set('srv_a', other as never);
    const bytes = await plainPhoto();
    const first = await rig.service.analyze(localCall, ask(bytes));
    expect(first).toMatchObject({ cached: false, model: { name: 'larger', version: '2' } });
    // It was taken for the model that runs here: nobody else may get that answer under this name.
    const second = await rig.service.analyze(localCall, ask(bytes));
    expect(second).toMatchObject({ cached: false, model: { name: 'larger' } });
    expect(await rig.service.analyze(localCall, ask(bytes))).toMatchObject({ cached: true, model: { name: 'larger' } });
    await rig.weigh(here(100));
    expect(await rig.service.analyze(localCall, ask(bytes))).toMatchObject({
      cached: false,
      model: { name: 'scripted' },
    });
    await rig.weigh(pod('srv_a', 100));
    expect(await rig.service.analyze(localCall, ask(bytes))).toMatchObject({ cached: true, model: { name: 'larger' } });
  });

  it('are not kept where the program there is of another version', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    const compute = rig.workers.compute.bind(rig.workers);
    rig.workers.compute = async (...args) => ({ ...((await compute(...args)) as object), version: '99.0.0' });
    const bytes = await plainPhoto();
    await rig.service.analyze(localCall, ask(bytes));
    expect((await rig.service.analyze(localCall, ask(bytes))).cached).toBe(false);
  });

  it('say what the caller did wrong, as it was found there, and ask nobody else', async () => {
    const rig = open();
    await rig.weigh(here(1), pod('srv_a', 99));
    rig.workers.compute = async () => ({
      format: 1,
      version: '1.0.0',
      outcome: { refused: { code: 'CALIBRATION_001', message: 'no', advice: 'yes', type: 'x' } },
    });
    expect(() => readAnswer({ format: 2, version: '1.0.0', outcome: {} })).toThrow();
    const asked = Promise.all(
      Array.from({ length: 4 }, async (_, i) =>
        rig.service.analyze(localCall, ask(await plainPhoto(640, 480, i))).catch((error: AppError) => error.code),
      ),
    );
    expect((await asked).length).toBe(4);
  });

  it('that need no model stay here', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    const detections = [{ class: 'mug', confidence: 0.9, bbox: [1, 2, 30, 40] }];
    await rig.service.analyze(localCall, { detections, size: { width: 640, height: 480 } } as never);
    expect(takenBy(rig, 'srv_a')).toBe(0);
  });

  it('do not go to a server that is stopped or unknown', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    rig.used.stopped.add('srv_a');
    const { warnings } = await rig.service.analyze(localCall, ask(await plainPhoto()));
    expect(warnings[0]).toContain('srv_a');
    expect(takenBy(rig, 'srv_a')).toBe(0);
    rig.used.stopped.clear();
    rig.kinds.set('srv_a', 'endpoint_jobs');
    const other = await rig.service.analyze(localCall, ask(await plainPhoto(640, 480, 3)));
    expect(other.warnings[0]).toContain('not as pod');
  });

  it('end when the caller cancels, there too, and that is no failure of the server', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    rig.workers.ways.set('srv_a', 'hang');
    const caller = new AbortController();
    const asked = rig.service.analyze({ ...localCall, signal: caller.signal }, ask(await plainPhoto()));
    asked.catch(() => undefined);
    await expect.poll(() => takenBy(rig, 'srv_a')).toBe(1);
    caller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    await expect.poll(() => rig.workers.dropped.get('srv_a')).toBe(1);
    expect(await last(rig, 'srv_a')).toMatchObject({ requests: 0, errors: 0 });
    expect(await last(rig, 'here')).toMatchObject({ requests: 0 });
  });

  it('end in time where nobody else may compute them, and that is a failure of the server', async () => {
    const rig = open({ fallback: false, journey: { timeoutMs: 700 } });
    await rig.weigh(pod('srv_a', 100));
    rig.workers.ways.set('srv_a', 'hang');
    await expect(rig.service.analyze(localCall, ask(await plainPhoto()))).rejects.toMatchObject({
      code: expect.stringMatching(/ANALYSIS_003|SERVER_007/),
    });
    await expect.poll(async () => (await last(rig, 'srv_a')).errors).toBe(1);
    rig.workers.ways.set('srv_a', 'error');
    await expect(rig.service.analyze(localCall, ask(await plainPhoto(640, 480, 9)))).rejects.toMatchObject({
      code: 'SERVER_007',
      details: { tried: ['srv_a'] },
    });
  });

  it('go to servers where this process has no model, and say what failed where none answers', async () => {
    const none = async () => {
      throw new AppError('ANALYSIS_001');
    };
    const detector = { identity: none, card: none, detect: none, warnings: async () => [], warm() {} };
    const rig = open({ detector: detector as never });
    await rig.weigh(pod('srv_a', 100));
    const bytes = await plainPhoto();
    expect(await rig.service.analyze(localCall, ask(bytes))).toMatchObject({ model: { name: 'scripted' } });
    expect((await rig.service.analyze(localCall, ask(bytes))).cached).toBe(true);
    rig.workers.ways.set('srv_a', 'error');
    await expect(rig.service.analyze(localCall, ask(await plainPhoto(640, 480, 9)))).rejects.toMatchObject({
      code: 'SERVER_007',
      message: expect.stringContaining('It answered 500.'),
    });
  });

  it('are not held up by a server that hangs again and again', { timeout: 60_000 }, async () => {
    const rig = open({ waitMs: 200 });
    await rig.weigh(here(0), pod('srv_bad', 100));
    rig.workers.ways.set('srv_bad', 'hang');
    for (let i = 0; i < 8; i += 1) {
      const { warnings } = await rig.service.analyze(localCall, ask(await plainPhoto(640, 480, i)));
      expect(warnings[0]).toContain('srv_bad');
    }
    expect(takenBy(rig, 'srv_bad')).toBeLessThan(8);
    // Those that it was spared are its errors all the same: a rollout sees them.
    expect(await last(rig, 'srv_bad')).toMatchObject({ requests: 8, errors: 8 });
  });

  it('are counted for Prometheus by backend, and backends that are gone are not listed', async () => {
    const rig = open();
    await rig.weigh(here(0), pod('srv_a', 100));
    await rig.service.analyze(localCall, ask(await plainPhoto()));
    const shown = await rig.gauges.exposition();
    expect(shown).toContain('h200_backend_requests_total{backend="srv_a",status="success"} 1');
    expect(shown).toContain('h200_backend_weight{backend="srv_a"} 100');
    expect(shown).toContain('h200_backend_weight{backend="here"} 0');
    expect(shown).toContain('h200_backend_duration_seconds_count{backend="srv_a"} 1');
    await rig.weigh(here(100));
    expect(await rig.gauges.exposition()).not.toContain('srv_a');
  });

  it('are followed stage by stage, each once and in order, also where one had to do it again', async () => {
    const rig = open();
    await rig.weigh(pod('srv_a', 100));
    for (const way of ['well', 'error'] as const) {
      rig.workers.ways.set('srv_a', way);
      const heard: number[] = [];
      const progress = (done: number) => heard.push(done);
      await rig.service.analyze({ ...localCall, progress }, ask(await plainPhoto(640, 480, way.length)));
      expect(heard).toEqual([0, 1, 2, 3, 4, 5]);
    }
  });
});

it('a server that rested is asked again, and has its analyses back once it is well', async () => {
  const skew = { ms: 0 };
  const rig = open({ skew });
  await rig.weigh(pod('srv_a', 100));
  rig.workers.ways.set('srv_a', 'error');
  const analyse = async () => rig.service.analyze(localCall, { ...ask(await plainPhoto()), use_cache: false });
  for (let n = 0; n < 4; n += 1) await analyse();
  expect(takenBy(rig, 'srv_a')).toBe(3);
  rig.workers.ways.set('srv_a', 'well');
  skew.ms += 5001;
  for (let n = 0; n < 3; n += 1) await analyse();
  expect(takenBy(rig, 'srv_a')).toBe(6);
});
