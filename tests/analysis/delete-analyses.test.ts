import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BATCH, deleteAnalyses } from '../../src/analysis/delete-analyses.ts';
import { createBus } from '../../src/events/bus.ts';
import { callOf, localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';
import { sampleAnalysis } from '../support/samples.ts';

const ann = callOf('ann');
const bob = callOf('bob');
const page = { limit: 50, offset: 0 };
const DAY_MS = 86_400_000;

let journey: ReturnType<typeof openJourney>;
let photo: Buffer;
beforeEach(async () => {
  journey = openJourney();
  photo = await plainPhoto();
});
afterEach(() => journey.close());

const analyze = async (ctx = ann, more: object = {}) =>
  (await journey.service.analyze(ctx, { bytes: photo, ...more })).analysis_id;
const images = async () => {
  const keys: string[] = [];
  for await (const key of journey.blobs.list({ prefix: '', olderThanMs: -DAY_MS })) keys.push(key);
  return keys;
};
/** Records without images. */
async function putMany(owner: string, count: number, daysAgo = 0) {
  for (let n = 0; n < count; n += 1) {
    const timestamp = new Date(Date.now() - daysAgo * DAY_MS - n).toISOString();
    const analysis = sampleAnalysis({ analysis_id: `ana_${owner}_${daysAgo}_${n}`, timestamp });
    await journey.records.analyses.put({ owner, analysis, imageKey: null, state: null });
  }
}

describe('deleting all', () => {
  it("takes all of one's own and nobody else's; a shared photo stays until its last analysis", async () => {
    for (const context of ['office', 'kitchen']) await analyze(ann, { context });
    const kept = await analyze(bob);
    expect(await images()).toHaveLength(1);
    expect(await journey.service.deleteAll(ann)).toEqual({ deleted: 2, remaining: 0, complete: true });
    expect((await journey.service.list(ann, page)).items).toEqual([]);
    await journey.service.annotatedImage(bob, kept);
    expect(await journey.service.deleteAll(bob)).toEqual({ deleted: 1, remaining: 0, complete: true });
    expect(await images()).toEqual([]);
    const told = journey.events.flatMap((e) =>
      e.type === 'analyses_deleted' ? [[e.owner, e.analysis_ids.length]] : [],
    );
    expect(told).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
  });

  it('can take the old ones only, and only count', async () => {
    await putMany('ann', 3, 10);
    await putMany('ann', 2, 1);
    await putMany('bob', 1, 10);
    const old = { olderThanDays: 5 };
    expect(await journey.service.deleteAll(ann, { ...old, dryRun: true })).toEqual({
      deleted: 3,
      remaining: 2,
      complete: true,
    });
    expect(await journey.records.analyses.count({})).toBe(6);
    expect(await journey.service.deleteAll(ann, old)).toEqual({ deleted: 3, remaining: 2, complete: true });
    expect(await journey.service.deleteAll(ann, old)).toEqual({ deleted: 0, remaining: 2, complete: true });
    expect(await journey.records.analyses.count({ owner: 'bob' })).toBe(1);
  });

  it('takes 5,000 in small transactions', async () => {
    await putMany('ann', 5000);
    const { removeMatching } = journey.records.analyses;
    const sizes: number[] = [];
    journey.records.analyses.removeMatching = async (filter, limit) => {
      const removed = await removeMatching(filter, limit);
      sizes.push(removed.length);
      return removed;
    };
    expect(await journey.service.deleteAll(ann)).toEqual({ deleted: 5000, remaining: 0, complete: true });
    expect(sizes).toEqual(Array(5000 / BATCH).fill(BATCH));
    expect(BATCH).toBeLessThanOrEqual(100);
  });

  it('ends the batch that was begun when the caller gives up, and no more', async () => {
    await putMany('ann', 3 * BATCH);
    const stop = new AbortController();
    const progress = vi.fn(() => stop.abort());
    const given = journey.service.deleteAll({ ...ann, signal: stop.signal, progress });
    await expect(given).rejects.toMatchObject({ code: 'ANALYSIS_006' });
    expect(progress.mock.calls).toEqual([[BATCH, 3 * BATCH, 'deleting']]);
    expect(await journey.records.analyses.count({ owner: 'ann' })).toBe(2 * BATCH);
  });

  it('says that it is not complete when the time is over', async () => {
    await journey.close();
    journey = openJourney({ timeoutMs: 30 });
    await putMany('ann', 2 * BATCH);
    const { removeMatching } = journey.records.analyses;
    journey.records.analyses.removeMatching = async (filter, limit) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return removeMatching(filter, limit);
    };
    expect(await journey.service.deleteAll(ann)).toEqual({ deleted: BATCH, remaining: BATCH, complete: false });
  });

  it('goes on past an image that cannot be removed, and says so in the end', async () => {
    await analyze();
    photo = await plainPhoto(640, 480, 30);
    await analyze();
    const [held] = await images();
    const { delete: remove } = journey.blobs;
    journey.blobs.delete = async (key, inUse) => {
      if (key === held) throw new Error('held');
      return remove(key, inUse);
    };
    await expect(journey.service.deleteAll(ann)).rejects.toThrow('held');
    expect(await images()).toHaveLength(1);
    expect(await journey.records.analyses.count({})).toBe(0);
  });
});

