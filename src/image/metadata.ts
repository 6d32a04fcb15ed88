import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { decodePlan } from './decode/plan.ts';
import { buildExif } from './exif-build.ts';
import type { Image } from './image.ts';
import { COMMENT, EOI, isStandalone, type JpegPart, jpegLayout } from './jpeg-layout.ts';

/** Application segments of a JPEG that say how its pixels look: JFIF, colour profile, Adobe's colour transform. */
const KEPT_APP = [
  [0xe0, 'JFIF\0'],
  [0xe2, 'ICC_PROFILE\0'],
  [0xee, 'Adobe'],
] as const;
const KEPT_PNG = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT']);

/**
 * The same image, pixel for pixel, without place, time, owner, comments and thumbnails. Only the orientation and the
 * 35 mm focal length stay, because measuring needs them. `image` has passed intake, so its structure is whole.
 */
export async function withoutMetadata(image: Image): Promise<Buffer> {
  const { orientation } = await sharp(decodePlan(image.bytes).bytes, { failOn: 'error' }).metadata();
  const exif = buildExif({ orientation: orientation ?? 1, focal35mm: image.focal35mm });
  return { jpeg: cleanJpeg, png: cleanPng, webp: cleanWebp }[image.format](image.bytes, exif);
}

function cleanJpeg(bytes: Buffer, exif: Buffer | null): Buffer {
  const kept = jpegLayout(bytes).parts.filter((part) => isKept(bytes, part));
  return Buffer.concat([
    bytes.subarray(0, 2),
    ...(exif ? [jpegExif(exif)] : []),
    ...kept.map(({ start, end }) => bytes.subarray(start, end)),
    Buffer.from([0xff, EOI]),
  ]);
}

function isKept(bytes: Buffer, { marker, start, end }: JpegPart): boolean {
  if (marker === COMMENT || isStandalone(marker)) return false;
  if (marker < 0xe0 || marker > 0xef) return true;
  return KEPT_APP.some(
    ([app, name]) => marker === app && bytes.subarray(start + 4, end).indexOf(name, 0, 'latin1') === 0,
  );
}

function jpegExif(exif: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}

function cleanPng(bytes: Buffer, exif: Buffer | null): Buffer {
  const parts: Buffer[] = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (KEPT_PNG.has(type)) parts.push(bytes.subarray(at, end));
    if (type === 'IHDR' && exif) parts.push(pngChunk('eXIf', exif));
    if (type === 'IEND') break;
    at = end;
  }
  return Buffer.concat(parts);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}

const EXIF_FLAG = 0x08;
const XMP_FLAG = 0x04;

function cleanWebp(bytes: Buffer, exif: Buffer | null): Buffer {
  const parts: Buffer[] = [];
  let extended = false;
  let at = 12;
  while (at + 8 <= bytes.length) {
    const length = bytes.readUInt32LE(at + 4);
    const type = bytes.toString('latin1', at, at + 4);
    const chunk = Buffer.from(bytes.subarray(at, at + 8 + length + (length & 1)));
    at += chunk.length;
    if (type === 'EXIF' || type === 'XMP ') continue;
    if (type === 'VP8X') {
      extended = true;
      chunk[8] = (chunk[8]! & ~(EXIF_FLAG | XMP_FLAG)) | (exif ? EXIF_FLAG : 0);
    }
    parts.push(chunk);
  }
  // Only the extended form can say how the image is turned; a file without it was never turned.
  if (exif && extended) parts.push(webpChunk('EXIF', exif));
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...parts]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}

function webpChunk(type: string, data: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}
