import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { lensFacts } from '../../src/image/exif.ts';
import { createImageIntake } from '../../src/image/intake.ts';

/** A TIFF block with one pointer to an Exif directory that holds the focal length. */
function block({ big = false, type = 3, count = 1, focal = 28, pointer = 26, prefix = true } = {}): Buffer {
  const tiff = Buffer.alloc(44);
  const u16 = (value: number, at: number) => (big ? tiff.writeUInt16BE(value, at) : tiff.writeUInt16LE(value, at));
  const u32 = (value: number, at: number) => (big ? tiff.writeUInt32BE(value, at) : tiff.writeUInt32LE(value, at));
  tiff.write(big ? 'MM\0*' : 'II*\0', 'latin1');
  u32(8, 4);
  u16(1, 8);
  u16(0x8769, 10);
  u16(4, 12);
  u32(1, 14);
  u32(pointer, 18);
  u16(1, 26);
  u16(0xa405, 28);
  u16(type, 30);
  u32(count, 32);
  if (type === 4) u32(focal, 36);
  else u16(focal, 36);
  return prefix ? Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]) : tiff;
}

const focalLength35mm = (exif: Buffer | undefined) => lensFacts(exif)?.mm35 ?? null;

describe('the stated focal length', () => {
  it.each([
    ['little endian', block(), 28],
    ['big endian', block({ big: true }), 28],
    ['without the Exif prefix', block({ prefix: false }), 28],
    ['as a long number', block({ type: 4, focal: 75 }), 75],
    ['as a long number, big endian', block({ type: 4, focal: 75, big: true }), 75],
    ['0, which means unknown', block({ focal: 0 }), null],
    ['absurd', block({ focal: 60_000 }), null],
    ['of a wrong type', block({ type: 2 }), null],
    ['of a wrong count', block({ count: 2 }), null],
    ['behind a pointer out of the block', block({ pointer: 0xfffffff0 }), null],
    ['behind a pointer to the last byte', block({ pointer: 43 }), null],
    ['behind a pointer to itself', block({ pointer: 8 }), null],
    ['empty', Buffer.alloc(0), null],
    ['header only', Buffer.from('II*\0', 'latin1'), null],
    ['no EXIF at all', undefined, null],
  ])('%s', (_, exif, wanted) => expect(focalLength35mm(exif)).toBe(wanted));

  it('never throws and never invents a length, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (noise, little) => {
        const exif = Buffer.concat([Buffer.from(little ? 'II*\0' : 'MM\0*', 'latin1'), noise]);
        const focal = focalLength35mm(exif);
        return focal === null || (focal >= 3 && focal <= 2000);
      }),
      { numRuns: 3000 },
    );
    const whole = block();
    for (let length = 0; length < whole.length - 7; length += 1) {
      expect(focalLength35mm(whole.subarray(0, length))).toBeNull();
    }
  });
});

describe.each(['jpeg', 'png', 'webp'] as const)('%s', (format) => {
  it('hands its focal length to the image', async () => {
    const bytes = await sharp({ create: { width: 80, height: 60, channels: 3, background: 'red' } })
      .withExif({ IFD2: { FocalLengthIn35mmFilm: '26' } })
      .toFormat(format)
      .toBuffer();
    const image = await createImageIntake({ allowedRoots: [] }).fromBytes(bytes);
    expect(image).toMatchObject({ focal35mm: 26, focalTrust: { sigma: 0.03, basis: 'stated' } });
    expect(image.lens).toEqual({ mm35: 26, zoom: 1, fromLens: false, pixels: [80, 60], edited: false });
  });
});
