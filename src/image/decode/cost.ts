import { inflateSync } from 'node:zlib';
import { type JpegLayout, SOS } from '../jpeg-layout.ts';
import { pngChunks } from './png-chunks.ts';
import { webpChunks } from './webp-chunks.ts';

/**
 * Most processor time that decoding takes, ms. The factors, in ns, are the slowest seen with the libraries of sharp 0.35 on
 * one core of a Xeon (2.1 GHz), over files made to be slow: `tests/image/decode/cost.test.ts` makes them.
 */
const NS = {
  /** Of each pixel in a JPEG that is read in one go, mostly scaled while it is decoded. */
  sequential: 0.7,
  /** Of each pixel and scan, where the coefficients of the whole image are held. */
  scan: 1.5,
  huffmanByte: 40,
  arithmeticByte: 200,
  /** Of each unpacked byte. */
  png: 4,
  interlacedPng: 6,
  pngByte: 8,
  pngPixel: 2,
  lossy: 25,
  lossless: 40,
  /** Of each pixel that a colour profile is applied to. */
  profile: 20,
} as const;
/** Profiles are small; a large one may be a program of any length, which is run for each of thousands of colours. */
const MAX_PLAIN_PROFILE = 8192;
const LARGE_PROFILE_MS = 2000;

const PROFILE = 'ICC_PROFILE\0';

export function jpegCost(bytes: Buffer, { parts, scans }: JpegLayout): number {
  const frame = parts.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker));
  const known = frame !== undefined && frame.end - frame.start >= 9;
  const pixels = known ? bytes.readUInt16BE(frame.start + 5) * bytes.readUInt16BE(frame.start + 7) : 0;
  const marker = frame?.marker ?? 0xc0;
  const held = (marker & 3) === 2 || scans > 1;
  const data = parts.reduce((sum, part) => sum + (part.marker === SOS ? part.end - part.start : 0), 0);
  const profile = parts.reduce((sum, { marker: code, start, end }) => {
    const is = code === 0xe2 && bytes.subarray(start + 4, end).indexOf(PROFILE, 0, 'latin1') === 0;
    return sum + (is ? end - start : 0);
  }, 0);
  const each = held ? NS.scan * (scans + 1) : NS.sequential;
  const byte = marker > 0xc8 ? NS.arithmeticByte : held ? NS.huffmanByte : NS.huffmanByte / 2;
  return (pixels * each + data * byte) / 1e6 + profileCost(profile, pixels / 16);
}

const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

export function pngCost(bytes: Buffer): number {
  if (bytes.length < 29) return 0;
  const [width, height, bits] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20), bytes[24]!];
  const unpacked = height * Math.ceil((width * bits * (CHANNELS[bytes[25]!] ?? 4)) / 8);
  const pixels = width * height;
  const byte = bytes[28] === 0 ? NS.png : NS.interlacedPng;
  const chunk = [...pngChunks(bytes)].find(({ type }) => type === 'iCCP');
  const profile = chunk ? unpackedLength(bytes.subarray(chunk.start + 8, chunk.end - 4)) : 0;
  const ns = unpacked * byte + bytes.length * NS.pngByte + pixels * NS.pngPixel;
  return ns / 1e6 + profileCost(profile, pixels);
}

/** Of a profile: its name, a zero, the way it is packed, and the packed bytes (PNG 3, section 11.3.2.3). */
function unpackedLength(content: Buffer): number {
  try {
    return inflateSync(content.subarray(content.indexOf(0) + 2), { maxOutputLength: MAX_PLAIN_PROFILE }).length;
  } catch {
    return Infinity;
  }
}

export function webpCost(bytes: Buffer): number {
  const chunks = [...webpChunks(bytes)];
  const first = chunks[0];
  if (first === undefined || bytes.length < 30) return 0;
  const profile = chunks.find(({ type }) => type === 'ICCP');
  const pixels = webpPixels(bytes, first.type);
  const lossy = first.type === 'VP8 ' || chunks.some(({ type }) => type === 'VP8 ');
  const ms = (pixels * (lossy ? NS.lossy : NS.lossless)) / 1e6;
  return ms + profileCost(profile ? profile.end - profile.start : 0, pixels);
}

/** RFC 9649, sections 2.5 to 2.7, and RFC 6386, section 9.1. */
function webpPixels(bytes: Buffer, type: string): number {
  if (type === 'VP8X') return (bytes.readUIntLE(24, 3) + 1) * (bytes.readUIntLE(27, 3) + 1);
  if (type === 'VP8 ') return (bytes.readUInt16LE(26) & 0x3fff) * (bytes.readUInt16LE(28) & 0x3fff);
  const size = bytes.readUInt32LE(21);
  return ((size & 0x3fff) + 1) * (((size >>> 14) & 0x3fff) + 1);
}

function profileCost(length: number, pixels: number): number {
  if (length === 0) return 0;
  return (pixels * NS.profile) / 1e6 + (length > MAX_PLAIN_PROFILE ? LARGE_PROFILE_MS : 0);
}
