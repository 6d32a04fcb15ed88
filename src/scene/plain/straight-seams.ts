/** A shorter common border may be a side of something, cells. */
const LEAST_CELLS = 20;
/** How far off one straight line the border may lie, standard deviation in cells. */
const OFF_LINE = 0.8;

/** Of two surfaces: how many cells their common border has, and sums of its places. */
interface Border {
  n: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
}

/**
 * Pairs of surfaces of one grid whose whole common border, through open cells, is one long straight line: a seam between planks. A
 * thing that lies on the table has corners.
 */
export function straightSeams(
  open: Uint8Array,
  surface: Int32Array,
  columns: number,
  reach: number,
): (readonly [number, number])[] {
  const nearest = grown(open, surface, columns, reach);
  const borders = new Map<string, Border>();
  const meet = (i: number, k: number) => {
    const [a, b] = [nearest[i]!, nearest[k]!];
    if (a === 0 || b === 0 || a === b) return;
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    let border = borders.get(key);
    if (border === undefined) borders.set(key, (border = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 }));
    const x = ((i % columns) + (k % columns)) / 2;
    const y = (Math.floor(i / columns) + Math.floor(k / columns)) / 2;
    border.n++;
    border.x += x;
    border.y += y;
    border.xx += x * x;
    border.yy += y * y;
    border.xy += x * y;
  };
  for (let i = 0; i < nearest.length; i++) {
    if ((i + 1) % columns > 0) meet(i, i + 1);
    if (i + columns < nearest.length) meet(i, i + columns);
  }
  return [...borders].filter(([, b]) => isStraight(b)).map(([key]) => key.split(' ').map(Number) as [number, number]);
}

function isStraight({ n, x, y, xx, yy, xy }: Border): boolean {
  if (n < LEAST_CELLS) return false;
  const [a, c, b] = [xx / n - (x / n) ** 2, yy / n - (y / n) ** 2, xy / n - (x / n) * (y / n)];
  const spread = Math.hypot((a - c) / 2, b);
  const [most, least] = [(a + c) / 2 + spread, (a + c) / 2 - spread];
  // A straight line of length l has a standard deviation of l / sqrt(12).
  return Math.sqrt(12 * most) >= LEAST_CELLS && Math.sqrt(Math.max(0, least)) <= OFF_LINE;
}

/** Which surface each open cell is nearest to, at most `reach` steps away; 0 where none is. */
function grown(open: Uint8Array, surface: Int32Array, columns: number, reach: number): Int32Array {
  const nearest = Int32Array.from(surface);
  let front: number[] = [];
  for (let i = 0; i < surface.length; i++) if (surface[i] !== 0) front.push(i);
  for (let step = 0; step < reach; step++) {
    const next: number[] = [];
    const take = (from: number, to: number) => {
      if (nearest[to] !== 0 || open[to] !== 1) return;
      nearest[to] = nearest[from]!;
      next.push(to);
    };
    for (const i of front) {
      const column = i % columns;
      if (column > 0) take(i, i - 1);
      if (column + 1 < columns) take(i, i + 1);
      if (i >= columns) take(i, i - columns);
      if (i + columns < open.length) take(i, i + columns);
    }
    front = next;
  }
  return nearest;
}
