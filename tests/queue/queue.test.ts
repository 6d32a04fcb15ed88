import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LOCAL } from '../../src/contract/principal.ts';
import { AppError } from '../../src/errors.ts';
import type { Detector } from '../../src/ports/detector.ts';
import { createQueueService } from '../../src/queue/service.ts';
import { connectQueueClient } from '../../src/storage/redis/queue-client.ts';
import { callOf, localCall } from '../support/caller.ts';
import { DESK, plainPhoto } from '../support/journey.ts';
import { REDIS_URL, redisAt, settingsOf } from '../support/redis.ts';
import { openRig, type Rig, scripted, until } from './rig.ts';

const rigs: Rig[] = [];
const open = (...args: Parameters<typeof openRig>) => {
  const rig = openRig(...args);
  rigs.push(rig);
  return rig;
};
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

const detections = DESK.map(({ class: name, confidence, bbox }) => ({ class: name, confidence, bbox: [...bbox] }));
/** Needs no model. */
const boxes = (mm_per_pixel = 1) =>
  ({ detections, size: { width: 640, height: 480 }, calibration: { mm_per_pixel }, use_cache: false }) as never;
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'answered',
    (error: AppError) => error.code,
  );

describe.skipIf(REDIS_URL === null)('a queue in Redis', () => {
  it('has the answer of a worker be the one that the server itself gives', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const alone = open(settingsOf());
    await rig.worker();
    const { openJourney } = await import('../support/journey.ts');
    const here = openJourney({ timeoutMs: 20_000 });
    try {
      const bytes = await plainPhoto();
      const request = { bytes, image: 'desk.jpg', calibration: { mm_per_pixel: 1 } } as const;
      const rule = { text: 'Keep mugs at least 6 inches away from laptops' };
      const { makeRule } = await import('../support/caller.ts');
      for (const one of [server, here]) await makeRule(one.rules, rule, { user: 'ann' });
      const heard: string[] = [];
      const progress = (done: number, total: number, message: string) => heard.push(`${done}/${total} ${message}`);
      const there = await server.service.analyze({ ...localCall, progress }, request);
      const local = await here.service.analyze(localCall, request);
      const still = ({ analysis_id: _, timestamp: __, processing_time_ms: ___, ...rest }: typeof there) =>
        JSON.stringify(rest).replace(/rule_\d+/g, 'rule');
      expect(still(there)).toBe(still(local));
      expect(there.rules.length).toBeGreaterThan(0);
      expect(heard).toEqual([
        '0/5 reading the image',
        '1/5 looking for objects',
        '2/5 measuring',
        '3/5 checking the rules',
        '4/5 storing the answer',
        '5/5 done',
      ]);
      // The records are the server's: the photo can be drawn, the event was told, and the same question has its answer.
      expect((await server.service.annotatedImage(localCall, there.analysis_id)).bytes.length).toBeGreaterThan(1000);
      expect(server.events.map(({ type }) => type)).toContain('positioning_analyzed');
      expect((await server.service.analyze(localCall, request)).cached).toBe(true);
      expect(alone.name).not.toBe(rig.name);
    } finally {
      await here.close();
    }
  });

  it('leaves nothing in Redis of an analysis that was answered', async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    await rig.worker();
    await server.service.analyze(localCall, boxes());
    await until(async () => {
      const left = await rig.client.keys(`${rig.keys.prefix}:*`);
      return left.every((key) => !/:work:|result|places|sizes|job-/.test(key));
    });
    expect((await rig.store.measures()).heldBytes).toBe(0);
  });

  it('does what is more urgent first', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    await rig.pretendWorker();
    const bytes = await plainPhoto();
    const order: string[] = [];
    const asked = (['low', 'normal', 'critical', 'high'] as const).map(async (priority, n) => {
      const image = `${priority}.jpg`;
      await sleep(n * 30);
      await server.service.analyze({ ...localCall, priority }, { bytes, image, use_cache: false });
      order.push(priority);
    });
    await until(async () => (await server.queue.status()).depth.every(({ waiting }) => waiting === 1));
    const { script, detector } = scripted();
    await rig.worker({ detector });
    await Promise.all(asked);
    expect(script.seen).toEqual(['critical.jpg', 'high.jpg', 'normal.jpg', 'low.jpg']);
    expect(order.toSorted()).toEqual(['critical', 'high', 'low', 'normal']);
  });

  it('refuses what is too much of one priority, says when to come again, and holds nothing back from others', async () => {
    const rig = open(settingsOf());
    const server = rig.server({ limits: { depth: 2, bytes: 2 ** 25, timeoutMs: 7000 } });
    await rig.pretendWorker();
    const asked = [1, 2].map((n) => server.service.analyze(localCall, boxes(n)));
    await until(async () => ((await server.queue.status()).depth[2]?.waiting ?? 0) === 2);
    const refused = await server.service.analyze(localCall, boxes(3)).catch((error: AppError) => error);
    expect(refused).toMatchObject({ code: 'SYSTEM_002', details: { priority: 'normal', open: 2 } });
    // Nobody has done anything yet: a place is free as if these two just fitted into the time.
    expect((refused as AppError).retryAfterS).toBeGreaterThanOrEqual(1);
    expect((refused as AppError).retryAfterS).toBeLessThan(7);
    const urgent = server.service.analyze({ ...localCall, priority: 'critical' }, boxes(4));
    await rig.worker();
    await Promise.all([...asked, urgent]);
    expect(await codeOf(server.service.analyze(localCall, boxes(5)))).toBe('answered');
  });

  it('gives each caller a share and its turn: whoever floods it holds up nobody', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server({
      limits: { depth: 10, bytes: 2 ** 25, timeoutMs: 50_000 },
      journey: { timeoutMs: 50_000 },
    });
    await rig.pretendWorker();
    const ended: string[] = [];
    const ask = async (name: string, n: number) => {
      await server.service.analyze(callOf(name), boxes(n));
      ended.push(name);
    };
    const flood = Array.from({ length: 14 }, (_, n) => ask('bob', n + 1).catch((error: AppError) => error));
    const waiting = async () => (await server.queue.status()).depth[2]?.waiting;
    await until(async () => (await waiting()) === 8);
    const ann = [ask('ann', 31), ask('ann', 32)];
    await until(async () => (await waiting()) === 10);
    await rig.worker();
    const refused = (await Promise.all(flood)).filter((one) => one instanceof AppError);
    await Promise.all(ann);
    expect(refused.map(({ code }) => code)).toEqual(Array(6).fill('RATE_001'));
    for (const { retryAfterS } of refused) expect(retryAfterS).toBeGreaterThanOrEqual(1);
    // Hers are the second or third and the fourth or fifth, not the last.
    expect(ended.filter((name) => name === 'ann')).toHaveLength(2);
    expect(ended.lastIndexOf('ann')).toBeLessThan(5);
    expect(ended).toHaveLength(10);
    // Nothing is left of the count: he has his whole share again.
    const again = Array.from({ length: 8 }, (_, n) => codeOf(server.service.analyze(callOf('bob'), boxes(50 + n))));
    expect(new Set(await Promise.all(again))).toEqual(new Set(['answered']));
  });

  it('keeps the place of whom it told to come back: who comes later does not get it', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server({ limits: { depth: 2, bytes: 2 ** 25, timeoutMs: 20_000 } });
    await rig.pretendWorker();
    const waiting = async () => (await server.queue.status()).depth[2]?.waiting;
    const gone = new AbortController();
    const first = codeOf(server.service.analyze({ ...localCall, signal: gone.signal }, boxes(1)));
    const second = server.service.analyze(localCall, boxes(2));
    await until(async () => (await waiting()) === 2);
    const told = await server.service.analyze(localCall, boxes(3)).catch((error: AppError) => error.retryAfterS);
    gone.abort();
    expect(await first).toBe('ANALYSIS_006');
    await until(async () => (await waiting()) === 1);
    expect(await codeOf(server.service.analyze(localCall, boxes(4)))).toBe('SYSTEM_002');
    await sleep(1000 * (told as number));
    const again = server.service.analyze(localCall, boxes(3));
    await until(async () => (await waiting()) === 2);
    await rig.worker();
    await Promise.all([second, again]);
  });

  it('begins no more in a second than its rate, whichever worker does it, and keeps what has to wait', {
    timeout: 60_000,
  }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const begun: number[] = [];
    const wait = () => void begun.push(performance.now());
    const watched = () => scripted({ fail: () => wait() }).detector;
    for (let n = 0; n < 2; n += 1) await rig.worker({ detector: watched(), rate: 4, concurrency: 8 });
    const photos = await Promise.all(Array.from({ length: 12 }, (_, n) => plainPhoto(640, 480, 10 * n)));
    const asked = photos.map((bytes) => codeOf(server.service.analyze(localCall, { bytes, use_cache: false })));
    expect(await Promise.all(asked)).toEqual(photos.map(() => 'answered'));
    expect(begun).toHaveLength(12);
    // Twelve in windows of one second with four each: the last begins in the third, whose begin is two seconds after the first's.
    expect((begun.at(-1) ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(1500);
  });

  it('refuses photos that take more memory than they may', async () => {
    const rig = open(settingsOf());
    const bytes = await plainPhoto(2000, 1500);
    const server = rig.server({ limits: { depth: 50, bytes: 2.5 * bytes.length, timeoutMs: 20_000 } });
    await rig.pretendWorker();
    const ask = (image: string) => server.service.analyze(localCall, { bytes, image, use_cache: false });
    const asked = [ask('a.jpg'), ask('b.jpg')];
    await until(async () => (await rig.store.measures()).heldBytes > 2 * bytes.length);
    expect(await codeOf(ask('c.jpg'))).toBe('SYSTEM_002');
    await rig.worker();
    await Promise.all(asked);
  });

  it('takes back what its caller gave up, waiting or running', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    await rig.pretendWorker();
    const gone = new AbortController();
    const waiting = codeOf(server.service.analyze({ ...localCall, signal: gone.signal }, boxes()));
    await until(async () => ((await server.queue.status()).depth[2]?.waiting ?? 0) === 1);
    gone.abort();
    expect(await waiting).toBe('ANALYSIS_006');
    await until(async () => ((await server.queue.status()).depth[2]?.waiting ?? 0) === 0);

    const { script, detector } = scripted({ wait: new Promise(() => {}) });
    await rig.worker({ detector });
    const end = new AbortController();
    const bytes = await plainPhoto();
    const running = codeOf(server.service.analyze({ ...localCall, signal: end.signal }, { bytes, use_cache: false }));
    await until(() => script.seen.length === 1);
    end.abort();
    expect(await running).toBe('ANALYSIS_006');
    // The worker hears of it and is free for the next.
    script.wait = null;
    expect(await codeOf(server.service.analyze(localCall, boxes()))).toBe('answered');
    expect((await server.queue.status()).dead).toBe(0);
  });

  it('does not mix with a queue of another name', async () => {
    const [ours, theirs] = [open(settingsOf()), open(settingsOf())];
    await theirs.worker();
    expect(await codeOf(ours.server().service.analyze(localCall, boxes()))).toBe('QUEUE_002');
    await ours.pretendWorker();
    const gone = AbortSignal.timeout(1500);
    const server = ours.server();
    expect(await codeOf(server.service.analyze({ ...localCall, signal: gone }, boxes()))).toBe('ANALYSIS_006');
  });

  it('tries again what may pass, and once what may not', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const bytes = await plainPhoto();
    const ask = (image: string) => server.service.analyze(localCall, { bytes, image, use_cache: false });
    let failures = 0;
    const { script, detector } = scripted({
      fail: () => (++failures < 3 ? new AppError('ANALYSIS_002') : null),
    });
    await rig.worker({ detector });
    expect(await codeOf(ask('passes.jpg'))).toBe('answered');
    expect(script.seen).toEqual(['passes.jpg', 'passes.jpg', 'passes.jpg']);
    script.fail = () => new TypeError('a fault of ours');
    expect(await codeOf(ask('bad.jpg'))).toBe('SYSTEM_003');
    // What is the caller's own doing is no failure of the queue.
    script.fail = () => new AppError('VALIDATION_005');
    expect(await codeOf(ask('broken.jpg'))).toBe('VALIDATION_005');
    expect(script.seen.slice(3)).toEqual(['bad.jpg', 'broken.jpg']);
    const { items } = await server.queue.dead({ limit: 10 });
    expect(items).toMatchObject([{ owner: 'local', attempts: 1, error: { code: 'SYSTEM_003' }, replayable: true }]);
  });

  it('has a worker without its model take nothing, and one that fails leave analyses to others', {
    timeout: 60_000,
  }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const ask = async (n: number) =>
      codeOf(server.service.analyze(localCall, { bytes: await plainPhoto(640, 480, 10 * n), use_cache: false }));
    const lacks = scripted();
    let isMended = false;
    const advice = 'Fetch it.';
    const without: Detector = {
      ...lacks.detector,
      async identity(options) {
        if (!isMended) throw new AppError('ANALYSIS_001', { message: 'It is not installed.', advice });
        return lacks.detector.identity(options);
      },
    };
    const bare = await rig.worker({ detector: without, concurrency: 3 });
    // Alone it takes nothing either: nobody's photo is answered with what is wrong with a worker.
    expect(await server.service.analyze(localCall, boxes()).catch((error: AppError) => error)).toMatchObject({
      ...{ code: 'QUEUE_002', message: expect.stringContaining('none can work') },
    });
    const breaks = scripted({ fail: () => new AppError('ANALYSIS_007') });
    await rig.worker({ detector: breaks.detector, concurrency: 3 });
    await rig.worker();
    await until(async () => (await server.queue.status()).workers.length === 3);
    // What the server knows of its workers is a second old at most.
    await sleep(1100);
    const first = [];
    for (let n = 0; n < 10; n += 2) first.push(...(await Promise.all([ask(n), ask(n + 1)])));
    expect(first).toEqual(Array(10).fill('answered'));
    expect(lacks.script.seen).toEqual([]);
    // It had some before it knew better; then it rests, a while longer each time.
    expect(breaks.script.seen.length).toBeLessThan(10);
    const { workers, dead } = await server.queue.status();
    expect(dead).toBe(0);
    expect(workers.find(({ worker_id }) => worker_id === bare.name)?.trouble).toBe(
      'ANALYSIS_001: It is not installed. Fetch it.',
    );
    isMended = true;
    await until(async () =>
      (await server.queue.status()).workers.some((one) => one.worker_id === bare.name && !one.trouble),
    );
  });

  it('says of what ran into its time limit where the time went, and counts it', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server({ journey: { timeoutMs: 1500 } });
    await rig.pretendWorker();
    const ask = () => server.service.analyze(localCall, boxes()).catch((error: AppError) => error);
    expect(await ask()).toMatchObject({
      ...{ code: 'ANALYSIS_003', message: expect.stringMatching(/waited in the queue for [\d.]+ s.*no worker came/) },
      advice: expect.not.stringContaining('smaller image'),
    });
    await until(async () => (await server.queue.status()).late_per_minute === 1);
    const { detector } = scripted({ wait: new Promise(() => undefined) });
    await rig.worker({ detector });
    const bytes = await plainPhoto();
    const slow = await server.service.analyze(localCall, { bytes, use_cache: false }).catch((error: AppError) => error);
    expect(slow).toMatchObject({ code: 'ANALYSIS_003', message: expect.stringContaining('a worker had it for') });
  });

  it('has a worker that loses Redis at the end of an analysis do it once more', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const asking = connectQueueClient(settingsOf(), 'asking');
    const bytes = await plainPhoto();
    const { script, detector } = scripted({
      fail() {
        if (script.seen.length === 1) asking.disconnect(true);
        return null;
      },
    });
    await rig.worker({ detector, asking });
    expect(await codeOf(server.service.analyze(localCall, { bytes, image: 'desk.jpg', use_cache: false }))).toBe(
      'answered',
    );
    expect(script.seen).toHaveLength(2);
    expect((await server.queue.status()).dead).toBe(0);
  });

  it('keeps what was given up, and asks it once more for its owner', { timeout: 60_000 }, async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    const bytes = await plainPhoto();
    const { script, detector } = scripted({ fail: () => new TypeError('a fault of ours') });
    await rig.worker({ detector });
    const ann = callOf('ann', 'analyst');
    expect(await codeOf(server.service.analyze(ann, { bytes, image: 'desk.jpg' }))).toBe('SYSTEM_003');
    const service = createQueueService({ queue: server.queue, analyses: server.service, isUser: async () => true });
    await expect(service.dead(ann, { limit: 5 })).rejects.toMatchObject({ code: 'AUTH_003' });
    await until(async () => (await service.dead(localCall, { limit: 5 })).items[0]?.replayable === true);
    const [dead] = (await service.dead(localCall, { limit: 5 })).items;

    const again = await service.replay(localCall, dead!.id);
    expect(again).toMatchObject({ analysis_id: null, error: { code: 'SYSTEM_003' } });
    script.fail = null;
    const all = await service.replayAll(localCall);
    expect(all).toEqual([{ id: dead!.id, analysis_id: expect.stringMatching(/^ana_/), error: null }]);
    const mine = await server.service.list(ann, { limit: 10 });
    expect(mine.items.length).toBeGreaterThan(0);
    expect((await server.service.list({ principal: LOCAL }, { limit: 10 })).items).toEqual([]);
    expect((await service.dead(localCall, { limit: 5 })).items).toEqual([]);
    await expect(service.replay(localCall, dead!.id)).rejects.toMatchObject({ code: 'QUEUE_003' });
    await expect(service.forget(localCall, dead!.id)).rejects.toMatchObject({ code: 'QUEUE_003' });
  });

  it('counts what waits by priority, and says who works', async () => {
    const rig = open(settingsOf());
    const server = rig.server();
    await rig.pretendWorker();
    const gone = new AbortController();
    const asked = codeOf(server.service.analyze({ principal: LOCAL, priority: 'low', signal: gone.signal }, boxes()));
    await until(async () => (await server.gauges.queueDepth.get()).values.some(({ value }) => value === 1));
    expect(await server.gauges.exposition()).toContain('h200_queue_depth{priority="low"} 1');
    const status = await server.queue.status();
    expect(status).toMatchObject({ state: 'connected', running: 0, dead: 0, workers: [{ worker_id: 'idle' }] });
    gone.abort();
    await asked;
  });
});

describe('without Redis', () => {
  const nowhere = redisAt(9);
  it('says so at once', async () => {
    const server = open(nowhere).server();
    expect(await codeOf(server.service.analyze(localCall, boxes()))).toBe('QUEUE_001');
    expect(await server.queue.status()).toMatchObject({ state: 'unreachable', running: null, workers: [] });
    await expect(server.queue.dead({ limit: 1 })).rejects.toMatchObject({ code: 'QUEUE_001' });
  });

  it('computes itself where it may, and says so', async () => {
    const server = open(nowhere).server({ fallback: true });
    const bytes = await plainPhoto();
    const first = await server.service.analyze(localCall, { bytes });
    expect(first.warnings[0]).toBe('The queue of analyses cannot be reached. The server computed this itself.');
    expect(first.model).toMatchObject({ name: 'scripted' });
    // It is no answer for others.
    expect((await server.service.analyze(localCall, { bytes })).cached).toBe(false);
  });
});
