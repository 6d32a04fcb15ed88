import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sweepImages } from '../../src/analysis/sweep-images.ts';
import { AppError } from '../../src/errors.ts';
import { placeOf } from '../../src/storage/disk/blob-folder.ts';
import { localCall } from '../support/caller.ts';
import { openJourney, plainPhoto } from '../support/journey.ts';

const HOUR = 3_600_000;

let journey: ReturnType<typeof openJourney>;
let photo: Buffer;
beforeEach(async () => {
  journey = openJourney();
  photo = await plainPhoto();
});
afterEach(() => journey.close());

/** An analysis whose image is stored and whose record is not. */
async function halfWay(context: string) {
  let finish = () => {};
  journey.seen.wait = new Promise((resolve) => {
    finish = resolve;
  });
  const stored = new Promise<string>((resolve) => {
    const { put } = journey.blobs;
    journey.blobs.put = async (...args) => {
      const size = await put(...args);
      journey.blobs.put = put;
      resolve(args[0]);
      return size;
    };
  });
  const analysis = journey.service.analyze(localCall, { bytes: photo, context });
  const key = await stored;
  return {
    key,
    async finish() {
      finish();
      return analysis;
    },
  };
}

const draw = (id: string) => journey.service.annotatedImage(localCall, id);
const setAge = (key: string, ms: number) => {
  const at = (Date.now() - ms) / 1000;
  utimesSync(placeOf(join(journey.folder, 'blobs'), key), at, at);
};

describe('an image that is deleted with one analysis while another one is being stored', () => {
  it('stays with the other one', async () => {
    const one = await journey.service.analyze(localCall, { bytes: photo });
    const other = await halfWay('office');
    await journey.service.delete(localCall, one.analysis_id);
    await expect(draw(one.analysis_id)).rejects.toMatchObject({ code: 'ANALYSIS_008' });
    await draw((await other.finish()).analysis_id);
  });

  it.each([
    ['before the image is out of sight', 1, 'after'],
    ['before it is asked for again', 2, 'before'],
    ['after it was asked for again', 2, 'after'],
  ])('stays when the other one is stored %s', async (_name, question, when) => {
    const one = await journey.service.analyze(localCall, { bytes: photo });
    const other = await halfWay('office');
    const { imagesInUse } = journey.records.analyses;
    let asked = 0;
    journey.records.analyses.imagesInUse = async (keys) => {
      asked += 1;
      if (asked === question && when === 'before') await other.finish();
      const answer = await imagesInUse(keys);
      if (asked === question && when === 'after') await other.finish();
      return answer;
    };
    await journey.service.delete(localCall, one.analysis_id);
    expect(asked).toBeGreaterThan(1);
    const { analysis_id } = await other.finish();
    await draw(analysis_id);
    await journey.service.delete(localCall, analysis_id);
    expect(await journey.blobs.stat(other.key)).toBeUndefined();
  });

  it('stays whatever the order', async () => {
    journey.seen.wait = null;
    let round = 0;
    const kept: string[] = [];
    await Promise.all(
      Array.from({ length: 6 }, async (_, n) => {
        for (let i = 0; i < 12; i += 1) {
          const context = `desk ${round++}`;
          const { analysis_id } = await journey.service.analyze(localCall, { bytes: photo, context });
          await draw(analysis_id);
          await sleep((i * 7 + n * 3) % 5);
          if (i < 11) await journey.service.delete(localCall, analysis_id);
          else kept.push(analysis_id);
        }
      }),
    );
    for (const id of kept) await draw(id);
    for (const id of kept) await journey.service.delete(localCall, id);
    const left: string[] = [];
    for await (const key of journey.blobs.list({ prefix: '', olderThanMs: -HOUR })) left.push(key);
    expect(left).toEqual([]);
  });
});

