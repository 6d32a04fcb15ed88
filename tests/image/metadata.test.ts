import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lensFacts } from '../../src/image/exif.ts';
import { buildExif } from '../../src/image/exif-build.ts';
import type { Image } from '../../src/image/image.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';

const SECRET = 'Photographed at 12 Secret Street';

async function testImage(format: 'jpeg' | 'png' | 'webp', orientation: number): Promise<Image> {
  const raw = Buffer.from(Array.from({ length: 40 * 24 * 3 }, (_, i) => (i * 37) % 251));
  const bytes = await sharp(raw, { raw: { width: 40, height: 24, channels: 3 } })
    .withExif({ IFD0: { Copyright: SECRET, ImageDescription: SECRET }, IFD2: { FocalLengthIn35mmFilm: '28' } })
    .withMetadata({ orientation })
    [format]()
    .toBuffer();
  const { exif, autoOrient } = await sharp(bytes).metadata();
  return { sha256: '', format, bytes, ...autoOrient, focal35mm: 28, lens: lensFacts(exif)!, label: 'test' };
}

const upright = (bytes: Buffer) => sharp(bytes).rotate().raw().toBuffer();

describe.each(['jpeg', 'png', 'webp'] as const)('%s', (format) => {
  it.each([1, 3, 6, 8])('keeps pixels and orientation %i, drops the rest', async (orientation) => {
    const image = await testImage(format, orientation);
    expect(image.bytes.includes(SECRET)).toBe(true);
    const clean = await withoutMetadata(image);
    expect(clean.includes(SECRET)).toBe(false);
    expect((await upright(clean)).equals(await upright(image.bytes))).toBe(true);
    const { exif, autoOrient } = await sharp(clean).metadata();
    expect(autoOrient).toEqual({ width: image.width, height: image.height });
    expect(lensFacts(exif)).toEqual(image.lens);
    expect(image.lens).toMatchObject({ mm35: 28 });
  });
});

it('drops what follows the end of a JPEG', async () => {
  const image = await testImage('jpeg', 1);
  // Phones append whole second images, each with its own EXIF and its own end marker.
  const bytes = Buffer.concat([image.bytes, Buffer.from(SECRET), image.bytes]);
  expect((await withoutMetadata({ ...image, bytes })).includes(SECRET)).toBe(false);
});

it('keeps every scan of a progressive JPEG', async () => {
  const image = await testImage('jpeg', 1);
  const bytes = await sharp(image.bytes).jpeg({ progressive: true }).keepExif().toBuffer();
  const clean = await withoutMetadata({ ...image, bytes });
  expect(clean.includes(SECRET)).toBe(false);
  expect((await upright(clean)).equals(await upright(bytes))).toBe(true);
});

it('builds nothing for an upright image without a focal length', () => {
  expect(buildExif({ orientation: 1, lens: null })).toBeNull();
});
