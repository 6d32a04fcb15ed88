type Value = string | number | readonly [numerator: number, denominator: number];
export type Tags = Readonly<Record<number, Value>>;

/** A TIFF block with two directories: texts as ASCII, numbers as LONG, pairs as RATIONAL. */
export function exifBlock(first: Tags, second: Tags, big = false): Buffer {
  const u16 = (n: number) => bytes(2, (b) => (big ? b.writeUInt16BE(n) : b.writeUInt16LE(n)));
  const u32 = (n: number) => bytes(4, (b) => (big ? b.writeUInt32BE(n) : b.writeUInt32LE(n)));
  const directory = (tags: readonly (readonly [number, Value])[], offset: number): Buffer => {
    const data: Buffer[] = [];
    let next = offset + 2 + 12 * tags.length + 4;
    const far = (block: Buffer) => {
      data.push(block);
      next += block.length;
      return u32(next - block.length);
    };
    const entries = tags.map(([tag, value]) => {
      if (typeof value === 'number') return [u16(tag), u16(4), u32(1), u32(value)];
      if (typeof value !== 'string') return [u16(tag), u16(5), u32(1), far(Buffer.concat(value.map(u32)))];
      const text = Buffer.from(`${value}\0`, 'latin1');
      const place = text.length <= 4 ? Buffer.concat([text, Buffer.alloc(4 - text.length)]) : far(text);
      return [u16(tag), u16(2), u32(text.length), place];
    });
    return Buffer.concat([u16(tags.length), ...entries.flat(), u32(0), ...data]);
  };
  const of = (tags: Tags) => Object.entries(tags).map(([tag, value]) => [Number(tag), value] as const);
  const pointed = (at: number) => directory([...of(first), [0x8769, at]], 8);
  const at = 8 + pointed(0).length;
  return Buffer.concat([
    Buffer.from(big ? 'MM\0*' : 'II*\0', 'latin1'),
    u32(8),
    pointed(at),
    directory(of(second), at),
  ]);
}

function bytes(length: number, write: (block: Buffer) => void): Buffer {
  const block = Buffer.alloc(length);
  write(block);
  return block;
}
