import sharp from 'sharp';

const SOI = Buffer.from([0xff, 0xd8]);
const ascii = (text: string) => Buffer.from(text, 'latin1');

/** Where the first segment with this marker begins. */
export const segmentAt = (bytes: Buffer, marker: number) => bytes.indexOf(Buffer.from([0xff, marker]));

export function insert(bytes: Buffer, at: number, what: readonly number[] | Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(what), bytes.subarray(at)]);
}

export function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** Samsung's block behind the image, and the MP4 file behind that. */
export const samsungVideo = Buffer.concat([
  ascii('\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data'),
  ascii('\0\0\0\x18ftypmp42\0\0\0\0isommp42\0\0\0\x08free'),
  ascii('SEFHk\0\0\0\x01\0\0\0SEFT'),
]);
export const googleVideo = ascii('\0\0\0\x1cftypisom\0\0\x02\0isomiso2mp41\0\0\0\x08mdat');

/** The scan header of a sequential JPEG as some cameras write it: it says that it holds the first coefficient only. */
export function oddScanHeader(jpeg: Buffer): Buffer {
  const bytes = Buffer.from(jpeg);
  const sos = segmentAt(bytes, 0xda);
  bytes[sos + 2 + bytes.readUInt16BE(sos + 2) - 2] = 0;
  return bytes;
}

const STRIPS = 24;

/**
 * A JPEG of 640 x 384 pixels with a restart marker behind each row of blocks, and `padding` before it. The compressed
 * data of images of one row each are just what lies between restarts, as long as all have the same tables.
 */
export async function withRestarts(padding: readonly number[]): Promise<Buffer> {
  const size = { width: 640, height: 16 };
  const strips = await Promise.all(
    Array.from({ length: STRIPS }, (_, i) => {
      const pixels = Buffer.alloc(3 * size.width * size.height);
      for (let at = 0; at < pixels.length; at += 1) pixels[at] = ((at + 7919 * i) * 2_654_435_761) >>> 24;
      return sharp(pixels, { raw: { ...size, channels: 3 } })
        .jpeg({ quality: 90, optimiseCoding: false })
        .toBuffer();
    }),
  );
  const first = Buffer.from(strips[0]!);
  first.writeUInt16BE(size.height * STRIPS, segmentAt(first, 0xc0) + 5);
  const sos = segmentAt(first, 0xda);
  const rows = strips.map((strip, i) => {
    const data = strip.subarray(scanData(strip), strip.length - 2);
    return i === 0 ? data : Buffer.concat([Buffer.from(padding), Buffer.from([0xff, 0xd0 + ((i - 1) % 8)]), data]);
  });
  return Buffer.concat([
    first.subarray(0, sos),
    segment(0xdd, Buffer.from([0, size.width / 16])),
    first.subarray(sos, scanData(first)),
    ...rows,
    Buffer.from([0xff, 0xd9]),
  ]);
}

function scanData(jpeg: Buffer): number {
  const sos = segmentAt(jpeg, 0xda);
  return sos + 2 + jpeg.readUInt16BE(sos + 2);
}

/** A JPEG with a whole JPEG thumbnail and a maker's application segment in its head. */
export function withThumbnail(jpeg: Buffer, thumbnail: Buffer): Buffer {
  return Buffer.concat([SOI, segment(0xe1, Buffer.concat([ascii('Exif\0\0'), thumbnail])), jpeg.subarray(2)]);
}
