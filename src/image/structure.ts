import { AppError } from '../errors.ts';
import type { Format } from './magic.ts';

/**
 * Refuses files that were cut off, from their structure alone and without decoding (microseconds; a full decode of a
 * 1080p JPEG takes 14 ms and the detector does it anyway). Damage inside the pixels shows only when they are decoded.
 */
export function requireComplete(bytes: Buffer, format: Format): void {
  const complete = { jpeg: jpegComplete, png: pngComplete, webp: webpComplete }[format](bytes);
  if (complete) return;
  throw new AppError('VALIDATION_005', {
    message: `The ${format.toUpperCase()} file is cut off or damaged.`,
    advice: 'Send the complete file; check that the upload or copy has finished.',
  });
}

/** Segments up to the first scan, then an end marker somewhere after it (some cameras append data). */
function jpegComplete(bytes: Buffer): boolean {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) return false;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9) return false;
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2) return false;
    at += 2 + length;
    if (marker === 0xda) return bytes.indexOf(Buffer.from([0xff, 0xd9]), at) !== -1;
  }
  return false;
}

const [IHDR, IDAT, IEND] = ['IHDR', 'IDAT', 'IEND'].map((name) => Buffer.from(name, 'latin1').readUInt32BE(0));

/** IHDR first, every chunk inside the file, at least one IDAT, IEND reached. */
function pngComplete(bytes: Buffer): boolean {
  let at = 8;
  let pixels = false;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.readUInt32BE(at + 4);
    if (at === 8 && type !== IHDR) return false;
    if (type === IDAT) pixels = true;
    at += 12 + length;
    if (type === IEND) return pixels && at <= bytes.length;
  }
  return false;
}

/** The RIFF length counts everything after its own field. */
function webpComplete(bytes: Buffer): boolean {
  return bytes.length >= 20 && bytes.readUInt32LE(4) + 8 <= bytes.length;
}
