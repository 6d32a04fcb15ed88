/** One of the seven passes of an interlaced PNG, or the whole of another one. */
interface Pass {
  /** Bytes, without the one that names the filter. */
  readonly rowBytes: number;
  readonly rows: number;
  /** Pixels. */
  readonly width: number;
}

export interface PngHead {
  readonly width: number;
  readonly height: number;
  /** Of a sample. */
  readonly bits: number;
  readonly colour: number;
  readonly interlaced: boolean;
}

export const PALETTE = 3;
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Start and step, across and down (PNG 3, section 8.1). */
const ADAM7 = [
  [0, 8, 0, 8],
  [4, 8, 0, 8],
  [0, 4, 4, 8],
  [2, 4, 0, 4],
  [0, 2, 2, 4],
  [1, 2, 0, 2],
  [0, 1, 1, 2],
] as const;

function passesOf({ width, height, bits, colour, interlaced }: PngHead): Pass[] {
  const pass = (across: number, down: number): Pass => ({
    width: across,
    rows: down,
    rowBytes: Math.ceil((across * bits * (SAMPLES[colour] ?? 4)) / 8),
  });
  if (!interlaced) return [pass(width, height)];
  return ADAM7.map(([x, dx, y, dy]) => pass(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy))).filter(
    ({ width: across, rows }) => across > 0 && rows > 0,
  );
}

/** Bytes that the unpacked rows have. */
export const unpackedBytes = (head: PngHead): number =>
  passesOf(head).reduce((sum, { rowBytes, rows }) => sum + rows * (rowBytes + 1), 0);

/** Which colours of its palette an image uses, from its unpacked rows as they come. */
export class PaletteUse {
  readonly used = new Set<number>();
  private readonly seen = new Uint8Array(256);
  private readonly bits: number;
  private readonly passes: Pass[];
  private row: Uint8Array;
  private above: Uint8Array;
  private filled = 0;
  private done = 0;

  constructor(head: PngHead) {
    this.bits = head.bits;
    this.passes = passesOf(head);
    this.row = new Uint8Array(1 + (this.passes[0]?.rowBytes ?? 0));
    this.above = new Uint8Array(this.row.length);
  }

  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.passes.length > 0; ) {
      const part = chunk.subarray(at, at + this.row.length - this.filled);
      this.row.set(part, this.filled);
      this.filled += part.length;
      at += part.length;
      if (this.filled === this.row.length) this.endRow();
    }
  }

  private endRow(): void {
    const [pass] = this.passes;
    if (pass === undefined) return;
    unfilter(this.row, this.above);
    this.look(pass.width);
    [this.row, this.above] = [this.above, this.row];
    this.filled = 0;
    this.done += 1;
    if (this.done < pass.rows) return;
    this.passes.shift();
    this.done = 0;
    this.row = new Uint8Array(1 + (this.passes[0]?.rowBytes ?? 0));
    this.above = new Uint8Array(this.row.length);
  }

  private look(width: number): void {
    const { row, seen, bits, used } = this;
    const mask = (1 << bits) - 1;
    for (let x = 0; x < width; x += 1) {
      const bit = x * bits;
      const index = (row[1 + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask;
      if (seen[index] === 1) continue;
      seen[index] = 1;
      used.add(index);
    }
  }
}

/** In place, for samples of at most a byte (PNG 3, section 9.2). */
function unfilter(row: Uint8Array, above: Uint8Array): void {
  const filter = row[0]!;
  if (filter === 0) return;
  let [left, corner] = [0, 0];
  for (let i = 1; i < row.length; i += 1) {
    const up = above[i]!;
    left = (row[i]! + predicted(filter, left, up, corner)) & 0xff;
    corner = up;
    row[i] = left;
  }
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
