import { describe, expect, it } from 'vitest';
import { decodePlan } from '../../../src/image/decode/plan.ts';
import { scaleHere } from '../../../src/image/decode/scale-here.ts';
import { insert, segment } from '../phone-jpegs.ts';
import { testImage } from '../test-images.ts';
import { flat, flatPng, manyScans, noise, packed, processorMs } from './support/poison.ts';

const [W, H] = [4096, 3072];
const SIZE = { width: 640, height: 480, kernel: 'linear' } as const;

/** A slower core than the one that the factors were measured on may take so much longer. */
const SLOWER = 3;

describe('no file costs more than its plan says', () => {
  it.each([
    ['a flat JPEG', () => flat(W, H).jpeg().toBuffer()],
    ['a noisy JPEG', () => noise(2048, 1536).jpeg({ chromaSubsampling: '4:4:4' }).toBuffer()],
    ['a noisy progressive JPEG', () => noise(2048, 1536).jpeg({ progressive: true }).toBuffer()],
    ['a flat progressive JPEG', () => flat(W, H).jpeg({ progressive: true }).toBuffer()],
    ['a flat PNG', () => flatPng(W, H, { bits: 8, type: 2 })],
    ['a deep PNG with the slowest filter', () => flatPng(W, H, { bits: 16, type: 6, filter: 4 })],
    ['an interlaced PNG', () => flatPng(W, H, { bits: 8, type: 6, interlaced: true })],
    ['a PNG of one bit', () => flatPng(W, H, { bits: 1, type: 0 })],
    ['a PNG with a profile', () => flat(W, H).withIccProfile('p3').png().toBuffer()],
    ['a noisy PNG', () => noise(2048, 1536).png({ compressionLevel: 1 }).toBuffer()],
    ['a flat lossless WebP', () => flat(W, H).webp({ lossless: true, effort: 0 }).toBuffer()],
    ['a noisy lossless WebP', () => noise(2048, 1536).webp({ lossless: true, effort: 0 }).toBuffer()],
    ['a noisy WebP', () => noise(2048, 1536).webp({ effort: 0 }).toBuffer()],
  ])('%s', async (_, make) => {
    const { bytes, ms } = decodePlan(await make());
    const spent = await processorMs(() => scaleHere(bytes, SIZE));
    expect(spent).toBeLessThan(SLOWER * ms + 30);
  });

  it('a JPEG counts by its scans and its pixels', async () => {
    const cost = async (scans: number, side: number) => decodePlan(await manyScans(side, side, scans)).ms;
    expect(await cost(28, 1024)).toBeGreaterThan(2 * (await cost(8, 1024)));
    expect(await cost(8, 2048)).toBeGreaterThan(3.5 * (await cost(8, 1024)));
  });

  it('a large colour profile may be a long program: never cheap', async () => {
    const profile = segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), Buffer.alloc(9000)]));
    expect(decodePlan(insert(await testImage('jpeg'), 2, profile)).ms).toBeGreaterThan(1000);
    expect(decodePlan(flatPng(8, 8, { bits: 8, type: 2, before: [packed('iCCP', 9000)] })).ms).toBeGreaterThan(1000);
    expect(decodePlan(await testImage('jpeg')).ms).toBeLessThan(5);
  });
});
