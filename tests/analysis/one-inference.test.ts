import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let journey: ReturnType<typeof openJourney>;
let bytes: Buffer;
beforeEach(async () => {
  journey = openJourney();
  bytes = await plainPhoto();
});
afterEach(() => journey.close());

const analyze = (more: object = {}, signal?: AbortSignal) =>
  journey.service.analyze({ ...localCall, ...(signal && { signal }) }, { bytes, store: true, ...more });
const wait = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  journey.seen.wait = promise;
  return resolve;
};

describe('the same image at the same time', () => {
  it('is looked at once and stored once for 100 who ask the same', async () => {
    const go = wait();
    const all = Array.from({ length: 100 }, () => analyze());
    await expect.poll(() => journey.seen.calls).toBe(1);
    go();
    const answers = await Promise.all(all);
    expect(journey.seen.calls).toBe(1);
    expect(new Set(answers.map(({ analysis_id }) => analysis_id)).size).toBe(1);
    expect(answers.filter(({ cached }) => !cached)).toHaveLength(1);
    expect(await journey.service.count(localCall)).toBe(1);
    const { cache } = await journey.metrics.snapshot();
    expect(cache).toMatchObject({ hits: 99, misses: 1 });
  });

  it('is looked at once for different questions, each with its own answer', async () => {
    const go = wait();
    const all = [analyze(), analyze({ context: 'office' }), analyze({ strategy: 'balanced' })];
    await expect.poll(() => journey.seen.calls).toBe(1);
    go();
    const answers = await Promise.all(all);
    expect(journey.seen.calls).toBe(1);
    expect(new Set(answers.map(({ analysis_id }) => analysis_id)).size).toBe(3);
    expect(answers.every(({ cached }) => !cached)).toBe(true);
  });

  it('is looked at for who waits, when the first gives up', async () => {
    const go = wait();
    const leaver = new AbortController();
    const first = analyze({}, leaver.signal);
    await expect.poll(() => journey.seen.calls).toBe(1);
    const others = [analyze(), analyze()];
    leaver.abort();
    await expect(first).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    await expect.poll(() => journey.seen.calls).toBe(2);
    go();
    for (const one of others) expect((await one).objects).toHaveLength(2);
    expect(journey.seen.calls).toBe(2);
  });

  it('fails for nobody else when one fails', async () => {
    const broken = Promise.withResolvers<void>();
    journey.seen.wait = broken.promise;
    const all = [analyze(), analyze(), analyze()];
    await expect.poll(() => journey.seen.calls).toBe(1);
    broken.reject(new Error('the model broke'));
    const failed = await Promise.allSettled(all);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    journey.seen.wait = null;
    expect((await analyze()).objects).toHaveLength(2);
  });
});

describe('an image that was looked at', () => {
  it('is not looked at again when the rules change, and is with another threshold or without the cache', async () => {
    await analyze();
    const reading = await journey.rules.read(localCall, { text: 'Keep mugs at least 10 cm away from laptops' });
    if (!reading.ok) throw new Error('no rule');
    await journey.rules.create(localCall, reading.draft);
    const second = await analyze();
    expect([second.cached, second.rules.length, journey.seen.calls]).toEqual([false, 1, 1]);
    await analyze({ threshold: 0.4 });
    // The same number, but for every class.
    expect(journey.seen.calls).toBe(2);
    await analyze({ use_cache: false });
    expect(journey.seen.calls).toBe(3);
  });

  it('is looked at again once its analysis was deleted', async () => {
    const { analysis_id } = await analyze();
    await journey.service.delete(localCall, analysis_id);
    await analyze();
    expect(journey.seen.calls).toBe(2);
  });
});