describe('an analysis that fails', () => {
  it('leaves no image behind', async () => {
    journey.seen.detections = null as never;
    const stored: string[] = [];
    const { put } = journey.blobs;
    journey.blobs.put = async (...args) => {
      stored.push(args[0]);
      return put(...args);
    };
    await expect(journey.service.analyze(localCall, { bytes: photo })).rejects.toThrow();
    expect(stored).toHaveLength(1);
    await expect.poll(() => journey.blobs.stat(stored[0]!)).toBeUndefined();
  });

  it('is in no list where nobody can say whether its image is still there, or it cannot be put again', async () => {
    const { stat, put } = journey.blobs;
    const gone = () => Promise.reject(new AppError('STORAGE_004'));
    journey.blobs.stat = gone;
    const unsure = await journey.service.analyze(localCall, { bytes: photo });
    journey.blobs.stat = async () => {
      journey.blobs.put = gone;
      return undefined;
    };
    const lost = await journey.service.analyze(localCall, { bytes: photo, context: 'office' });
    Object.assign(journey.blobs, { stat, put });
    for (const { stored, warnings } of [unsure, lost]) {
      expect(stored).toBe(false);
      expect(warnings[0]).toMatch(/^Not stored: .*\(STORAGE_004\)/);
    }
    expect(await journey.records.analyses.count({})).toBe(0);
  });

  it('leaves the image of another one', async () => {
    const { analysis_id } = await journey.service.analyze(localCall, { bytes: photo });
    journey.seen.detections = null as never;
    await expect(journey.service.analyze(localCall, { bytes: photo, use_cache: false })).rejects.toThrow();
    await sleep(50);
    await draw(analysis_id);
  });
});

describe('the sweep', () => {
  const sweep = (options: { limit?: number; signal?: AbortSignal } = {}) =>
    sweepImages(journey, { olderThanMs: HOUR, limit: 1000, ...options });
  const put = (key: string) => journey.blobs.put(key, Buffer.from(key), 'image/jpeg', { maxBytes: 100 });

  it('removes old images that no analysis refers to, and nothing else', async () => {
    const { analysis_id, image } = await journey.service.analyze(localCall, { bytes: photo });
    for (const key of ['image/old', 'image/young', 'export/old']) await put(key);
    for (const key of ['image/old', 'export/old', `image/${image.sha256}`]) setAge(key, HOUR + 60_000);
    setAge('image/young', HOUR - 60_000);
    expect(await sweep()).toBe(1);
    expect(await journey.blobs.stat('image/old')).toBeUndefined();
    expect(await journey.blobs.stat('image/young')).toBeDefined();
    expect(await journey.blobs.stat('export/old')).toBeDefined();
    await draw(analysis_id);
  });

  it('takes no image from an analysis that was asleep for longer than that', async () => {
    const late = await halfWay('office');
    setAge(late.key, 2 * HOUR);
    expect(await sweep()).toBe(1);
    await draw((await late.finish()).analysis_id);
  });

  it('looks at so many images and no more, and ends when it is stopped', async () => {
    for (let n = 0; n < 20; n += 1) {
      await put(`image/${n}`);
      setAge(`image/${n}`, 2 * HOUR);
    }
    expect(await sweep({ limit: 7 })).toBe(7);
    await expect(sweep({ signal: AbortSignal.abort(new Error('closing')) })).rejects.toThrow('closing');
    expect(await sweep()).toBe(13);
  });

  it('removes nothing when the records cannot be asked', async () => {
    await put('image/old');
    setAge('image/old', 2 * HOUR);
    const { imagesInUse } = journey.records.analyses;
    journey.records.analyses.imagesInUse = () => Promise.reject(new Error('locked'));
    await expect(sweep()).rejects.toThrow('locked');
    let asked = 0;
    journey.records.analyses.imagesInUse = async (keys) => {
      asked += 1;
      if (asked > 2) throw new Error('locked');
      return imagesInUse(keys);
    };
    await expect(sweep()).rejects.toThrow('locked');
    expect(await journey.blobs.stat('image/old')).toBeDefined();
  });
});
