import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { readPixels } from '../../src/image/pixels.ts';
import {
  googleVideo,
  insert,
  oddScanHeader,
  samsungVideo,
  segment,
  segmentAt,
  withRestarts,
  withThumbnail,
} from './phone-jpegs.ts';
import { pngChunk, refusal, testImage } from './test-images.ts';

const intake = createImageIntake({ allowedRoots: [] });
const ascii = (text: string) => Buffer.from(text, 'latin1');
let plain: Buffer;
let progressive: Buffer;

beforeAll(async () => {
  plain = await testImage('jpeg', { width: 200, height: 150 });
  progressive = await sharp(plain).jpeg({ progressive: true }).toBuffer();
});

/** As a browser decodes: complaints of the decoder are no damage. */
const pixels = (bytes: Buffer) => sharp(bytes, { failOn: 'error' }).rotate().raw().toBuffer();
const tables = (bytes: Buffer) => segmentAt(bytes, 0xc4);

describe('what a browser shows is taken', () => {
  const ODD: readonly (readonly [string, () => Buffer | Promise<Buffer>, RegExp | null])[] = [
    [
      "Samsung's motion photo",
      () => Buffer.concat([plain, samsungVideo]),
      /a video, as motion photos do \(\d+ bytes\)/,
    ],
    ["Google's motion photo", () => Buffer.concat([plain, googleVideo]), /a video/],
    ['a brightness map with a video behind it', () => Buffer.concat([plain, plain, googleVideo]), /a video/],
    ['a brightness map', () => Buffer.concat([plain, plain]), /a further image/],
    ["a maker's trailer", () => Buffer.concat([plain, ascii('SEFHk\0\0\0SEFT')]), /other data/],
    ['a trailer of 2 MB', () => Buffer.concat([plain, Buffer.alloc(2_000_000, 'ab')]), /2\.0 MB/],
    ['zeros behind the end', () => Buffer.concat([plain, Buffer.alloc(5000)]), null],
    ['a zero before a segment', () => insert(plain, tables(plain), [0]), /lie 1 byte that belongs to none/],
    ['zeros before a segment', () => insert(plain, tables(plain), [0, 0, 0]), /lie 3 bytes that belong/],
    ['zeros before the scan', () => insert(plain, segmentAt(plain, 0xda), [0, 0]), /2 bytes/],
    ['strays before a segment', () => insert(plain, tables(plain), ascii('stray')), /5 bytes/],
    ['a stuffed zero before a segment', () => insert(plain, tables(plain), [0xff, 0]), /2 bytes/],
    ['fill bytes before a segment', () => insert(plain, tables(plain), [0xff, 0xff, 0xff]), null],
    ['fill bytes before the end', () => insert(plain, plain.length - 2, [0xff, 0xff]), null],
    ['zeros before the end', () => insert(plain, plain.length - 2, [0, 0]), null],
    ['an odd scan header', () => oddScanHeader(plain), /header with odd values/],
    ['restarts', () => withRestarts([]), null],
    ['fill bytes before each restart', () => withRestarts([0xff, 0xff, 0xff]), null],
    ['zeros before each restart', () => withRestarts([0, 0]), null],
    ['a stuffed zero before each restart', () => withRestarts([0xff, 0]), null],
    ['a thumbnail', () => withThumbnail(plain, progressive), null],
    [
      'strays between the scans',
      () => insert(progressive, progressive.lastIndexOf(Buffer.from([0xff, 0xc4])), [0]),
      null,
    ],
  ];

  it.each(ODD)('%s', async (_, make, warning) => {
    const bytes = await make();
    const image = await intake.fromBytes(bytes);
    if (warning === null) expect(image.warnings).toBeUndefined();
    else expect(image.warnings).toEqual([expect.stringMatching(warning)]);
    const kept = await withoutMetadata(image);
    expect((await pixels(kept)).equals(await pixels(bytes))).toBe(true);
    expect(kept.length).toBeLessThan(bytes.length + 1);
    const again = await intake.fromBytes(kept);
    expect([again.width, again.height]).toEqual([image.width, image.height]);
    expect((await readPixels(bytes, (p) => p.raw().toBuffer())).flaw).toBeNull();
  });

  it('padding before restarts changes no pixel, though the decoder complains', async () => {
    const whole = await pixels(await withRestarts([]));
    for (const padding of [
      [0xff, 0xff],
      [0, 0],
      [0xff, 0],
    ]) {
      expect((await pixels(await withRestarts(padding))).equals(whole)).toBe(true);
    }
    await expect(
      sharp(await withRestarts([0, 0]))
        .raw()
        .toBuffer(),
    ).rejects.toThrow(/extraneous bytes before marker/);
  });

  it('several at once, each with its warning', async () => {
    const bytes = Buffer.concat([oddScanHeader(insert(plain, tables(plain), [0])), samsungVideo]);
    expect((await intake.fromBytes(bytes)).warnings).toHaveLength(3);
  });

  it.each(['png', 'webp'] as const)('a trailer behind a %s', async (format) => {
    const bytes = Buffer.concat([await testImage(format), googleVideo]);
    expect((await intake.fromBytes(bytes)).warnings).toEqual([expect.stringContaining('a video')]);
  });

  it('a PNG with a text whose checksum is wrong', async () => {
    const text = pngChunk('tEXt', ascii('a\0b'));
    text[text.length - 1]! ^= 1;
    const bytes = insert(await testImage('png'), 33, text);
    expect((await intake.fromBytes(bytes)).width).toBe(64);
    expect((await readPixels(bytes, (p) => p.raw().toBuffer())).flaw).toBeNull();
  });

  it('names nothing in a plain image', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      expect(await intake.fromBytes(await testImage(format))).not.toHaveProperty('warnings');
    }
  });
});

