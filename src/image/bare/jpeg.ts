import { EOI, type JpegPart, SOS } from '../jpeg-layout.ts';
import { type BlockCodes, codesOf, exactData, type ScanShape } from './huffman-data.ts';
import { bareProfile } from './icc.ts';
import { componentsOf, type Frame, readFrame, readScan, type Scan, unitsOf } from './jpeg-frame.ts';
import { DAC, DHT, DQT, DRI, JpegTables, segment } from './jpeg-tables.ts';
import { nextFf } from './next-ff.ts';

/** Decoders know no others: baseline and extended, progressive, each with Huffman or arithmetic coding. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc9, 0xca]);
const TABLES: ReadonlySet<number> = new Set([DHT, DQT, DAC, DRI]);
/** Version 1.1, one pixel as wide as high, no thumbnail. */
const JFIF = Buffer.from('JFIF\0\x01\x01\0\0\x01\0\x01\0\0', 'latin1');
const [APP0, APP1, APP2, APP14] = [0xe0, 0xe1, 0xe2, 0xee] as const;

export interface JpegRequest {
  readonly bytes: Buffer;
  /** Of the layout. */
  readonly parts: readonly JpegPart[];
  readonly exif: Buffer | null;
}

export interface BareJpeg {
  readonly bytes: Buffer;
  /** Whether nothing is left behind the blocks of any scan. Where they are not read one by one, that is not known. */
  readonly exact: boolean;
}

/**
 * The JPEG written anew from what a decoder needs of it: the frame, its scans with the tables that they use, and of the
 * application segments what says how colours are meant. Throws the signal's reason.
 */
export async function bareJpeg({ bytes, parts, exif }: JpegRequest, signal?: AbortSignal): Promise<BareJpeg> {
  const out: Buffer[] = [bytes.subarray(0, 2), ...application(bytes, parts, exif)];
  const tables = new JpegTables();
  let frame: Frame | null = null;
  let exact = true;
  const begun = new Set<number>();
  for (const part of parts) {
    if (TABLES.has(part.marker)) tables.read(bytes, part);
    if (FRAMES.has(part.marker) && frame === null) {
      frame = readFrame(bytes, part);
      out.push(bytes.subarray(part.start, part.end));
    }
    if (part.marker !== SOS || frame === null) continue;
    let whole = false;
    for (let start = part.start; start < part.end && !whole; ) {
      const scan = readScan(bytes, start, frame);
      const components = componentsOf(frame, scan);
      const quantisation = components.filter(({ id }) => !begun.has(id)).map((one) => [DQT, one.quantisation] as const);
      const coding = scan.tables.flatMap((id) => [[DHT, id] as const, [DAC, id] as const]);
      out.push(...tables.write([...quantisation, ...coding, [DRI, '']]), segment(SOS, scan.header));
      const end = dataEnd(bytes, scan.end, part.end, tables.interval > 0);
      const data = bytes.subarray(scan.end, end);
      const shape = shapeOf(frame, scan, tables);
      const read = shape && (await exactData(data, shape, signal));
      if (!read) exact = false;
      out.push(...(read ?? [withoutFill(data)]));
      for (const { id } of components) begun.add(id);
      // The one scan of an ordinary photo: no decoder reads on.
      whole = !frame.progressive && components.length === frame.components.length;
      start = isScan(bytes, end) ? end : part.end;
    }
    if (whole) break;
  }
  return { bytes: Buffer.concat([...out, Buffer.from([0xff, EOI])]), exact };
}

function application(bytes: Buffer, parts: readonly JpegPart[], exif: Buffer | null): Buffer[] {
  const contents = (marker: number, name: string) =>
    parts
      .filter((part) => part.marker === marker)
      .map(({ start, end }) => bytes.subarray(start + 4, end))
      .filter((content) => content.indexOf(name, 0, 'latin1') === 0);
  const out: Buffer[] = [];
  if (exif) out.push(segment(APP1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])));
  if (contents(APP0, 'JFIF\0').some(({ length }) => length >= 14)) out.push(segment(APP0, JFIF));
  const adobe = contents(APP14, 'Adobe').findLast(({ length }) => length >= 12);
  if (adobe) out.push(segment(APP14, Buffer.from([...Buffer.from('Adobe\0\x64\0\0\0\0', 'latin1'), adobe[11]!])));
  const profile = bareProfile(joined(contents(APP2, 'ICC_PROFILE\0')));
  if (profile) out.push(segment(APP2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), profile])));
  return out;
}

/** Each piece says which of how many it is (ICC.1:2022, annex B.4). */
function joined(pieces: readonly Buffer[]): Buffer {
  const sorted = [...pieces].sort((a, b) => (a[12] ?? 0) - (b[12] ?? 0));
  const whole = sorted.every((piece, i) => piece[12] === i + 1 && piece[13] === sorted.length);
  return whole ? Buffer.concat(sorted.map((piece) => piece.subarray(14))) : Buffer.alloc(0);
}

/** Null where the scan's data are not Huffman codes block by block. */
function shapeOf(frame: Frame, scan: Scan, tables: JpegTables): ScanShape | null {
  const components = componentsOf(frame, scan);
  if (!frame.sequentialHuffman || components.length !== scan.components.length) return null;
  const blocks: BlockCodes[] = [];
  for (const [i, { across, down }] of components.entries()) {
    const { dc, ac } = scan.components[i]!;
    const [dcTable, acTable] = [tables.find(DHT, dc), tables.find(DHT, ac)];
    const codes = { dc: dcTable && codesOf(dcTable), ac: acTable && codesOf(acTable) };
    if (!codes.dc || !codes.ac) return null;
    const times = components.length === 1 ? 1 : across * down;
    for (let n = 0; n < times; n += 1) blocks.push({ dc: codes.dc, ac: codes.ac });
  }
  return { blocks, units: unitsOf(frame, components), interval: tables.interval };
}

/** Up to the first marker that does not belong into compressed data; with restarts a decoder goes on behind most. */
function dataEnd(bytes: Buffer, from: number, to: number, restarts: boolean): number {
  for (let at = nextFf(bytes, from); at !== -1 && at + 1 < to; at = nextFf(bytes, at + 1)) {
    if (bytes[at + 1] === 0 || bytes[at + 1] === 0xff) continue;
    if (!restarts || isScan(bytes, at)) return at;
  }
  return to;
}

/** Compressed data end with ones: zeros and fill bytes behind them hold nothing, and some cameras write them. */
function withoutFill(data: Buffer): Buffer {
  let end = data.length;
  while (end > 0 && (data[end - 1] === 0xff || (data[end - 1] === 0 && data[end - 2] !== 0xff))) end -= 1;
  return data.subarray(0, end);
}

/** The layout takes a scan that follows another without a table between them for its data. */
function isScan(bytes: Buffer, at: number): boolean {
  const components = bytes[at + 4] ?? 0;
  return (
    bytes[at] === 0xff &&
    bytes[at + 1] === SOS &&
    components >= 1 &&
    components <= 4 &&
    bytes.readUInt16BE(at + 2) === 6 + 2 * components
  );
}
