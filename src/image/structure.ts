import { AppError } from '../errors.ts';
import { webpChunks } from './decode/webp-chunks.ts';
import { type JpegLayout, jpegLayout, SOS } from './jpeg-layout.ts';
import type { Format } from './magic.ts';
import { describeTail } from './tail.ts';

/**
 * Refuses files that were cut off, from their structure alone and without decoding (a full decode of a 50 megapixel
 * photo takes a quarter of a second and the detector does it anyway). Damage inside the pixels shows only when they
 * are decoded. Returns in words what is odd and does no harm.
 */
export function requireComplete(bytes: Buffer, format: Format): string[] {
  if (format === 'jpeg') {
    const layout = jpegLayout(bytes);
    return [...oddities(bytes, layout), ...describeTail(bytes.subarray(layout.end))];
  }
  const end = format === 'png' ? pngEnd(bytes) : webpEnd(bytes);
  if (end !== null) return describeTail(bytes.subarray(end));
  throw new AppError('VALIDATION_005', {
    message: `The ${format.toUpperCase()} file is cut off or damaged.`,
    advice: 'Send the complete file; check that the upload or copy has finished.',
  });
}

function oddities(bytes: Buffer, { parts, stray }: JpegLayout): string[] {
  const found: string[] = [];
  if (stray > 0) {
    const what = stray === 1 ? 'byte that belongs' : 'bytes that belong';
    found.push(`Between the parts of the JPEG file lie ${stray} ${what} to none; they were skipped.`);
  }
  if (parts.some(({ marker }) => SEQUENTIAL.has(marker)) && parts.some((part) => oddScan(bytes, part))) {
    found.push('A scan of the JPEG file has a header with odd values; they were ignored, as browsers do.');
  }
  return found;
}

const SEQUENTIAL = new Set([0xc0, 0xc1]);

/** In a sequential JPEG each scan must say that it holds the coefficients 0 to 63 at once (ITU-T T.81, B.2.3). */
function oddScan(bytes: Buffer, { marker, start }: JpegLayout['parts'][number]): boolean {
  if (marker !== SOS) return false;
  const end = start + 2 + bytes.readUInt16BE(start + 2);
  return bytes[end - 3] !== 0 || bytes[end - 2] !== 63 || bytes[end - 1] !== 0;
}

const [IHDR, IDAT, IEND] = ['IHDR', 'IDAT', 'IEND'].map((name) => Buffer.from(name, 'latin1').readUInt32BE(0));
/** Encoders write a few thousand at most; each costs memory when the image is stored. */
const MAX_CHUNKS = 100_000;

/** IHDR first, every chunk inside the file, at least one IDAT, IEND reached. */
function pngEnd(bytes: Buffer): number | null {
  let at = 8;
  let pixels = false;
  for (let chunks = 0; at + 12 <= bytes.length && chunks < MAX_CHUNKS; chunks += 1) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.readUInt32BE(at + 4);
    if (at === 8 && type !== IHDR) return null;
    if (type === IDAT) pixels = true;
    at += 12 + length;
    if (type === IEND) return pixels && at <= bytes.length ? at : null;
  }
  return null;
}

/** The RIFF length counts everything after its own field. */
function webpEnd(bytes: Buffer): number | null {
  if (bytes.length < 20) return null;
  const end = bytes.readUInt32LE(4) + 8;
  if (end > bytes.length) return null;
  let chunks = 0;
  for (const _ of webpChunks(bytes)) if (++chunks > MAX_CHUNKS) return null;
  return end;
}
