import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { annotateImage } from '../../src/annotate/draw.ts';
import { ANNOTATED } from '../../src/annotate/mark.ts';
import { refusal } from '../image/test-images.ts';
import { DESK, DESK_VERDICTS, move, scene } from './scenes.ts';

async function photo(width: number, height: number, background = '#808080') {
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  return { bytes, width, height };
}
/** Noise does not compress: the worst case for the byte limit. */
async function noise(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0, seed = 1; i < pixels.length; i += 1) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    pixels[i] = seed >>> 24;
  }
  return {
    bytes: await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg()
      .toBuffer(),
    width,
    height,
  };
}
const LIMITS = { maxSize: 1600, maxBytes: 200_000 };
const MOVES = [move('mug-1')];

async function count(bytes: Buffer, isWanted: (r: number, g: number, b: number) => boolean): Promise<number> {
  const pixels = await sharp(bytes).raw().toBuffer();
  let found = 0;
  for (let i = 0; i < pixels.length; i += 3) if (isWanted(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!)) found += 1;
  return found;
}
const red = (r: number, g: number, b: number) => r > 200 && g < 120 && b < 120;
const cyan = (r: number, g: number, b: number) => r < 110 && g > 150 && b > 200;

describe('annotateImage', () => {
  it.each(['#ffffff', '#000000', '#808080'])('shows verdicts and moves on a photo of %s', async (background) => {
    const annotated = await annotateImage(await photo(800, 600, background), DESK, DESK_VERDICTS, MOVES, LIMITS);
    expect(await count(annotated.bytes, red)).toBeGreaterThan(2000);
    expect(await count(annotated.bytes, cyan)).toBeGreaterThan(1000);
    const plain = await annotateImage(await photo(800, 600, background), scene([]), [], [], LIMITS);
    expect(await count(plain.bytes, red)).toBe(0);
  });

  it('says its true size and form', async () => {
    for (const format of ['jpeg', 'webp', 'png'] as const) {
      const annotated = await annotateImage(await photo(800, 600), DESK, DESK_VERDICTS, MOVES, { ...LIMITS, format });
      const metadata = await sharp(annotated.bytes).metadata();
      expect(metadata).toMatchObject({ format, width: annotated.width, height: annotated.height });
      expect(annotated.contentType).toBe(`image/${format}`);
    }
  });

  it.each([
    [4000, 3000, 1600],
    [3000, 4000, 1600],
    [640, 480, 600],
    [100, 80, 4000],
    [2000, 40, 1000],
    [40, 2000, 1000],
    [1, 1, 1600],
  ])('%i x %i fits into %i px', async (width, height, maxSize) => {
    const annotated = await annotateImage(await photo(width, height), DESK, DESK_VERDICTS, MOVES, {
      ...LIMITS,
      maxSize,
    });
    expect(Math.max(annotated.width, annotated.height)).toBeLessThanOrEqual(maxSize);
    expect(annotated.bytes.length).toBeLessThanOrEqual(200_000);
  });

  it('enlarges a small photo so that the text can be read', async () => {
    expect((await annotateImage(await photo(100, 80), DESK, [], [], LIMITS)).width).toBe(960);
  });

  it('loses quality first, then size', async () => {
    const image = await noise(800, 600);
    const free = await annotateImage(image, DESK, DESK_VERDICTS, MOVES, { maxSize: 800, maxBytes: 10_000_000 });
    const less = await annotateImage(image, DESK, DESK_VERDICTS, MOVES, {
      maxSize: 800,
      maxBytes: free.bytes.length - 1,
    });
    expect([less.width, less.bytes.length < free.bytes.length]).toEqual([free.width, true]);
    const small = await annotateImage(image, DESK, DESK_VERDICTS, MOVES, { maxSize: 800, maxBytes: 100_000 });
    expect(small.bytes.length).toBeLessThanOrEqual(100_000);
    expect(small.width).toBeLessThan(800);
    for (const format of ['png', 'webp'] as const) {
      const other = await annotateImage(image, DESK, [], [], { ...LIMITS, format });
      expect(other.bytes.length).toBeLessThanOrEqual(200_000);
    }
  });

  it('ends at a least size when the limit cannot be met', async () => {
    const annotated = await annotateImage(await noise(600, 450), DESK, [], [], { maxSize: 600, maxBytes: 100 });
    expect(annotated.width).toBeGreaterThanOrEqual(200);
  });

  it('turns the photo upright and drops its metadata', async () => {
    // Stored lying on its side: what is blue on the left belongs on top.
    const blue = await sharp({ create: { width: 300, height: 800, channels: 3, background: '#0000ff' } })
      .png()
      .toBuffer();
    const bytes = await sharp({ create: { width: 600, height: 800, channels: 3, background: '#888' } })
      .composite([{ input: blue, left: 0, top: 0 }])
      .withExif({ IFD0: { Copyright: 'somebody' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const annotated = await annotateImage({ bytes, width: 800, height: 600 }, scene([]), [], [], LIMITS);
    const metadata = await sharp(annotated.bytes).metadata();
    // Nothing but what it is.
    expect(metadata.exif?.includes('somebody')).toBe(false);
    expect(metadata.exif?.includes(ANNOTATED)).toBe(true);
    const right = Math.floor(annotated.width * 0.8);
    for (const [y, isBlue] of [
      [0.1, true],
      [0.7, false],
    ] as const) {
      const top = Math.floor(annotated.height * y);
      const spot = await sharp(annotated.bytes).extract({ left: right, top, width: 1, height: 1 }).raw().toBuffer();
      expect(spot[2]! > 200 && spot[0]! < 50).toBe(isBlue);
    }
  });

  it.each([
    ['grey', (s: Sharp) => s.greyscale().toColourspace('b-w').png()],
    ['transparent', (s: Sharp) => s.ensureAlpha(0.3).png()],
    ['CMYK', (s: Sharp) => s.toColourspace('cmyk').jpeg()],
    ['16 bits', (s: Sharp) => s.toColourspace('rgb16').png()],
  ])('draws in colour on a %s photo', async (_, form) => {
    const bytes = await form(sharp((await photo(800, 600)).bytes)).toBuffer();
    const annotated = await annotateImage({ bytes, width: 800, height: 600 }, DESK, DESK_VERDICTS, MOVES, LIMITS);
    expect(await count(annotated.bytes, red)).toBeGreaterThan(2000);
  });

  it('refuses a damaged photo with a catalogue error', async () => {
    const { bytes } = await noise(400, 300);
    const cut = bytes.subarray(0, bytes.length / 2);
    const error = await refusal(annotateImage({ bytes: cut, width: 400, height: 300 }, DESK, [], [], LIMITS));
    expect(error.code).toBe('VALIDATION_005');
  });
});
