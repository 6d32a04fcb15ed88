/** A chunk with its head and its padding. */
export interface WebpChunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The chunks of the file behind its RIFF head, or those of a frame, between `from` and `to`. */
export function* webpChunks(bytes: Buffer, from = 12, to = riffEnd(bytes)): Generator<WebpChunk> {
  let at = from;
  while (at + 8 <= to) {
    const length = bytes.readUInt32LE(at + 4);
    const end = Math.min(at + 8 + length + (length & 1), to);
    yield { type: bytes.toString('latin1', at, at + 4), start: at, end };
    at = end;
  }
}

function riffEnd(bytes: Buffer): number {
  return Math.min(bytes.length, bytes.readUInt32LE(4) + 8);
}

/** What says how the pixels look (RFC 9649, section 2.7), and nothing else. */
export const WEBP_PIXELS: ReadonlySet<string> = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L']);

export function riff(chunks: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP', 'latin1'), ...chunks]);
  const head = Buffer.from('RIFF\0\0\0\0', 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
}
