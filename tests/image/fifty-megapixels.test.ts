import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readImage } from '../../src/analysis/stored-image.ts';
import type { Detection } from '../../src/contract/detection.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { toImage } from '../../src/vision/detect/letterbox.ts';
import { resizeImage } from '../../src/vision/detect/resized-image.ts';
import { localCall } from '../support/caller.ts';
import { openJourney } from '../support/journey.ts';
import { samsungVideo } from './phone-jpegs.ts';

const folder = mkdtempSync(join(tmpdir(), 'h200-large-'));
const file = join(folder, 'IMG_0001.JPG');
const intake = createImageIntake({ allowedRoots: [folder] });
/** In the upright image of 6144 x 8192. */
const MUG = [4200, 7000, 5200, 7800] as const;
let photo: Buffer;

/** A phone's photo held upright: stored lying, with some noise, and a motion video behind it: over 10 MB. */
beforeAll(async () => {
  const { data, info } = await sharp({
    create: {
      width: 1024,
      height: 768,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 90, sigma: 12 },
    },
  })
    .resize(8192, 6144, { kernel: 'cubic' })
    .composite([
      {
        input: { create: { width: 800, height: 1000, channels: 3, background: '#fff' } },
        left: 7000,
        top: 6144 - 5200,
      },
    ])
    .withExif({ IFD2: { FocalLengthIn35mmFilm: '24' } })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 90 })
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([8192, 6144]);
  photo = Buffer.concat([data, Buffer.alloc(Math.max(0, 12_000_000 - data.length), 'free'), samsungVideo]);
  writeFileSync(file, photo);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Box of the bright pixels. */
function bright(pixels: Uint8Array, width: number): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, 0, 0];
  for (let i = 0; i < pixels.length / 3; i += 1) {
    if (pixels[3 * i]! < 170) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x + 1);
    box[3] = Math.max(box[3], y + 1);
  }
  return box;
}

describe('a photo of 50 megapixels and more than 10 MB', () => {
  it('is taken as it is, in its own upright pixels', async () => {
    const image = await intake.open(file);
    expect(image).toMatchObject({ width: 6144, height: 8192, focal35mm: 24 });
    expect(image.bytes.equals(photo)).toBe(true);
    expect(image.warnings).toEqual([expect.stringContaining('a video')]);
  });

  it.each([416, 640, 1067])('scaled to %i pixels, a thing lies where it lies in the photo', async (size) => {
    const image = await intake.open(file);
    const kept = { ...image, bytes: await withoutMetadata(image) };
    for (const source of [image, kept]) {
      const { pixels, fit } = await resizeImage(source, { size, fit: 'letterbox-centre' });
      const [x1, y1, x2, y2] = bright(pixels, fit.width);
      const found = toImage([x1 + fit.padX, y1 + fit.padY, x2 + fit.padX, y2 + fit.padY], fit);
      for (const [i, edge] of found.entries()) expect(Math.abs(edge - MUG[i]!)).toBeLessThan((1.2 * 8192) / size);
    }
  });

  it('goes through the whole journey', async () => {
    const detections: Detection[] = [{ class: 'mug', confidence: 0.9, bbox: [...MUG] }];
    const journey = openJourney({ detections, timeoutMs: 30_000 });
    const analysis = await journey.service.analyze(localCall, { bytes: photo, calibration: { mm_per_pixel: 0.1 } });
    expect(analysis.image).toMatchObject({ width: 6144, height: 8192 });
    expect(analysis.detections[0]).toMatchObject({ bbox: [...MUG], position: { x: 4700 } });
    const again = await intake.fromBytes((await readImage(journey, `image/${analysis.image.sha256}`))!);
    expect(again).toMatchObject({ width: 6144, height: 8192, focal35mm: 24 });
    const annotated = await journey.service.annotatedImage(localCall, analysis.analysis_id, {
      maxSize: 1600,
      maxBytes: 200_000,
    });
    expect(Math.max(annotated.width, annotated.height)).toBeLessThanOrEqual(1600);
    expect(analysis.warnings).toContainEqual(expect.stringContaining('a video'));
    const known = await journey.service.analyze(localCall, { bytes: photo, calibration: { mm_per_pixel: 0.1 } });
    expect(known.cached).toBe(true);
    expect(known.warnings).toEqual(analysis.warnings);
    await journey.close();
  });

  it('takes far less memory than all its pixels, which are 151 MB', async () => {
    const small = join(folder, 'small.jpg');
    writeFileSync(
      small,
      await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } })
        .jpeg()
        .toBuffer(),
    );
    const source = (path: string) => JSON.stringify(resolve(import.meta.dirname, '../../src', path));
    const peakOf = (name: string) => {
      const script = `
        import { createImageIntake } from ${source('image/intake.ts')};
        import { withoutMetadata } from ${source('image/metadata.ts')};
        import { resizeImage } from ${source('vision/detect/resized-image.ts')};
        const image = await createImageIntake({ allowedRoots: [${JSON.stringify(folder)}] }).open(${JSON.stringify(name)});
        await withoutMetadata(image);
        await resizeImage(image, { size: 640, fit: 'stretch' });
        process.stdout.write(String(process.resourceUsage().maxRSS));`;
      const peak = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
      return Number(peak) / 1024;
    };
    const base = peakOf(small);
    expect(base).toBeGreaterThan(0);
    // The file itself is held, and once more without its metadata.
    expect(peakOf(file) - base).toBeLessThan(130);
  });
});
