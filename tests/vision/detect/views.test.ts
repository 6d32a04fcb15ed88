import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { toImage } from '../../../src/vision/detect/letterbox.ts';
import { TILE_COUNT, tileImage, toWholeImage } from '../../../src/vision/detect/views.ts';

/** Black, with one white square of the given place, as PNG. */
async function withSquare(width: number, height: number, left: number, top: number, side: number) {
  const square = { create: { width: side, height: side, channels: 3, background: '#fff' } } as const;
  const image = sharp({ create: { width, height, channels: 3, background: '#000' } });
  return {
    width,
    height,
    bytes: await image
      .composite([{ input: await sharp(square).png().toBuffer(), left, top }])
      .png()
      .toBuffer(),
  };
}

/** Box of the bright pixels; null where there is none. */
function bright(pixels: Uint8Array, width: number, height: number): [number, number, number, number] | null {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (pixels[3 * (y * width + x)]! < 128) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  return xs.length === 0 ? null : [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
}

const FITS = ['letterbox-top-left', 'letterbox-centre', 'stretch'] as const;

describe('tileImage', () => {
  it.each(FITS)(
    'shows the whole, its mirror image and four quarters in the full size of the input: %s',
    async (fit) => {
      const { width, height, tiles } = await tileImage(await withSquare(300, 200, 0, 0, 10), { size: 96, fit });
      expect([width, height]).toEqual(fit === 'stretch' ? [160, 160] : [160, 107]);
      expect(tiles).toHaveLength(TILE_COUNT);
      expect(tiles.map((v) => v.mirrored)).toEqual([false, true, false, false, false, false]);
      for (const { image: p } of tiles) {
        expect(p.fit.width).toBe(96);
        expect(p.pixels).toHaveLength(3 * p.fit.width * p.fit.height);
      }
      const h = fit === 'stretch' ? 96 : 64;
      expect(tiles.slice(2).map((v) => v.window)).toEqual([
        [0, 0, 96, h],
        [64, 0, 160, h],
        [0, height - h, 96, height],
        [64, height - h, 160, height],
      ]);
    },
  );

  it.each(FITS)('finds a thing at the same place in every tile that shows it: %s', async (fit) => {
    const seen = await tileImage(await withSquare(400, 300, 170, 130, 40), { size: 192, fit });
    const [sx, sy] = [400 / seen.width, 300 / seen.height];
    for (const tile of seen.tiles) {
      const { pixels, fit: place } = tile.image;
      const [x1, y1, x2, y2] = bright(pixels, place.width, place.height)!;
      const box = toImage([x1 + place.padX, y1 + place.padY, x2 + place.padX, y2 + place.padY], place);
      const [left, top, right, bottom] = toWholeImage({ classIndex: 0, score: 1, box }, tile).box;
      expect(left * sx).toBeCloseTo(170, -0.7);
      expect(top * sy).toBeCloseTo(130, -0.7);
      expect(right * sx).toBeCloseTo(210, -0.7);
      expect(bottom * sy).toBeCloseTo(170, -0.7);
    }
  });

  it('copes with a line of pixels', async () => {
    for (const [width, height] of [[4000, 1] as const, [1, 500] as const, [1, 1] as const]) {
      const { tiles } = await tileImage(await withSquare(width, height, 0, 0, 1), {
        size: 64,
        fit: 'letterbox-centre',
      });
      for (const { image: p } of tiles) expect(p.pixels).toHaveLength(3 * p.fit.width * p.fit.height);
    }
  });

  it('refuses damaged data', async () => {
    const { bytes, ...size } = await withSquare(300, 200, 0, 0, 10);
    await expect(
      tileImage({ bytes: bytes.subarray(0, 60), ...size }, { size: 64, fit: 'stretch' }),
    ).rejects.toMatchObject({ code: 'VALIDATION_005' });
  });
});
