import { riff, type WebpChunk, webpChunks } from '../decode/webp-chunks.ts';
import { bareProfile } from './icc.ts';

/** Of VP8X (RFC 9649, section 2.7.1). */
const FLAG = { animation: 0x02, exif: 0x08, alpha: 0x10, profile: 0x20 } as const;
const FRAME_HEAD = 16;
const PIXELS = new Set(['VP8 ', 'VP8L']);

/**
 * The WebP written anew from its canvas, colour profile, transparency and pixels (RFC 9649, section 2.7); of an animated one
 * the first frame.
 */
export function bareWebp(bytes: Buffer, exif: Buffer | null): Buffer {
  const chunks = [...webpChunks(bytes)];
  const first = (type: string) => chunks.find((one) => one.type === type);
  const content = ({ start, end }: WebpChunk) => bytes.subarray(start + 8, end);
  const extended = first('VP8X');
  if (extended === undefined) return riff(pixels(bytes, chunks));
  const [animation, frame, icc] = [first('ANIM'), first('ANMF'), first('ICCP')];
  const profile = icc && bareProfile(content(icc));
  const flags = bytes[extended.start + 8]!;
  const canvas = Buffer.alloc(10);
  canvas[0] = (flags & (FLAG.animation | FLAG.alpha)) | (profile ? FLAG.profile : 0) | (exif ? FLAG.exif : 0);
  content(extended).copy(canvas, 4, 4, 10);
  return riff([
    chunk('VP8X', canvas),
    ...(profile ? [chunk('ICCP', profile)] : []),
    // The colour behind the frames; shown once.
    ...(animation ? [chunk('ANIM', Buffer.from([...content(animation).subarray(0, 4), 1, 0]))] : []),
    ...(frame ? [bareFrame(bytes, frame)] : pixels(bytes, chunks)),
    ...(exif ? [chunk('EXIF', exif)] : []),
  ]);
}

/** Where it lies and how it is laid on; it is shown for no time. */
function bareFrame(bytes: Buffer, { start, end }: WebpChunk): Buffer {
  const from = start + 8 + FRAME_HEAD;
  const head = Buffer.from(bytes.subarray(start + 8, from));
  head.fill(0, 12, 15);
  head[15] = head[15]! & 0x03;
  return chunk('ANMF', Buffer.concat([head, ...pixels(bytes, [...webpChunks(bytes, from, end)])]));
}

function pixels(bytes: Buffer, chunks: readonly WebpChunk[]): Buffer[] {
  const image = chunks.find(({ type }) => PIXELS.has(type));
  const alpha = chunks.find(({ type }) => type === 'ALPH');
  return [alpha, image].flatMap((one) => {
    if (one === undefined) return [];
    const length = bytes.readUInt32LE(one.start + 4);
    return [chunk(one.type, bytes.subarray(one.start + 8, Math.min(one.start + 8 + length, one.end)))];
  });
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}
