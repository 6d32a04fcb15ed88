import { AppError } from '../errors.ts';
import { nextFf } from './bare/next-ff.ts';

/** A segment with its marker, or a scan with its header and its compressed data. */
export interface JpegPart {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

export interface JpegLayout {
  readonly parts: readonly JpegPart[];
  /** The first byte behind the end marker. */
  readonly end: number;
  /** Most scans that a decoder can find, also inside what stands here as the data of one. */
  readonly scans: number;
  /** Bytes between segments that belong to none. */
  readonly stray: number;
}

export const SOS = 0xda;
export const EOI = 0xd9;
export const COMMENT = 0xfe;
const [TEM, RST0, SOI] = [0x01, 0xd0, 0xd8];
/** Tables, scans, application data and comments: what may stand behind a scan. Other codes there are damaged data. */
const BEHIND_A_SCAN = new Set([0xc4, SOS, 0xdb, 0xcc, 0xdc, 0xdd, COMMENT]);

/** Far more than any camera writes; each costs memory here, and each scan a pass over all pixels in the decoder. */
const MAX_PARTS = 10_000;
/** Encoders write about 10; libjpeg-turbo's own fuzzers stop at 500, which no decoder of strangers' files should pay for. */
const MAX_SCANS = 40;
const SCAN = Buffer.from([0xff, SOS]);

/** Where everything in a JPEG lies; VALIDATION_005 when it ends too soon. Finds markers as libjpeg and browsers do. */
export function jpegLayout(bytes: Buffer): JpegLayout {
  const known = layouts.get(bytes) ?? readLayout(bytes);
  layouts.set(bytes, known);
  return known;
}

/** A byte for byte walk, which is not repeated: the bytes of an image never change. */
const layouts = new WeakMap<Buffer, JpegLayout>();

function readLayout(bytes: Buffer): JpegLayout {
  const parts: JpegPart[] = [];
  let begun = -1;
  let stray = 0;
  let at = 2;
  for (;;) {
    const start = nextMarker(bytes, at);
    if (start === -1) throw damaged('The JPEG file is cut off or damaged.');
    stray += strayBytes(bytes, at, start);
    const marker = bytes[start + 1]!;
    const end = partEnd(bytes, start, marker);
    if (marker === EOI && begun !== -1) return { parts, end, stray, scans: countScans(bytes.subarray(begun, end)) };
    if (marker === EOI || end > bytes.length) throw damaged('The JPEG file is cut off or damaged.');
    if (marker === SOS && begun === -1) begun = start;
    if (parts.length === MAX_PARTS) throw damaged(`The JPEG file has more than ${MAX_PARTS} segments.`);
    parts.push({ marker, start, end });
    at = end;
  }
}

/**
 * Every pair of bytes that may begin a scan. Decoders go on at a marker that `scanEnd` takes for damage; in the data of
 * a scan no such pair is written (ITU-T T.81, B.1.1.5).
 */
function countScans(bytes: Buffer): number {
  let scans = 0;
  for (let at = bytes.indexOf(SCAN); at !== -1; at = bytes.indexOf(SCAN, at + 2)) {
    scans += 1;
    if (scans > MAX_SCANS) throw damaged(`The JPEG file has more than ${MAX_SCANS} scans.`);
  }
  return scans;
}

/** The last 0xff before a code; skips strays, fill bytes (0xff before 0xff) and stuffed zeros. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = nextFf(bytes, from); at !== -1 && at + 1 < bytes.length; at = nextFf(bytes, at + 1)) {
    if (bytes[at + 1] !== 0xff && bytes[at + 1] !== 0) return at;
  }
  return -1;
}

/** Fill bytes are part of the format and no strays. */
function strayBytes(bytes: Buffer, from: number, marker: number): number {
  let end = marker;
  while (end > from && bytes[end - 1] === 0xff) end -= 1;
  return end - from;
}

function partEnd(bytes: Buffer, start: number, marker: number): number {
  if (marker === TEM || (marker >= RST0 && marker <= EOI)) return start + 2;
  const end = segmentEnd(bytes, start);
  return marker === SOS && end <= bytes.length ? scanEnd(bytes, end) : end;
}

/** Infinity for a length that cannot be. */
function segmentEnd(bytes: Buffer, start: number): number {
  if (start + 4 > bytes.length) return Infinity;
  const length = bytes.readUInt16BE(start + 2);
  return length < 2 ? Infinity : start + 2 + length;
}

/** The marker behind a scan's compressed data, in which 0xff stands before zeros, fill bytes and restart numbers. */
function scanEnd(bytes: Buffer, from: number): number {
  for (let at = nextMarker(bytes, from); at !== -1; at = nextMarker(bytes, at + 2)) {
    const marker = bytes[at + 1]!;
    if (marker === EOI) return at;
    if (!BEHIND_A_SCAN.has(marker) && (marker < 0xe0 || marker > 0xef)) continue;
    const next = bytes[segmentEnd(bytes, at)];
    if (next === 0xff || next === 0) return at;
  }
  return Infinity;
}

export function isStandalone(marker: number): boolean {
  return marker === TEM || (marker >= RST0 && marker <= SOI);
}

function damaged(message: string): AppError {
  return new AppError('VALIDATION_005', {
    message,
    advice: 'Send the complete file; check that the upload or copy has finished.',
  });
}
