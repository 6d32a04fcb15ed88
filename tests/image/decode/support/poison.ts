import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { PNG_START, pngChunk } from '../../test-images.ts';

/** Files that cost a decoder much more than their size tells. All are made when a test asks for them. */
export const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#786450' } });

export const noise = (width: number, height: number, sigma = 20) =>
  sharp({
    create: { width, height, channels: 3, background: '#777', noise: { type: 'gaussian', mean: 120, sigma } },
  });

/** A flat progressive JPEG with `copies` more of its last scan, each behind `between`. */
export async function manyScans(width: number, height: number, copies: number, between = ''): Promise<Buffer> {
  const bytes = await flat(width, height).jpeg({ progressive: true }).toBuffer();
  const scan = bytes.subarray(bytes.lastIndexOf(Buffer.from([0xff, 0xda])), bytes.length - 2);
  const more = Array.from({ length: copies }, () => Buffer.concat([Buffer.from(between, 'latin1'), scan]));
  return Buffer.concat([bytes.subarray(0, bytes.length - 2), ...more, bytes.subarray(bytes.length - 2)]);
}

export interface PngForm {
  readonly bits: 1 | 8 | 16;
  readonly type: 0 | 2 | 6;
  readonly interlaced?: boolean;
  /** Of each row; 4 is Paeth's, the slowest. */
  readonly filter?: number;
  readonly before?: readonly Buffer[];
}

const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A whole PNG of one colour, made without a decoder or encoder of images. */
export function flatPng(width: number, height: number, form: PngForm): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set([form.bits, form.type, 0, 0, form.interlaced ? 1 : 0], 8);
  const channels = { 0: 1, 2: 3, 6: 4 }[form.type];
  const rows = (form.interlaced ? PASSES : [[0, 0, 1, 1] as const]).flatMap(([x, y, dx, dy]) => {
    const row = Buffer.alloc(1 + Math.ceil((Math.ceil((width - x) / dx) * channels * form.bits) / 8));
    row[0] = form.filter ?? 0;
    return Array<Buffer>(Math.ceil((height - y) / dy)).fill(row);
  });
  return Buffer.concat([
    PNG_START,
    pngChunk('IHDR', ihdr),
    ...(form.before ?? []),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A text or profile chunk that unpacks to so many zeros. */
export function packed(type: 'zTXt' | 'iCCP', length: number): Buffer {
  return pngChunk(type, Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(length))]));
}

/** An animated WebP that repeats one frame. */
export async function animatedWebp(side: number, frames: number): Promise<Buffer> {
  const image = (await flat(side, side).webp({ effort: 0 }).toBuffer()).subarray(12);
  const vp8x = Buffer.concat([Buffer.from('VP8X\x0a\0\0\0\x02\0\0\0', 'latin1'), Buffer.alloc(6)]);
  vp8x.writeUIntLE(side - 1, 12, 3);
  vp8x.writeUIntLE(side - 1, 15, 3);
  const anmf = Buffer.concat([Buffer.from('ANMF', 'latin1'), Buffer.alloc(20), image]);
  anmf.writeUInt32LE(16 + image.length, 4);
  anmf.writeUIntLE(side - 1, 14, 3);
  anmf.writeUIntLE(side - 1, 17, 3);
  const anim = Buffer.from('ANIM\x06\0\0\0\0\0\0\0\0\0', 'latin1');
  const body = Buffer.concat([Buffer.from('WEBP'), vp8x, anim, ...Array<Buffer>(frames).fill(anmf)]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

/** Processor time of this process, all its threads, ms. */
export async function processorMs(work: () => Promise<unknown>): Promise<number> {
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1000;
}
