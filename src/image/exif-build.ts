const ORIENTATION = 0x0112;
const EXIF_POINTER = 0x8769;
const FOCAL_LENGTH_IN_35MM = 0xa405;
const SHORT = 3;
const LONG = 4;

/** A little-endian TIFF block (EXIF 2.32, section 4.5) that holds these two facts only; null when both are plain. */
export function buildExif(facts: { orientation: number; focal35mm: number | null }): Buffer | null {
  const turned = facts.orientation > 1 && facts.orientation <= 8;
  if (!turned && facts.focal35mm === null) return null;
  const first: Entry[] = turned ? [[ORIENTATION, SHORT, facts.orientation]] : [];
  const second: Entry[] = facts.focal35mm === null ? [] : [[FOCAL_LENGTH_IN_35MM, SHORT, Math.round(facts.focal35mm)]];
  if (second.length > 0) first.push([EXIF_POINTER, LONG, 8 + directoryLength(first.length + 1)]);
  return Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory(first),
    ...(second.length > 0 ? [directory(second)] : []),
  ]);
}

type Entry = [tag: number, type: number, value: number];

const directoryLength = (entries: number) => 2 + 12 * entries + 4;

function directory(entries: readonly Entry[]): Buffer {
  const block = Buffer.alloc(directoryLength(entries.length));
  block.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value], i) => {
    const at = 2 + 12 * i;
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(1, at + 4);
    block.writeUInt32LE(value, at + 8);
  });
  return block;
}
