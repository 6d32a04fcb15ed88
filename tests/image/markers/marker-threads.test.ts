import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MarkerThreads } from '../../../src/image/markers/marker-threads.ts';
import { createMarkerReader } from '../../../src/image/markers/read-markers.ts';
import { painted } from './painted.ts';

const NEVER = fileURLToPath(new URL('./never.ts', import.meta.url));
let threads: MarkerThreads;
afterEach(() => threads.close());

const grey = () => ({ data: new Uint8Array(64 * 64), width: 64, height: 64 });

describe('threads that look for tags', () => {
  it('start with the first picture', async () => {
    threads = new MarkerThreads();
    expect(threads.threads).toHaveLength(0);
    expect(await threads.run(grey())).toEqual([]);
    expect(threads.threads).toHaveLength(1);
  });

  it('are ended when they take too long, and the next picture gets another', async () => {
    threads = new MarkerThreads({ filename: NEVER, timeoutMs: 700 });
    await expect(threads.run(grey())).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    await expect(threads.run(grey())).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    await vi.waitFor(() => expect(threads.threads.length).toBeLessThanOrEqual(1), 5000);
  });

  it('are ended when the caller gives up', async () => {
    threads = new MarkerThreads({ filename: NEVER });
    const gone = new AbortController();
    const running = threads.run(grey(), gone.signal);
    setTimeout(() => gone.abort(new Error('gone')), 300);
    await expect(running).rejects.toThrow('gone');
  });

  it('take nothing after the end', async () => {
    threads = new MarkerThreads();
    await threads.close();
    threads.warm();
    await expect(threads.run(grey())).rejects.toMatchObject({ code: 'SYSTEM_001' });
  });
});

describe('readMarkers', () => {
  it('answers in pixels of the upright image, whatever size was looked at', async () => {
    threads = new MarkerThreads({ timeoutMs: 30_000 });
    const read = createMarkerReader(threads);
    const picture = painted({ paper: 'a4', tilt: 30, range: 800, turn: 15 });
    const raw = { raw: { width: picture.width, height: picture.height, channels: 1 } } as const;
    const bytes = await sharp(picture.data, raw).resize(2560, 1920).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const seen = (await read({ bytes, width: 1920, height: 2560 }))!;
    expect(seen.sigmaPx).toBeCloseTo(0.7, 2);
    expect(seen.tags).toHaveLength(6);
    for (const { id, corners } of seen.tags) {
      const own = picture.tags.find((t) => t.id === id)!.corners;
      // Turned to the right by a quarter.
      for (const [i, p] of corners.entries()) {
        expect(Math.abs(p.x - (1920 - 2 * own[i]!.y))).toBeLessThan(1.2);
        expect(Math.abs(p.y - 2 * own[i]!.x)).toBeLessThan(1.2);
      }
    }
  });

  it('throws what the decoder throws', async () => {
    threads = new MarkerThreads();
    const bytes = Buffer.from('no image at all');
    await expect(createMarkerReader(threads)({ bytes, width: 64, height: 64 })).rejects.toMatchObject({
      code: 'VALIDATION_005',
    });
  });
});