describe('a photo that is analysed while all analyses of it are deleted', () => {
  it.each([1, 2, 3])('stays with the analysis that is stored at question %i', async (question) => {
    await analyze();
    let finish = () => {};
    journey.seen.wait = new Promise((resolve) => {
      finish = resolve;
    });
    const late = analyze(bob, { use_cache: false });
    await vi.waitFor(() => expect(journey.seen.calls).toBe(2));
    const { imagesInUse } = journey.records.analyses;
    let asked = 0;
    journey.records.analyses.imagesInUse = async (keys) => {
      asked += 1;
      const answer = await imagesInUse(keys);
      if (asked === question) {
        finish();
        await late;
      }
      return answer;
    };
    await journey.service.deleteAll(ann);
    finish();
    await journey.service.annotatedImage(bob, await late);
    expect(await images()).toHaveLength(1);
  });
});

describe('the cached answer of a deleted analysis', () => {
  it.each([{}, { store: false }])('is gone, asked with %j', async (how) => {
    const id = await analyze();
    expect(await journey.service.analyze(ann, { bytes: photo, ...how })).toMatchObject({
      analysis_id: id,
      cached: true,
    });
    await journey.service.delete(ann, id);
    const next = await journey.service.analyze(ann, { bytes: photo, ...how });
    expect(next.cached).toBe(false);
    expect(next.analysis_id).not.toBe(id);
  });

  it('is nowhere in the cache: what is stored is read from where it is stored', async () => {
    const id = await analyze();
    const record = await journey.records.analyses.get(id);
    const changed = { ...record!.analysis, warnings: ['read from the store'] };
    const state = await journey.records.analyses.state(id);
    await journey.records.analyses.put({ ...record!, state, analysis: changed });
    expect((await journey.service.analyze(ann, { bytes: photo })).warnings).toContain('read from the store');
  });
});

it('deletes one, or says what would be', async () => {
  const id = await analyze(localCall);
  await analyze(localCall, { context: 'office' });
  expect(await journey.service.delete(localCall, id, { dryRun: true })).toEqual({
    deleted: 1,
    remaining: 1,
    complete: true,
  });
  await journey.service.get(localCall, id);
  expect(await journey.service.delete(localCall, id)).toEqual({ deleted: 1, remaining: 1, complete: true });
  await expect(journey.service.delete(localCall, id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
});

it('is told to nobody when nothing was deleted', async () => {
  const bus = createBus(() => {});
  const heard = vi.fn();
  bus.on(heard);
  expect(await deleteAnalyses({ ...journey, bus }, { owner: 'nobody' })).toBe(0);
  expect(heard).not.toHaveBeenCalled();
});
