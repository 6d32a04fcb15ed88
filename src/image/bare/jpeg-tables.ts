import type { JpegPart } from '../jpeg-layout.ts';

export const [DHT, DQT, DAC, DRI] = [0xc4, 0xdb, 0xcc, 0xdd] as const;

/**
 * The tables of a JPEG (ITU-T T.81, B.2.4) as its decoder knows them at each scan. Only what a scan uses is written, just
 * before it: a table that no scan uses, or that another replaces first, may hold anything.
 */
export class JpegTables {
  private readonly tables = new Map<string, { content: Buffer; written: boolean }>();

  read(bytes: Buffer, { marker, start, end }: JpegPart): void {
    if (marker === DRI) {
      if (end - start === 6) this.define(marker, '', bytes.subarray(start + 4, end));
      return;
    }
    for (let at = start + 4; at < end; ) {
      const length = lengthOf(bytes, marker, at, end);
      if (at + length > end) return;
      this.define(marker, bytes[at]! & (marker === DQT ? 0x0f : 0xff), bytes.subarray(at, at + length));
      at += length;
    }
  }

  find(marker: number, id: number | ''): Buffer | undefined {
    return this.tables.get(`${marker}:${id}`)?.content;
  }

  /** Units between two restarts, 0 where there are none. */
  get interval(): number {
    return this.find(DRI, '')?.readUInt16BE(0) ?? 0;
  }

  /** Segments that a scan needs and that none before it needed. */
  write(needed: readonly (readonly [marker: number, id: number | ''])[]): Buffer[] {
    return needed.flatMap(([marker, id]) => {
      const table = this.tables.get(`${marker}:${id}`);
      if (table === undefined || table.written) return [];
      table.written = true;
      return [segment(marker, table.content)];
    });
  }

  private define(marker: number, id: number | '', content: Buffer): void {
    this.tables.set(`${marker}:${id}`, { content, written: false });
  }
}

/** Of one table in a segment. */
function lengthOf(bytes: Buffer, marker: number, at: number, end: number): number {
  if (marker === DAC) return 2;
  if (marker === DQT) return bytes[at]! >> 4 === 0 ? 65 : 129;
  if (at + 17 > end) return Infinity;
  return bytes.subarray(at + 1, at + 17).reduce((sum, count) => sum + count, 17);
}

export function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}
