import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Records } from '../../src/ports/records.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { callOf, localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

let folder: string;
let asked: string[];
let journey: ReturnType<typeof openJourney>;
let bytes: Buffer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'h200-finished-'));
  asked = [];
  journey = openJourney({ store: { folder, records: watched(createSqliteRecords(':memory:')) } });
  bytes = await plainPhoto();
});
afterEach(async () => {
  vi.useRealTimers();
  await journey.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes down which analyses are read, and how. */
function watched(records: Records): Records {
  const { analyses } = records;
  const get: typeof analyses.get = (id) => {
    asked.push('get');
    return analyses.get(id);
  };
  const head: typeof analyses.head = (id) => {
    asked.push('head');
    return analyses.head(id);
  };
  return { ...records, analyses: { ...analyses, get, head } };
}

const analyze = (more: object = { bytes }, call = localCall) =>
  journey.service.analyze(call, { store: true, calibration: { mm_per_pixel: 1 }, ...more });

describe('an answer that this process read once', () => {
  it('is not read again, only looked for', async () => {
    const first = await analyze();
    await analyze();
    asked = [];
    const third = await analyze();
    expect(third).toEqual({ ...first, cached: true, processing_time_ms: third.processing_time_ms });
    expect(asked).toEqual(['head']);
  });

  it('is gone with its record, with the cache, and for who may not read it', async () => {
    const first = await analyze();
    await analyze();
    const ann = callOf('ann');
    const hers = await analyze({ bytes }, ann);
    expect(hers).toMatchObject({ cached: false });
    expect(hers.analysis_id).not.toBe(first.analysis_id);
    await journey.service.delete(localCall, first.analysis_id);
    const second = await analyze();
    expect(second.cached).toBe(false);
    expect(second.analysis_id).not.toBe(first.analysis_id);
    expect((await analyze()).cached).toBe(true);
    await journey.cache.clear();
    expect((await analyze()).cached).toBe(false);
  });

  it('cannot be changed by who gets it', async () => {
    await analyze();
    const second = await analyze();
    second.warnings.push('mine');
    expect(() => second.objects.pop()).toThrow(TypeError);
    expect((await analyze()).warnings).not.toContain('mine');
  });
});

describe('a picture that this process read once', () => {
  it('is not read again for an answer that is known, by its path and by the id of its analysis', async () => {
    const photo = join(folder, 'desk.jpg');
    writeFileSync(photo, bytes);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const { analysis_id } = await analyze({ image: photo });
    await analyze({ image: analysis_id });
    const read = vi.spyOn(journey.blobs, 'get');
    expect((await analyze({ image: analysis_id })).cached).toBe(true);
    expect((await analyze({ image: photo })).cached).toBe(true);
    expect(read).not.toHaveBeenCalled();
    expect((await analyze({ image: photo, context: 'kitchen' })).cached).toBe(false);
    writeFileSync(photo, await plainPhoto(640, 480, 10));
    expect((await analyze({ image: photo })).cached).toBe(false);
  });

  it('is not known to others by the id of its analysis, nor once that is deleted', async () => {
    const { analysis_id } = await analyze();
    const image = { image: analysis_id };
    await analyze(image);
    const ann = callOf('ann');
    await expect(analyze(image, ann)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    await journey.service.delete(localCall, analysis_id);
    await expect(analyze(image)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
  });
});
