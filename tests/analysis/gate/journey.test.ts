import { afterEach, describe, expect, it } from 'vitest';
import { AnalysisGate } from '../../../src/analysis/gate/gate.ts';
import type { CallContext } from '../../../src/contract/call-context.ts';
import type { Computing } from '../../../src/ports/computing.ts';
import { boxes, drafts, SCALE, SIZE } from '../../computing/heavy-desk.ts';
import { callOf } from '../../support/caller.ts';
import { openJourney, plainPhoto } from '../../support/journey.ts';

let journey: ReturnType<typeof openJourney>;
afterEach(() => journey.close());

/** The whole journey, where one image is looked at a time; the look ends when the test says so. */
async function full({ most = 100 } = {}) {
  const gate = new AnalysisGate({ atOnce: () => 1, most, limitMs: 60_000 });
  journey = openJourney({ gate, timeoutMs: 60_000 });
  const photo = await plainPhoto();
  const look = Promise.withResolvers<void>();
  journey.seen.wait = look.promise;
  const analyze = (ctx: CallContext, n: number) =>
    journey.service.analyze(ctx, { bytes: photo, threshold: 0.3 + n / 1000, store: false });
  const first = analyze(callOf('alice'), 0);
  await expect.poll(() => journey.seen.calls).toBe(1);
  return { analyze, first, photo, letGo: look.resolve };
}

describe('an analysis on a full server', () => {
  it('is counted once, as refused, and reported to nobody as a failure', async () => {
    const { analyze, first, letGo } = await full({ most: 2 });
    const flood = Array.from({ length: 8 }, (_, n) => analyze(callOf('alice'), n + 1));
    const outcomes = Promise.allSettled(flood);
    await expect.poll(() => counted('refused')).toBeGreaterThan(0);
    letGo();
    const refused = (await outcomes).filter(({ status }) => status === 'rejected');
    await first;
    for (const one of refused) {
      const { reason } = one as PromiseRejectedResult;
      expect(['SYSTEM_002', 'RATE_001']).toContain(reason.code);
      expect(reason.retryAfterS).toBeGreaterThan(0);
    }
    expect(await counted('refused')).toBe(refused.length);
    expect(await counted('success')).toBe(9 - refused.length);
    expect((await counted('error')) + (await counted('timeout'))).toBe(0);
    expect(journey.events.filter(({ type }) => type === 'error_occurred')).toEqual([]);
  });

  it('is counted once although it asked for a place again and again, as part of a batch', async () => {
    const { first, photo, letGo } = await full({ most: 1 });
    const batch = journey.service.batch(
      callOf('bob'),
      [1, 2, 3].map((n) => ({ bytes: photo, threshold: 0.4 + n / 1000, store: false })),
    );
    setTimeout(letGo, 1500);
    expect(await batch).toMatchObject({ successful: 3, failed: 0 });
    await first;
    expect([await counted('success'), await counted('refused')]).toEqual([4, 0]);
    expect((await journey.metrics.turnedAway.get()).values.reduce((sum, { value }) => sum + value, 0)).toBe(0);
  });

  it('does not keep from its answer what is known, or needs no image', async () => {
    const { analyze, first, letGo } = await full();
    const waiting = analyze(callOf('alice'), 1);
    const boxes = { detections: [], size: { width: 640, height: 480 }, store: false };
    expect((await journey.service.analyze(callOf('alice'), boxes)).objects).toEqual([]);
    letGo();
    await Promise.all([first, waiting]);
    const again = Promise.withResolvers<void>();
    journey.seen.wait = again.promise;
    const busy = analyze(callOf('bob'), 2);
    await expect.poll(() => journey.seen.calls).toBe(3);
    expect((await analyze(callOf('alice'), 1)).cached).toBe(true);
    again.resolve();
    await busy;
  });

  it('leaves the line with its caller, and nothing of it is looked at', async () => {
    const { analyze, first, letGo } = await full();
    const gone = new AbortController();
    const waiting = analyze({ ...callOf('bob'), signal: gone.signal }, 1);
    gone.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    letGo();
    await first;
    expect(journey.seen.calls).toBe(1);
  });

  it('keeps its photo although it waited', async () => {
    const { first, photo, letGo } = await full();
    const waiting = journey.service.analyze(callOf('bob'), { bytes: photo });
    letGo();
    await first;
    const { analysis_id } = await waiting;
    expect((await journey.records.analyses.head(analysis_id))?.imageKey).toBeTruthy();
  });
});

describe('boxes without an image', () => {
  const asked = (count: number, rules: number) => ({
    detections: boxes(count),
    size: SIZE,
    calibration: SCALE,
    extra_rules: drafts(rules, 1),
    store: false,
    use_cache: false,
  });

  /** Computes when the test says so, one after the other. */
  function held() {
    const begun: { go: () => void }[] = [];
    const computing: Computing = {
      async run(what, input) {
        if (what.name === 'judge') {
          const { promise, resolve } = Promise.withResolvers<void>();
          begun.push({ go: resolve });
          await promise;
        }
        return what.run(input);
      },
    };
    return { begun, computing };
  }

  it('take turns between callers where they take long', async () => {
    const { begun, computing } = held();
    const boxesGate = new AnalysisGate({ atOnce: () => 1, most: 100, limitMs: 60_000 });
    journey = openJourney({ boxesGate, computing, timeoutMs: 60_000 });
    const heavy = asked(12, 20);
    const ended: string[] = [];
    const ask = (name: string) =>
      journey.service.analyze(callOf(name), heavy).then(() => {
        ended.push(name);
      });
    const all = ['bob', 'bob', 'bob', 'bob'].map(ask);
    await expect.poll(() => begun.length).toBe(1);
    all.push(ask('alice'));
    const light = journey.service.analyze(callOf('carl'), asked(3, 2));
    await expect.poll(() => begun.length).toBe(2);
    // What is light goes beside them.
    begun[1]!.go();
    await light;
    expect(ended).toEqual([]);
    for (let n = 2; n <= 6; n += 1) {
      begun.at(-1)!.go();
      begun[0]!.go();
      if (n < 6) await expect.poll(() => begun.length).toBe(n + 1);
    }
    await Promise.all(all);
    expect(ended.indexOf('alice')).toBeLessThanOrEqual(2);
  });

  it('are refused at once where they would not be done in time, and told when', async () => {
    const { begun, computing } = held();
    const boxesGate = new AnalysisGate({ atOnce: () => 1, most: 4, limitMs: 60_000 });
    journey = openJourney({ boxesGate, computing, timeoutMs: 60_000 });
    const many = Array.from({ length: 8 }, () => journey.service.analyze(callOf('bob'), asked(12, 20)));
    const outcomes = Promise.allSettled(many);
    await expect.poll(() => counted('refused')).toBeGreaterThan(0);
    const timer = setInterval(() => {
      for (const { go } of begun) go();
    }, 5);
    const refused = (await outcomes).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    clearInterval(timer);
    expect(refused.length).toBeGreaterThan(0);
    for (const { code, retryAfterS } of refused) {
      expect(['RATE_001', 'SYSTEM_002']).toContain(code);
      expect(retryAfterS).toBeGreaterThan(0);
    }
  });
});

const counted = async (status: string) =>
  (await journey.metrics.analyses.get()).values.find(({ labels }) => labels.status === status)?.value ?? 0;
