import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lensFacts } from '../../src/image/exif.ts';
import { buildExif } from '../../src/image/exif-build.ts';
import type { LensFacts } from '../../src/image/lens-facts.ts';
import { exifBlock, type Tags } from './exif-block.ts';

const MAKE = 0x010f;
const SOFTWARE = 0x0131;
const MM = 0x920a;
const [PIXEL_X, PIXEL_Y] = [0xa002, 0xa003];
const [PLANE_X, PLANE_Y, PLANE_UNIT] = [0xa20e, 0xa20f, 0xa210];
const ZOOM = 0xa404;
const MM35 = 0xa405;
const plain: LensFacts = { mm35: 26, zoom: 1, fromLens: false, pixels: null, edited: false };
const read = (first: Tags, second: Tags) => lensFacts(exifBlock(first, second));

describe.each([false, true])('big endian: %s', (big) => {
  it('reads focal length, size, zoom and software', () => {
    const exif = exifBlock(
      { [MAKE]: 'samsung', [SOFTWARE]: 'Adobe Photoshop 25.1 (Windows)' },
      { [PIXEL_X]: 3000, [PIXEL_Y]: 4000, [ZOOM]: [2, 1], [MM35]: 26 },
      big,
    );
    expect(lensFacts(exif)).toEqual({ mm35: 26, zoom: 2, fromLens: false, pixels: [4000, 3000], edited: true });
  });
});

describe('what a file says of its lens', () => {
  it('a camera that writes its version is no editor', () =>
    expect(read({ [SOFTWARE]: '17.1.2' }, { [MM35]: 26 })).toEqual(plain));

  it('the size of the sensor stands in for the equivalent: Canon EOS 400D, 22.2 x 14.8 mm', () => {
    const tags = {
      [MM]: [35, 1],
      [PIXEL_X]: 3888,
      [PIXEL_Y]: 2592,
      [PLANE_X]: [3888000, 877],
      [PLANE_Y]: [2592000, 582],
    };
    const facts = read({}, { ...tags, [PLANE_UNIT]: 2 } as Tags)!;
    expect(facts.fromLens).toBe(true);
    expect(facts.mm35).toBeCloseTo(35 * 1.6, -1);
    expect(read({}, { ...tags, [PLANE_UNIT]: 9 } as Tags)).toBeNull();
  });

  it("Apple's tag holds the digital zoom, and nonsense in it is seen: 177 mm of a lens of 28", () => {
    const phone = (mm: readonly [number, number], second: Tags) => read({ [MAKE]: 'Apple' }, { [MM]: mm, ...second });
    expect(phone([399, 100], { [MM35]: 55, [ZOOM]: [1951, 1000] })).toEqual({ ...plain, mm35: 55 });
    expect(phone([399, 100], { [MM35]: 177 })).toEqual({ ...plain, mm35: 28, fromLens: true });
    expect(phone([6, 1], {})).toEqual({ ...plain, mm35: 52, fromLens: true });
    expect(phone([77, 1], { [MM35]: 26 })).toEqual(plain);
  });

  it.each([
    ['a focal length of 0', { [MM35]: 0 }],
    ['a lens without its sensor', { [MM]: [35, 1] }],
    ['a fraction by zero', { [MM]: [4, 0], [PLANE_X]: [1, 0], [PLANE_Y]: [1, 0] }],
    ['nothing', {}],
  ] as [string, Tags][])('%s tells nothing', (_, tags) => expect(read({}, tags)).toBeNull());

  it('never throws and never invents, whatever is damaged', () => {
    const whole = exifBlock(
      { [MAKE]: 'Apple', [SOFTWARE]: 'GIMP 2.10' },
      { [MM]: [425, 100], [PIXEL_X]: 4000, [PIXEL_Y]: 3000, [ZOOM]: [3, 2], [MM35]: 26 },
    );
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(whole.length),
        (at, value, length) => {
          const damaged = Buffer.from(whole);
          damaged[at] = value;
          for (const exif of [damaged, whole.subarray(0, length)]) {
            const facts = lensFacts(exif);
            if (facts !== null) expect(facts.mm35 >= 3 && facts.mm35 <= 100_000 && facts.zoom >= 1).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is what is kept of it without the rest of the metadata', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 300 }),
        fc.constantFrom(1, 1.25, 2.5),
        fc.option(fc.tuple(fc.integer({ min: 500, max: 9000 }), fc.integer({ min: 100, max: 500 }))),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        (mm35, zoom, pixels, edited, orientation) => {
          const lens = { mm35, zoom, pixels, edited, fromLens: false };
          expect(lensFacts(buildExif({ orientation, lens })!)).toEqual(lens);
          if (pixels === null) return;
          const measured = { ...lens, mm35: mm35 + 0.37, zoom: 1, fromLens: true };
          const kept = lensFacts(buildExif({ orientation, lens: measured })!);
          expect(kept).toEqual({ ...measured, mm35: expect.closeTo(measured.mm35, 3) });
        },
      ),
    );
  });
});
