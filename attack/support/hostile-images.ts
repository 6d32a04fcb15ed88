import { deflateSync } from 'node:zlib';
import { packed } from '../../tests/image/decode/support/poison.ts';
import { insert, segment } from '../../tests/image/phone-jpegs.ts';
import { PNG_START, pngBomb, pngChunk } from '../../tests/image/test-images.ts';
import type { Seed } from './seeds.ts';

const ascii = (text: string) => Buffer.from(text, 'latin1');
const CUTS = [0, 1, 2, 3, 8, 11, 12, 20, 33, 64];

/** Damage that is done to files by hand: cut, lengths that lie, chunks that do not belong, two formats in one. */
export function hostileImages(seeds: readonly Seed[]): Seed[] {
  return [...seeds.flatMap(({ name, bytes }) => [...cuts(name, bytes), ...damaged(name, bytes)]), ...pngs(), ...made()];
}

function cuts(name: string, bytes: Buffer): Seed[] {
  const lengths = [...CUTS, bytes.length >> 1, bytes.length - 1];
  return lengths.map((length) => ({ name: `${name} cut at ${length}`, bytes: bytes.subarray(0, length) }));
}

function damaged(name: string, bytes: Buffer): Seed[] {
  const zeroed = Buffer.from(bytes).fill(0, bytes.length >> 2, bytes.length >> 1);
  const ones = Buffer.from(bytes).fill(255, bytes.length >> 2, bytes.length >> 1);
  return [
    { name: `${name} with zeros inside`, bytes: zeroed },
    { name: `${name} with ones inside`, bytes: ones },
    { name: `${name} twice`, bytes: Buffer.concat([bytes, bytes]) },
    { name: `${name} before a web page`, bytes: Buffer.concat([bytes, ascii('<script>alert(1)</script>')]) },
    { name: `${name} after a line feed`, bytes: Buffer.concat([ascii('\n'), bytes]) },
    { name: `${name} backwards`, bytes: Buffer.from(bytes).reverse() },
    ...(name.endsWith('.jpg') ? jpegs(name, bytes) : []),
    ...(name.endsWith('.webp') ? webps(name, bytes) : []),
  ];
}

function jpegs(name: string, bytes: Buffer): Seed[] {
  const parts: readonly (readonly [string, readonly number[] | Buffer])[] = [
    ['an EXIF of rubbish', segment(0xe1, ascii(`Exif\0\0${'\xff'.repeat(200)}`))],
    [
      'an EXIF that refers to itself',
      segment(0xe1, ascii('Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08')),
    ],
    ['an empty profile', segment(0xe2, ascii('ICC_PROFILE\0\x01\x01'))],
    ['part 9 of 3 of a profile', segment(0xe2, ascii('ICC_PROFILE\0\x09\x03abc'))],
    ['a segment of length 0', [0xff, 0xe5, 0, 0]],
    ['a segment past the end', [0xff, 0xe5, 0xff, 0xff]],
    ['a table of no codes', segment(0xc4, Buffer.alloc(17))],
    ['a quantisation table of zeros', segment(0xdb, Buffer.alloc(65))],
    ['a second frame header', segment(0xc0, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0]))],
    ['an arithmetic frame header', segment(0xc9, Buffer.from([8, 0, 8, 0, 8, 1, 1, 0x11, 0]))],
    ['a restart interval of 1', segment(0xdd, Buffer.from([0, 1]))],
    ['a thousand comments', Buffer.concat(Array<Buffer>(1000).fill(segment(0xfe, ascii('hello'))))],
    ['fill bytes', Buffer.alloc(5000, 0xff)],
  ];
  return parts.map(([what, part]) => ({ name: `${name} with ${what}`, bytes: insert(bytes, 2, part) }));
}

function webps(name: string, bytes: Buffer): Seed[] {
  const sized = (riff: number, chunk: number) => {
    const copy = Buffer.from(bytes);
    copy.writeUInt32LE(riff, 4);
    copy.writeUInt32LE(chunk, 16);
    return copy;
  };
  return [
    { name: `${name} of length 0`, bytes: sized(0, bytes.readUInt32LE(16)) },
    { name: `${name} of length 2^32-1`, bytes: sized(0xffffffff, bytes.readUInt32LE(16)) },
    { name: `${name} with a first part of length 0`, bytes: sized(bytes.length - 8, 0) },
    { name: `${name} with a first part of length 2^32-1`, bytes: sized(bytes.length - 8, 0xffffffff) },
  ];
}

