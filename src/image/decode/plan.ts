import { jpegLayout } from '../jpeg-layout.ts';
import { sniff } from '../magic.ts';
import { jpegCost, pngCost, webpCost } from './cost.ts';
import { PNG_PIXELS, type PngChunk, pngChunks } from './png-chunks.ts';
import { riff, WEBP_PIXELS, type WebpChunk, webpChunks } from './webp-chunks.ts';

/** What a decoder is given of a file, and what that may cost it. */
export interface DecodePlan {
  /** The image alone: nothing behind its end, no texts that would be unpacked, no further frames. */
  readonly bytes: Buffer;
  /** Most processor time that one decoding takes, ms, of an ordinary core. */
  readonly ms: number;
}

const plans = new WeakMap<Uint8Array, DecodePlan>();

/** Reads the structure once for each file; VALIDATION_005 when that is broken. */
export function decodePlan(bytes: Uint8Array): DecodePlan {
  const known = plans.get(bytes);
  if (known) return known;
  const made = plan(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  plans.set(bytes, made);
  return made;
}

function plan(bytes: Buffer): DecodePlan {
  switch (sniff(bytes)) {
    case 'jpeg': {
      const layout = jpegLayout(bytes);
      return { bytes: bytes.subarray(0, layout.end), ms: jpegCost(bytes, layout) };
    }
    case 'png': {
      const image = only(bytes, 8, [...pngChunks(bytes)], PNG_NEEDED, (parts) => Buffer.concat(parts));
      return { bytes: image, ms: pngCost(image) };
    }
    case 'webp': {
      const chunks = [...webpChunks(bytes)];
      const image = only(bytes, 12, chunks, WEBP_NEEDED, ([, ...parts]) => riff(parts));
      return { bytes: image, ms: webpCost(image) };
    }
    default:
      return { bytes, ms: 0 };
  }
}

const PNG_NEEDED = new Set([...PNG_PIXELS, 'eXIf']);
const WEBP_NEEDED = new Set([...WEBP_PIXELS, 'EXIF']);
/** All others may stand only once; a second frame is another image. */
const REPEATED = new Set(['IDAT']);

/** The file with the needed chunks only, each once; the file as it is where there are no others. */
function only(
  bytes: Buffer,
  head: number,
  chunks: readonly (PngChunk | WebpChunk)[],
  needed: ReadonlySet<string>,
  join: (parts: Buffer[]) => Buffer,
): Buffer {
  const seen = new Set<string>();
  const kept = chunks.filter(({ type }) => {
    if (!needed.has(type) || (seen.has(type) && !REPEATED.has(type))) return false;
    seen.add(type);
    return true;
  });
  if (kept.length === chunks.length) return bytes;
  return join([bytes.subarray(0, head), ...kept.map(({ start, end }) => bytes.subarray(start, end))]);
}
