import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePlan } from '../../../src/image/decode/plan.ts';
import { createImageIntake } from '../../../src/image/intake.ts';
import { googleVideo, insert } from '../phone-jpegs.ts';
import { pngChunk, refusal, testImage } from '../test-images.ts';
import { animatedWebp, flat, flatPng, manyScans, noise, packed, processorMs } from './support/poison.ts';

const intake = createImageIntake({ allowedRoots: [] });

describe('scans that hide in the data of another', () => {
  // Strays behind the data of a scan end it for a decoder; what follows them is no damage.
  it.each([
    ['behind a stray byte', '\x01'],
    ['behind a stuffed zero', '\xff\0'],
    ['behind a segment of unknown use', '\xff\xf0\0\x02\x01'],
  ])('are counted: %s', async (_, between) => {
    const error = await refusal(intake.fromBytes(await manyScans(256, 192, 5000, between)));
    expect(error).toMatchObject({ code: 'VALIDATION_005', message: expect.stringContaining('more than 40 scans') });
  });

  it('photos of progressive encoders have few', async () => {
    for (const options of [
      { progressive: true },
      { mozjpeg: true },
      { progressive: true, chromaSubsampling: '4:4:4' },
    ]) {
      const bytes = await noise(640, 480).jpeg(options).toBuffer();
      expect((await intake.fromBytes(bytes)).width).toBe(640);
    }
  });

  it('bytes of a video behind the image are no scans', async () => {
    const tail = Buffer.alloc(300, Buffer.from([0xff, 0xda]));
    const bytes = Buffer.concat([await testImage('jpeg'), googleVideo, tail]);
    expect((await intake.fromBytes(bytes)).width).toBe(64);
  });
});

describe('a decoder is not given', () => {
  it('what stands behind the end of a JPEG', async () => {
    const jpeg = await testImage('jpeg');
    expect(decodePlan(Buffer.concat([jpeg, googleVideo])).bytes.equals(jpeg)).toBe(true);
  });

  it('texts of a PNG, which it would unpack', async () => {
    const bytes = flatPng(64, 48, { bits: 8, type: 2, before: Array(60).fill(packed('zTXt', 60_000_000)) });
    let image: Awaited<ReturnType<typeof intake.fromBytes>> | undefined;
    const ms = await processorMs(async () => {
      image = await intake.fromBytes(bytes);
    });
    expect(image).toMatchObject({ width: 64, height: 48, bytes });
    expect(decodePlan(bytes).bytes.length).toBeLessThan(1000);
    expect(ms).toBeLessThan(200);
  });

  it('a second profile of a PNG', () => {
    const bytes = flatPng(64, 48, { bits: 8, type: 2, before: Array(5).fill(packed('iCCP', 1000)) });
    const kept = decodePlan(bytes).bytes.toString('latin1');
    expect(kept.split('iCCP')).toHaveLength(2);
  });

  it('the further frames of a WebP, through which it would go again and again', async () => {
    const bytes = await animatedWebp(16, 30_000);
    const ms = await processorMs(() => intake.fromBytes(bytes));
    expect(decodePlan(bytes).bytes.length).toBeLessThan(500);
    expect(ms).toBeLessThan(500);
  });
});

describe('the image stays', () => {
  const raw = (bytes: Buffer) => sharp(bytes).rotate().raw().toBuffer();
  const turned = async (format: 'jpeg' | 'png' | 'webp') => testImage(format, { orientation: 6 });
  it.each([
    ['a JPEG with a video behind it', async () => Buffer.concat([await turned('jpeg'), googleVideo])],
    ['a turned PNG with a text', async () => insert(await turned('png'), 33, pngChunk('tEXt', Buffer.from('a\0b')))],
    ['a turned WebP with an unknown chunk', async () => withUnknownChunk(await turned('webp'))],
    ['an animated WebP', () => animatedWebp(32, 3)],
    ['a PNG with a colour profile', () => flat(32, 32).withIccProfile('p3').png().toBuffer()],
  ])('%s', async (_, make) => {
    const bytes = await make();
    expect((await raw(decodePlan(bytes).bytes)).equals(await raw(bytes))).toBe(true);
  });

  it('and is the same file where there is nothing to leave out', async () => {
    for (const bytes of [await testImage('jpeg'), flatPng(8, 8, { bits: 8, type: 2 }), await testImage('webp')]) {
      expect(decodePlan(bytes).bytes.equals(bytes)).toBe(true);
    }
  });
});

function withUnknownChunk(webp: Buffer): Buffer {
  const bytes = Buffer.concat([webp, Buffer.from('NOTE\x04\0\0\0abcd', 'latin1')]);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  return bytes;
}
