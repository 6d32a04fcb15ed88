import { AppError } from '../errors.ts';
import type { Image } from './image.ts';

export type Format = Image['format'];

const SIGNATURES: readonly (readonly [string, number, string])[] = [
  // [what it is, offset, bytes as latin1]
  ['a GIF', 0, 'GIF8'],
  ['a PDF', 0, '%PDF'],
  ['a TIFF', 0, 'II*\0'],
  ['a TIFF', 0, 'MM\0*'],
  ['a BMP', 0, 'BM'],
  ['an icon', 0, '\0\0\x01\0'],
  ['a JPEG XL image', 0, '\xff\x0a'],
  ['a JPEG XL image', 4, 'JXL '],
  ['a JPEG 2000 image', 4, 'jP  '],
  ['a Photoshop file', 0, '8BPS'],
  ['a ZIP archive', 0, 'PK\x03\x04'],
  ['a gzip archive', 0, '\x1f\x8b'],
  ['a program', 0, '\x7fELF'],
  ['a program', 0, 'MZ'],
];
/** Of HEIF, ISO/IEC 23008-12: those of HEVC images and sequences, and those that leave the codec open. */
const HEIF_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'mif2', 'msf1', 'miaf'];
const AVIF_BRANDS = ['avif', 'avis'];

const HEIC = 'a HEIC photo';
/** One line for a person with an iPhone, one for a person at a Mac. */
const FROM_HEIC = [
  'iPhone: in Photos tap Share, then Options, choose Most Compatible, and save the copy to Files; Settings > Camera > Formats > Most Compatible makes new photos JPEG.',
  'Mac: open the photo in Preview and choose File > Export as JPEG, or run: sips -s format jpeg photo.heic --out photo.jpg',
].join('\n');

/** JPEG, PNG or WebP by the first bytes; null for everything else. Names and media types are never asked. */
export function sniff(bytes: Uint8Array): Format | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 16)).toString('latin1');
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp';
  return null;
}

/** The format, or VALIDATION_003 that says what the bytes look like instead. */
export function requireFormat(bytes: Uint8Array): Format {
  if (bytes.length === 0) throw new AppError('VALIDATION_005', { message: 'The image is empty: it has no bytes.' });
  const format = sniff(bytes);
  if (format !== null) return format;
  const what = describe(bytes);
  throw new AppError('VALIDATION_003', {
    message: `What was sent is ${what}; it is not a JPEG, PNG or WebP image.`,
    ...(what === HEIC && { advice: FROM_HEIC }),
  });
}

function describe(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  for (const [name, offset, magic] of SIGNATURES) if (head.startsWith(magic, offset)) return name;
  if (head.slice(4, 8) === 'ftyp') return box(brands(head));
  if (/<svg[\s>]/i.test(head)) return 'an SVG drawing';
  if (/^\s*(<!doctype html|<html)/i.test(head)) return 'an HTML page';
  if (head.length < 12) return 'a few bytes, too short for an image';
  // Control characters other than tab, line feed, form feed and carriage return do not occur in text.
  return [...head].some((c) => c < ' ' && !'\t\n\f\r'.includes(c)) ? 'an unknown binary file' : 'text';
}

/** The brand of a box file and those that it is compatible with (ISO/IEC 14496-12, section 4.3). */
function brands(head: string): string[] {
  const size = Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE(0);
  const list = head.slice(16, Math.min(size, head.length));
  return [head.slice(8, 12), ...(list.match(/.{4}/gs) ?? [])];
}

function box(names: readonly string[]): string {
  // An AVIF file may call itself mif1 first, so its own brand decides.
  if (names.some((name) => AVIF_BRANDS.includes(name))) return 'an AVIF image';
  return names.some((name) => HEIF_BRANDS.includes(name)) ? HEIC : 'a video or another MP4-like file';
}
