import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { focalLengthOf } from '../../src/image/focal-length.ts';
import { type LensFacts, MM35_DIAGONAL } from '../../src/image/lens-facts.ts';

const facts = (rest: Partial<LensFacts> = {}): LensFacts => ({
  mm35: 26,
  zoom: 1,
  fromLens: false,
  pixels: [4032, 3024],
  edited: false,
  ...rest,
});
const of = (width: number, height: number, rest: Partial<LensFacts> = {}) =>
  focalLengthOf(facts(rest), { width, height });
/** Focal length in pixels. */
const inPixels = (mm35: number, width: number, height: number) => (mm35 / MM35_DIAGONAL) * Math.hypot(width, height);
const FULL = inPixels(26, 4032, 3024);

describe('how far a stated focal length holds', () => {
  it.each([
    ['as the camera made it', of(4032, 3024), { mm35: 26, sigma: 0.03, basis: 'stated' }],
    ['upright', of(3024, 4032), { mm35: 26, sigma: 0.03, basis: 'stated' }],
    ['made smaller', of(1600, 1200), { mm35: 26, sigma: 0.03, basis: 'resized' }],
    ['a rounded side', of(1023, 768), { mm35: 26, sigma: 0.03, basis: 'resized' }],
    [
      'without the size that the camera made',
      of(1600, 1200, { pixels: null }),
      { mm35: 26, sigma: 0.05, basis: 'unchecked' },
    ],
    ['a shape that no camera makes', of(1600, 1000, { pixels: null }), { mm35: null, basis: 'cropped' }],
    ['a square', of(1000, 1000, { pixels: null }), { mm35: null, basis: 'cropped' }],
    ['a small piece', of(800, 800), { mm35: null, basis: 'cropped' }],
    ['a piece larger than all of it', of(5000, 2000), { mm35: null, basis: 'cropped' }],
    ['edited', of(4032, 3024, { edited: true }), { mm35: 26, sigma: Math.hypot(0.03, 0.08), basis: 'edited' }],
    ['a little digital zoom', of(4032, 3024, { zoom: 1.2 }), { mm35: 26 * Math.sqrt(1.2), basis: 'zoomed' }],
    ['much of it', of(4032, 3024, { zoom: 2 }), { mm35: null, basis: 'zoomed' }],
    ['no EXIF', focalLengthOf(null, { width: 4032, height: 3024 }), { mm35: null, basis: 'unstated' }],
  ])('%s', (_, found, wanted) => {
    expect(found.basis).toBe(wanted.basis);
    if (wanted.mm35 === null) expect(found.mm35).toBeNull();
    else expect(found.mm35).toBeCloseTo(wanted.mm35, 9);
    if ('sigma' in wanted) expect(found.sigma).toBeCloseTo(wanted.sigma, 9);
  });

  it('knows a strip of full width to the pixel, if not where the axis goes through it', () => {
    const found = of(4032, 2268);
    expect(inPixels(found.mm35!, 4032, 2268)).toBeCloseTo(FULL, 6);
    expect(found.basis).toBe('cropped');
    expect(found.sigma).toBeCloseTo(Math.hypot(0.03, 0.05), 9);
  });

  it('lets both readings of a picture of 16:9 from a sensor of 4:3 lie within one sigma or so', () => {
    const { mm35, sigma } = of(4032, 2268, { pixels: [4032, 2268] });
    for (const diagonal of [Math.hypot(4032, 2268), Math.hypot(4032, 3024)]) {
      const px = (26 / MM35_DIAGONAL) * diagonal;
      expect(Math.abs(Math.log(px / inPixels(mm35!, 4032, 2268)))).toBeLessThan(1.1 * sigma);
    }
  });
});

const share = fc.double({ min: 0.25, max: 1, noNaN: true });

describe('whatever was done to the picture', () => {
  it('another size changes nothing', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 2, noNaN: true }), fc.boolean(), (by, upright) => {
        const [w, h] = [Math.round(4032 * by), Math.round(3024 * by)];
        const { mm35, sigma } = upright ? of(h, w) : of(w, h);
        expect(mm35).toBeCloseTo(26, 9);
        expect(sigma).toBeCloseTo(0.03, 9);
      }),
    );
  });

  it('of a cropped and resized picture the true focal length lies within two sigma, or nothing is said', () => {
    fc.assert(
      fc.property(share, share, share, (across, down, resize) => {
        const [w, h] = [4032 * across * resize, 3024 * down * resize].map(Math.round) as [number, number];
        const found = of(w, h);
        fc.pre(found.basis === 'cropped');
        if (found.mm35 === null) return;
        const truth = FULL * resize;
        expect(Math.abs(Math.log(inPixels(found.mm35, w, h) / truth))).toBeLessThan(2 * found.sigma);
      }),
      { numRuns: 2000 },
    );
  });

  it('is a length that a camera can have, with an error, or null', () => {
    fc.assert(
      fc.property(
        fc.record({
          mm35: fc.double({ min: 3, max: 100_000, noNaN: true }),
          zoom: fc.double({ min: 1, max: 100, noNaN: true }),
          fromLens: fc.boolean(),
          pixels: fc.option(fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }))),
          edited: fc.boolean(),
        }),
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 20_000 }),
        (lens, width, height) => {
          const { mm35, sigma } = focalLengthOf(lens, { width, height });
          expect(mm35 === null || (mm35 >= 5 && mm35 <= 1000)).toBe(true);
          expect(sigma >= 0.03 && sigma <= 0.2).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