function pngs(): Seed[] {
  const headers: readonly (readonly number[])[] = [
    [8, 2, 0, 0, 2],
    [8, 2, 1, 0, 0],
    [8, 2, 0, 9, 0],
    [3, 2, 0, 0, 0],
    [16, 3, 0, 0, 0],
    [8, 5, 0, 0, 0],
    [0, 0, 0, 0, 0],
    [255, 255, 255, 255, 255],
  ];
  const png = (ihdr: Buffer, ...chunks: Buffer[]) => Buffer.concat([PNG_START, pngChunk('IHDR', ihdr), ...chunks]);
  const ihdr = (width: number, height: number, kind: readonly number[]) => {
    const data = Buffer.alloc(13);
    data.writeUInt32BE(width, 0);
    data.writeUInt32BE(height, 4);
    data.set(kind, 8);
    return data;
  };
  const end = pngChunk('IEND', Buffer.alloc(0));
  const pixels = pngChunk('IDAT', deflateSync(Buffer.alloc(64 * 193)));
  const normal = ihdr(64, 64, [8, 2, 0, 0, 0]);
  const sums = Buffer.from(png(normal, pixels, end));
  sums[30] = sums[30]! ^ 255;
  return [
    ...headers.map((kind) => ({ name: `PNG of kind ${kind.join(' ')}`, bytes: png(ihdr(64, 64, kind), pixels, end) })),
    ...[0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1].map((side) => ({
      name: `PNG of side ${side}`,
      bytes: pngBomb(side, side),
    })),
    { name: 'PNG without pixels', bytes: png(normal, end) },
    { name: 'PNG without end', bytes: png(normal, pixels) },
    { name: 'PNG with a wrong sum', bytes: sums },
    { name: 'PNG with two headers', bytes: png(normal, pngChunk('IHDR', normal), pixels, end) },
    { name: 'PNG with a palette of 0', bytes: png(normal, pngChunk('PLTE', Buffer.alloc(0)), pixels, end) },
    { name: 'PNG with a palette of 1000', bytes: png(normal, pngChunk('PLTE', Buffer.alloc(3000)), pixels, end) },
    { name: 'PNG with pixels that are no stream', bytes: png(normal, pngChunk('IDAT', ascii('no zlib')), end) },
    { name: 'PNG with too few pixels', bytes: png(normal, pngChunk('IDAT', deflateSync(Buffer.alloc(9))), end) },
    { name: 'PNG with 20 MB too many', bytes: png(normal, pngChunk('IDAT', deflateSync(Buffer.alloc(2e7))), end) },
    { name: 'PNG with a packed text of 50 MB', bytes: png(normal, packed('zTXt', 5e7), pixels, end) },
    { name: 'PNG with a packed profile of 50 MB', bytes: png(normal, packed('iCCP', 5e7), pixels, end) },
    { name: 'PNG with a chunk of length 2^32-1', bytes: png(normal, ascii('\xff\xff\xff\xfftEXt'), pixels, end) },
    {
      name: 'PNG with 5,000 parts',
      bytes: png(normal, ...Array<Buffer>(5000).fill(pngChunk('IDAT', Buffer.alloc(0))), pixels, end),
    },
  ];
}

function made(): Seed[] {
  return [
    { name: 'nothing', bytes: Buffer.alloc(0) },
    { name: 'zeros', bytes: Buffer.alloc(100_000) },
    { name: 'a web page', bytes: ascii('<!DOCTYPE html><html><script>alert(1)</script></html>') },
    { name: 'an SVG', bytes: ascii('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>') },
    { name: 'a PDF', bytes: ascii('%PDF-1.7\n1 0 obj\n<</JS(app.alert(1))>>') },
    { name: 'a TIFF', bytes: ascii('II*\0\x08\0\0\0\xff\xff') },
    { name: 'a JPEG XL', bytes: ascii(`\xff\x0a${'\0'.repeat(40)}`) },
    { name: 'a JPEG 2000', bytes: ascii(`\0\0\0\x0cjP  \r\n\x87\n${'\0'.repeat(40)}`) },
    { name: 'a program', bytes: ascii(`\x7fELF${'\0'.repeat(60)}`) },
    { name: 'an EPS', bytes: ascii('%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd)(r)file') },
    { name: 'an MVG', bytes: ascii('push graphic-context\nfill "url(https://127.0.0.1/)"\n') },
  ];
}
