import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { decodeScaled } from '../../src/image/decode/scale.ts';
import { readGradient } from '../../src/image/gradient.ts';
import { createImageIntake } from '../../src/image/intake.ts';
import { withoutMetadata } from '../../src/image/metadata.ts';
import { testImage } from './test-images.ts';

/** JPEGs that end at, in or behind a marker, with and without an end of their own. */
const intake = createImageIntake({ allowedRoots: [] });

const photo = async () => sharp(await testImage('png', { width: 20, height: 18 })).blur(3);
const VARIANTS: Readonly<Record<string, () => Promise<Buffer>>> = {
  baseline: async () => (await photo()).jpeg().toBuffer(),
  progressive: async () => (await photo()).jpeg({ progressive: true }).toBuffer(),
  'of full colour with EXIF': async () =>
    (await photo()).withMetadata({ orientation: 6 }).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  grey: async () => (await photo()).greyscale().jpeg().toBuffer(),
};

const bytes = (...values: number[]) => Buffer.from(values);
const EOI = bytes(0xff, 0xd9);
/** What stands at the end of a file that stops at a marker. */
const ENDS: Readonly<Record<string, Buffer>> = {
  nothing: bytes(),
  'the byte before a code': bytes(0xff),
  'an end': EOI,
  'fill bytes and an end': bytes(0xff, 0xff, 0xff, 0xff, 0xd9),
  'a byte before a code, and an end': bytes(0xff, 0, 0xff, 0xff, 0xd9),
  'a restart and an end': bytes(0xff, 0xd0, 0xff, 0xd9),
  'a second beginning and an end': bytes(0xff, 0xd8, 0xff, 0xd9),
  'a scan without data and an end': bytes(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0xff, 0xd9),
  'a scan of nothing': bytes(0xff, 0xda, 0xff, 0xd9),
  'an empty table and an end': bytes(0xff, 0xc4, 0, 2, 0xff, 0xd9),
  'a comment without its length': bytes(0xff, 0xfe),
  'a code of no meaning and an end': bytes(0xff, 0x02, 0xff, 0xd9),
};

/** Every place one byte before, at, behind and two behind a marker. */
function cuts(whole: Buffer): number[] {
  const places = new Set<number>();
  for (let at = whole.indexOf(0xff); at !== -1; at = whole.indexOf(0xff, at + 1)) {
    if (whole[at + 1] === 0) continue;
    for (const place of [at - 1, at, at + 1, at + 2, at + 3]) if (place > 2 && place <= whole.length) places.add(place);
  }
  return [...places];
}

/** All that is done with a picture that came in. */
async function wholeJourney(file: Buffer): Promise<void> {
  const image = await intake.fromBytes(file);
  const { width, height } = image;
  await decodeScaled(image.bytes, { width: 32, height: 32, kernel: 'linear' });
  await readGradient(image);
  const kept = await intake.fromBytes(await withoutMetadata(image));
  expect([kept.width, kept.height]).toEqual([width, height]);
  await decodeScaled(kept.bytes, { width, height });
}

describe.each(Object.entries(VARIANTS))('%s', (_, make) => {
  it.each(Object.entries(ENDS))(
    'cut at every marker, then %s: read, or refused in the words of the catalogue',
    async (end, tail) => {
      const whole = await make();
      let refused = 0;
      for (const place of cuts(whole)) {
        const file = Buffer.concat([whole.subarray(0, place), tail]);
        const error = await wholeJourney(file).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        if (error === null) continue;
        refused += 1;
        expect(error, `${place} of ${whole.length}, ${end}: ${String(error)}`).toBeInstanceOf(AppError);
        const { code, message } = error as AppError;
        expect([place, code]).toEqual([place, expect.stringMatching(/^VALIDATION_00[345]$/)]);
        expect(message).not.toMatch(/vips|libjpeg|VipsJpeg|marker|premature|undefined|bad seek/i);
      }
      expect(refused).toBeGreaterThan(0);
    },
  );
});
