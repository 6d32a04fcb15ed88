import sharp from 'sharp';

/** Small real images, made by sharp when a test asks for them. */
export async function testImage(
  format: 'jpeg' | 'png' | 'webp',
  { width = 64, height = 48, orientation = 0 }: { width?: number; height?: number; orientation?: number } = {},
): Promise<Buffer> {
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = (i * 2_654_435_761) >>> 24;
  const image = sharp(pixels, { raw: { width, height, channels: 3 } }).toFormat(format);
  return (orientation ? image.withMetadata({ orientation }) : image).toBuffer();
}

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  let crc = 0xffffffff;
  for (const byte of body) crc = CRC[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE((crc ^ 0xffffffff) >>> 0, body.length + 4);
  return out;
}

export const PNG_START = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG whose header claims any size, with a few bytes of pixels. */
export function pngBomb(width: number, height: number, between: Buffer = Buffer.alloc(0)): Buffer {
  return pngOf(width, height, [8, 2, 0, 0, 0], between);
}

/** A header that claims red, green, blue and alpha, stored in seven passes over the image. */
export function interlacedPng(width: number, height: number, bits: 8 | 16): Buffer {
  return pngOf(width, height, [bits, 6, 0, 0, 1], Buffer.alloc(0));
}

function pngOf(width: number, height: number, kind: readonly number[], between: Buffer): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set(kind, 8);
  const idat = Buffer.from('789c030000000001', 'hex');
  return Buffer.concat([
    PNG_START,
    pngChunk('IHDR', ihdr),
    between,
    pngChunk('IDAT', idat),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A JPEG whose frame header claims another size than it was made with. */
export async function jpegBomb(width: number, height: number): Promise<Buffer> {
  const bytes = await testImage('jpeg');
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

/** A progressive JPEG whose frame header claims 8192 x 6144. */
export async function progressiveJpeg(space: 'srgb' | 'cmyk'): Promise<Buffer> {
  const bytes = await sharp(await testImage('jpeg'))
    .toColourspace(space)
    .jpeg({ progressive: true })
    .toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc2]));
  bytes.writeUInt16BE(6144, frame + 5);
  bytes.writeUInt16BE(8192, frame + 7);
  return bytes;
}

/** An animated WebP of one small frame on a canvas of any size (24 bits per side, minus one). */
export async function webpBomb(width: number, height: number): Promise<Buffer> {
  const frame = (await testImage('webp')).subarray(12);
  const vp8x = Buffer.alloc(18);
  vp8x.write('VP8X');
  vp8x.writeUInt32LE(10, 4);
  vp8x[8] = 2;
  vp8x.writeUIntLE(width - 1, 12, 3);
  vp8x.writeUIntLE(height - 1, 15, 3);
  const anim = Buffer.concat([Buffer.from('ANIM\x06\0\0\0', 'latin1'), Buffer.alloc(6)]);
  const anmf = Buffer.alloc(24);
  anmf.write('ANMF');
  anmf.writeUInt32LE(16 + frame.length, 4);
  anmf.writeUIntLE(63, 14, 3);
  anmf.writeUIntLE(47, 17, 3);
  const body = Buffer.concat([Buffer.from('WEBP'), vp8x, anim, anmf, frame]);
  const riff = Buffer.from('RIFF\0\0\0\0', 'latin1');
  riff.writeUInt32LE(body.length, 4);
  return Buffer.concat([riff, body]);
}

/** The AppError that a promise ends with; fails the test when it does not end with one. */
export async function refusal(promise: Promise<unknown>) {
  const { AppError } = await import('../../src/errors.ts');
  try {
    await promise;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw new Error(`not an AppError: ${String(error)}`, { cause: error });
  }
  throw new Error('was not refused');
}
