import type { JpegPart } from '../jpeg-layout.ts';

export interface Component {
  readonly id: number;
  /** Blocks of a minimum coded unit. */
  readonly across: number;
  readonly down: number;
  readonly quantisation: number;
}

/** ITU-T T.81, B.2.2. */
export interface Frame {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly sequentialHuffman: boolean;
  readonly components: readonly Component[];
}

export function readFrame(bytes: Buffer, { marker, start, end }: JpegPart): Frame {
  const components: Component[] = [];
  for (let at = start + 10; at + 3 <= end; at += 3) {
    const [id, sampling, quantisation] = bytes.subarray(at, at + 3);
    components.push({ id: id!, across: sampling! >> 4, down: sampling! & 15, quantisation: quantisation! & 15 });
  }
  const known = end - start >= 9;
  return {
    width: known ? bytes.readUInt16BE(start + 7) : 0,
    height: known ? bytes.readUInt16BE(start + 5) : 0,
    progressive: marker === 0xc2 || marker === 0xca,
    sequentialHuffman: marker === 0xc0 || marker === 0xc1,
    components,
  };
}

/** ITU-T T.81, B.2.3. */
export interface Scan {
  readonly header: Buffer;
  /** With the numbers of their tables. */
  readonly components: readonly { readonly id: number; readonly dc: number; readonly ac: number }[];
  /** Those tables that it uses. */
  readonly tables: readonly number[];
  /** Of its header in the file. */
  readonly end: number;
}

const AC = 0x10;

export function readScan(bytes: Buffer, start: number, { progressive }: Frame): Scan {
  const end = start + 2 + bytes.readUInt16BE(start + 2);
  const header = Buffer.from(bytes.subarray(start + 4, end));
  // Where all coefficients come at once, the rest of the header is ignored.
  if (!progressive && header.length >= 3) header.set([0, 63, 0], header.length - 3);
  const components: { id: number; dc: number; ac: number }[] = [];
  for (let at = 1; at + 5 <= header.length; at += 2) {
    const tables = header[at + 1]!;
    components.push({ id: header[at]!, dc: tables >> 4, ac: AC | (tables & 15) });
  }
  const [first = 0, last = 0, approximation = 0] = header.subarray(-3);
  const tables = [
    ...(first === 0 && approximation >> 4 === 0 ? components.map(({ dc }) => dc) : []),
    ...(last > 0 ? components.map(({ ac }) => ac) : []),
  ];
  return { header, components, tables, end };
}

export function componentsOf(frame: Frame, scan: Scan): Component[] {
  return scan.components.flatMap(({ id }) => frame.components.find((one) => one.id === id) ?? []);
}

/** Minimum coded units of a scan of these components (ITU-T T.81, A.2). */
export function unitsOf({ width, height, components }: Frame, scanned: readonly Component[]): number {
  const most = { across: 1, down: 1 };
  for (const { across, down } of components) {
    most.across = Math.max(most.across, across);
    most.down = Math.max(most.down, down);
  }
  const [only] = scanned;
  if (scanned.length !== 1 || only === undefined) {
    return Math.ceil(width / (8 * most.across)) * Math.ceil(height / (8 * most.down));
  }
  const blocks = (side: number, share: number) => Math.ceil(Math.ceil(side * share) / 8);
  return blocks(width, only.across / most.across) * blocks(height, only.down / most.down);
}