describe('what is kept of a JPEG', () => {
  it.each([
    ['the thumbnail in the head of the file', (b: Buffer) => withThumbnail(b, Buffer.from('SECRET'))],
    ['a thumbnail of the JFIF extension', (b: Buffer) => insert(b, 2, segment(0xe0, ascii('JFXX\0\x10SECRET')))],
    ['the index of further images', (b: Buffer) => insert(b, 2, segment(0xe2, ascii('MPF\0SECRET')))],
    ['a video behind the end', (b: Buffer) => Buffer.concat([b, googleVideo, ascii('SECRET')])],
    ['strays between segments', (b: Buffer) => insert(b, tables(b), ascii('SECRET'))],
    [
      'a comment between the scans',
      (b: Buffer) => insert(b, b.lastIndexOf(Buffer.from([0xff, 0xc4])), segment(0xfe, ascii('SECRET'))),
    ],
  ])('is not %s', async (_, make) => {
    const image = await intake.fromBytes(make(progressive));
    expect(image.bytes.includes('SECRET')).toBe(true);
    const kept = await withoutMetadata(image);
    expect(kept.includes('SECRET')).toBe(false);
    expect((await pixels(kept)).equals(await pixels(progressive))).toBe(true);
  });
});

describe('damaged pixels', () => {
  const DAMAGES: readonly (readonly [string, (scan: Buffer) => void])[] = [
    ['a run of wrong bytes', (scan) => scan.fill(0xfe, 0, 3000)],
    ['a code that is none', (scan) => scan.set([0xff, 0x3c])],
    ['a segment that is none', (scan) => scan.set([0xff, 0xe5])],
    ['a restart that is none', (scan) => scan.set([0xff, 0xd3])],
  ];
  it.each(DAMAGES)('%s: read with a flaw that is named', async (_, damage) => {
    const bytes = Buffer.from(plain);
    damage(bytes.subarray(segmentAt(bytes, 0xda) + 3000));
    const image = await intake.fromBytes(bytes);
    const { result, flaw } = await readPixels(image.bytes, (p) => p.raw().toBuffer());
    expect(result).toHaveLength(200 * 150 * 3);
    expect(flaw).toContain('damaged in places');
  });

  it('an image that was cut off stays refused', async () => {
    const cut = plain.subarray(0, plain.length - 1000);
    expect((await refusal(readPixels(cut, (p) => p.raw().toBuffer()))).code).toBe('VALIDATION_005');
    expect((await refusal(intake.fromBytes(Buffer.from(cut)))).code).toBe('VALIDATION_005');
  });
});
