import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { resizeImage } from '../../../src/vision/detect/resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from '../../../src/vision/detect/tensor.ts';
import type { ModelInput } from '../../../src/vision/models/manifest.ts';

const input: ModelInput = {
  size: 4,
  fit: 'letterbox-centre',
  channels: 'rgb',
  scale: 'unit',
  layout: 'nchw',
  dtype: 'float32',
  pad: 51,
};

/** 4 x 2: left half red, right half blue. */
async function halves(): Promise<Sharp> {
  const red = { create: { width: 2, height: 2, channels: 3 as const, background: '#ff0000' } };
  const base = sharp({ create: { width: 4, height: 2, channels: 3, background: '#0000ff' } });
  return sharp(
    await base
      .composite([{ input: red, left: 0, top: 0 }])
      .png()
      .toBuffer(),
  );
}

async function scaled(image: Sharp, width: number, height: number, change: Partial<ModelInput> = {}) {
  return resizeImage({ bytes: await image.toBuffer(), width, height }, { ...input, ...change });
}

describe('resizeImage', () => {
  it('gives rows of red, green, blue without padding', async () => {
    const { pixels, fit } = await scaled((await halves()).png(), 4, 2);
    expect([...pixels]).toEqual([...Array(2)].flatMap(() => [255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]));
    expect(fit).toMatchObject({ width: 4, height: 2, padY: 1, imageWidth: 4, imageHeight: 2 });
  });

  it('turns the image upright', async () => {
    // orientation 6: stored lying on its left side, so upright it is 2 wide, 4 high, red on top
    const turned = (await halves()).withMetadata({ orientation: 6 }).png();
    const { pixels, fit } = await scaled(turned, 2, 4);
    expect(fit).toMatchObject({ width: 2, height: 4 });
    expect([...pixels.subarray(0, 3)]).toEqual([255, 0, 0]);
    expect([...pixels.subarray(-3)]).toEqual([0, 0, 255]);
  });

  it.each([
    ['grey', (p: Sharp) => p.greyscale().png()],
    ['16 bit', (p: Sharp) => p.toColourspace('rgb16').png()],
    ['CMYK', (p: Sharp) => p.toColourspace('cmyk').jpeg()],
    ['WebP', (p: Sharp) => p.webp({ lossless: true })],
    ['a palette', (p: Sharp) => p.png({ palette: true })],
  ])('makes three bytes per pixel of %s', async (_, encode) => {
    const { pixels } = await scaled(encode(await halves()), 4, 2);
    expect(pixels).toHaveLength(24);
  });

  it('shows white behind what is transparent', async () => {
    const clear = sharp({
      create: { width: 4, height: 4, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    }).png();
    expect(new Set((await scaled(clear, 4, 4)).pixels)).toEqual(new Set([255]));
  });

  it('reads damaged pixels as a browser does, and says so', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const bytes = await sharp({ create: { width: 256, height: 256, channels: 3, background: '#000', noise } })
      .jpeg()
      .toBuffer();
    bytes.set([0xff, 0x3c], bytes.length >> 1);
    const { flaw } = await resizeImage({ bytes, width: 256, height: 256 }, input);
    expect(flaw).toContain('damaged in places');
    expect((await scaled((await halves()).png(), 4, 2)).flaw).toBeNull();
  });

  it.each([
    ['empty', Buffer.alloc(0)],
    ['text', Buffer.from('this is not an image')],
    ['half', null],
  ])('refuses %s data', async (_, data) => {
    const whole = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
      .jpeg()
      .toBuffer();
    const bytes = data ?? whole.subarray(0, whole.length - 200);
    await expect(resizeImage({ bytes, width: 64, height: 64 }, input)).rejects.toMatchObject({
      code: 'VALIDATION_005',
    });
  });
});

describe('fillTensor', () => {
  const halvesResized = async (change: Partial<ModelInput> = {}) => scaled((await halves()).png(), 4, 2, change);

  it('writes planes between rows of padding', async () => {
    const tensor = new Float32Array(tensorLength(input));
    fillTensor(tensor, await halvesResized(), input);
    const pad = Array(4).fill(expect.closeTo(0.2, 6));
    expect([...tensor]).toEqual([
      ...[...pad, 1, 1, 0, 0, 1, 1, 0, 0, ...pad],
      ...[...pad, 0, 0, 0, 0, 0, 0, 0, 0, ...pad],
      ...[...pad, 0, 0, 1, 1, 0, 0, 1, 1, ...pad],
    ]);
    expect(tensorDims(input, 2)).toEqual([2, 3, 4, 4]);
  });

  it('swaps channels and keeps bytes where the model wants that', async () => {
    const bgr = { ...input, channels: 'bgr', scale: 'raw' } as const;
    const tensor = new Float32Array(tensorLength(bgr));
    fillTensor(tensor, await halvesResized(), bgr);
    expect([...tensor.subarray(4, 8)]).toEqual([0, 0, 255, 255]);
    expect([...tensor.subarray(36, 40)]).toEqual([255, 255, 0, 0]);
    expect(tensor[0]).toBe(51);
  });

  it.each([
    ['rgb', [255, 0, 0]],
    ['bgr', [0, 0, 255]],
  ] as const)('writes rows of %s bytes', async (channels, first) => {
    const rows = { ...input, channels, scale: 'raw', layout: 'nhwc', dtype: 'uint8' } as const;
    const tensor = new Uint8Array(tensorLength(rows));
    fillTensor(tensor, await halvesResized(), rows);
    expect([...tensor.subarray(0, 12)]).toEqual(Array(12).fill(51));
    expect([...tensor.subarray(12, 15)]).toEqual(first);
    expect(tensorDims(rows, 3)).toEqual([3, 4, 4, 3]);
  });

  it('gives the same numbers as bytes and as floats', async () => {
    const source = await halvesResized();
    const bytes = new Uint8Array(48);
    fillTensor(bytes, source, { ...input, scale: 'raw', layout: 'nhwc', dtype: 'uint8' });
    const floats = new Float32Array(48);
    fillTensor(floats, source, { ...input, layout: 'nhwc' });
    expect([...floats].map((v) => Math.round(v * 255))).toEqual([...bytes]);
  });

  it('leaves nothing of the image before', async () => {
    const tensor = new Float32Array(tensorLength(input)).fill(9);
    fillTensor(tensor, await halvesResized(), input);
    expect(Math.max(...tensor)).toBe(1);
  });

  it('writes into the middle when the image is narrow', async () => {
    const narrow = await resizeImage(
      {
        bytes: await sharp({ create: { width: 2, height: 4, channels: 3, background: '#ffffff' } })
          .png()
          .toBuffer(),
        width: 2,
        height: 4,
      },
      input,
    );
    const tensor = new Float32Array(tensorLength(input));
    fillTensor(tensor, narrow, input);
    expect([...tensor.subarray(0, 4)].map((v) => Math.round(v * 255))).toEqual([51, 255, 255, 51]);
  });
});
