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

/** Samsung's block behind the picture, and the MP4 file behind that. */
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

/**
 * A plain grey JPEG of 512 x 2048 pixels with a restart marker behind each row of 64 blocks, and `padding` before it.
 * Its own short tables make each block the four bits 00 01: no change of brightness, end of block.
 */
export function withRestarts(padding: readonly number[]): Buffer {
  const table = (id: number, symbols: readonly number[]) =>
    segment(0xc4, Buffer.from([id, 0, symbols.length, ...Array(14).fill(0), ...symbols]));
  const row = Buffer.alloc(32, 0x11);
  const rows = Array.from({ length: 256 }, (_, i) =>
    i === 255 ? [row] : [row, Buffer.from(padding), Buffer.from([0xff, 0xd0 + (i % 8)])],
  );
  return Buffer.concat([
    SOI,
    segment(0xdb, Buffer.concat([Buffer.from([0]), Buffer.alloc(64, 1)])),
    segment(0xc0, Buffer.from([8, 8, 0, 2, 0, 1, 1, 0x11, 0])),
    table(0x00, [0, 1]),
    table(0x10, [1, 0]),
    segment(0xdd, Buffer.from([0, 64])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    ...rows.flat(),
    Buffer.from([0xff, 0xd9]),
  ]);
}

/** A JPEG with a whole JPEG thumbnail and a maker's application segment in its head. */
export function withThumbnail(jpeg: Buffer, thumbnail: Buffer): Buffer {
  return Buffer.concat([SOI, segment(0xe1, Buffer.concat([ascii('Exif\0\0'), thumbnail])), jpeg.subarray(2)]);
}
