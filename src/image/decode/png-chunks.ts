/** A chunk with its length before it and its checksum behind it. */
export interface PngChunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** The chunks up to IEND; ends early where the file does. */
export function* pngChunks(bytes: Buffer): Generator<PngChunk> {
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (end > bytes.length) return;
    yield { type, start: at, end };
    if (type === 'IEND') return;
    at = end;
  }
}

/** What says how the pixels look (PNG 3, section 11), and nothing else. */
export const PNG_PIXELS: ReadonlySet<string> = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'gAMA',
  'cHRM',
  'sRGB',
  'iCCP',
  'sBIT',
]);
