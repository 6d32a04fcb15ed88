import type { CellLooks } from './cell-looks.ts';
import { usualColour } from './colour-histogram.ts';
import { meansAround } from './means-around.ts';
import { COVERED, UNSEEN } from './seen-cells.ts';
import type { Standing } from './standing.ts';
import { eachCellNear, type TableGrid } from './table-grid.ts';
import { cheapestWays } from './ways.ts';

/** What speaks for and against a cell being free table. */
export const CELL_FEATURES = [
  // How usual its colour is among the table's at things' feet, near it and farther around; in the whole picture.
  'likeNear',
  'likeAround',
  'commonNear',
  // Brightness and colour less those at the feet; the spread of brightness around it and at the feet.
  'dark',
  'tint',
  'spread',
  'mottle',
  // Share of pixels on borders, near it and farther around; how strong the grain at the feet is; steps across the grain's way.
  'borderNear',
  'borderAround',
  'grain',
  'crossNear',
  'stepNear',
  // From the feet to it: the highest border on the way, and what all steps of colour sum up to.
  'ridge',
  'way',
  // Lengths: from the nearest straight way between two things, mm; pixels of one cell; share around it that the picture shows.
  'between',
  'pixels',
  'seenAround',
  // How probably it lies beyond an edge of the table.
  'beyond',
] as const;
export type CellFeature = (typeof CELL_FEATURES)[number];
export type CellFeatures = Readonly<Record<CellFeature, Float32Array>>;

/** So far around a thing the table at its feet is looked at, mm. */
const FEET = 60;
/** A thing with few cells around it counts for less. */
const FEW = 20;
/** Squares of cells around one, cells to each side. */
const NEAR = 2;
const WIDE = 5;
/** Brightness steps, squared, that are noise. */
const NOISE = 20;
/** Of more things the first ones tell what lies between them. */
const MOST_BETWEEN = 6;

/**
 * `height`: how much more of a border runs through each cell than the table's own grain makes, 0 to about 100. Null where the image
 * shows nothing of the table at anything's feet. `beyond`: of a place, mm.
 */
export function cellFeatures(
  grid: TableGrid,
  looks: CellLooks,
  seen: Uint8Array,
  standing: readonly Standing[],
  beyond: (x: number, y: number) => number,
): { readonly features: CellFeatures; readonly height: Float32Array } | null {
  const { columns, rows, cell } = grid;
  const visible = Uint8Array.from(seen, (s) => Number(s !== COVERED && s !== UNSEEN));
  const feet = atFeet(grid, visible, standing);
  const seeds: number[] = [];
  for (let i = 0; i < feet.length; i++) if (feet[i]! > 0) seeds.push(i);
  if (seeds.length === 0) return null;
  const atSeeds = (values: ArrayLike<number>, p: number) =>
    quantile(
      seeds.map((i) => values[i]!),
      p,
    );

  const like = each(visible, usualColour(looks, feet));
  const tone = atSeeds(looks.grey, 0.5);
  const [u, v] = [atSeeds(looks.u, 0.5), atSeeds(looks.v, 0.5)];
  const energy = each(visible, (i) => Math.log(looks.xx[i]! + looks.yy[i]! + NOISE));
  const calm = atSeeds(energy, 0.4);
  const busy = atSeeds(energy, 0.8);
  const grain = grainOf(
    looks,
    seeds.filter((i) => energy[i]! <= busy),
  );
  const cross = each(visible, (i) => Math.log(Math.max(0, grain.across(i)) + NOISE));
  const usualCross = atSeeds(cross, 0.4);
  const step = each(visible, (i) => {
    const right = (i + 1) % columns > 0 && visible[i + 1] ? difference(looks, i, i + 1) : 0;
    return visible[i + columns] ? Math.max(right, difference(looks, i, i + columns)) : right;
  });
  const usualStep = 2 * atSeeds(step, 0.5) + 2;
  const usualBorder = atSeeds(looks.border, 0.6);
  const height = each(
    visible,
    (i) => 100 * Math.max(0, looks.border[i]! - usualBorder) + 10 * Math.max(0, energy[i]! - calm),
  );
  const starts = seeds.map((i) => ({ cell: i, cost: -3 * like[i]! }));
  const means = meansAround(visible, columns, rows);
  const meanGrey = means.of(looks.grey, WIDE);
  const meanSquare = means.of(
    each(visible, (i) => looks.grey[i]! ** 2),
    WIDE,
  );
  const place = (i: number) => ({
    x: grid.x + ((i % columns) + 0.5) * cell,
    y: grid.y + (Math.floor(i / columns) + 0.5) * cell,
  });
  const mottle = quantile(
    seeds.map((i) => Math.abs(looks.grey[i]! - tone)),
    0.5,
  );
  const features = {
    likeNear: means.of(like, NEAR),
    likeAround: means.of(like, WIDE),
    commonNear: means.of(each(visible, usualColour(looks, visible)), NEAR),
    dark: each(visible, (i) => looks.grey[i]! - tone),
    tint: each(visible, (i) => Math.hypot(looks.u[i]! - u, looks.v[i]! - v)),
    spread: each(visible, (i) => Math.sqrt(Math.max(0, meanSquare[i]! - meanGrey[i]! ** 2))),
    mottle: new Float32Array(visible.length).fill(mottle),
    borderNear: means.of(looks.border, NEAR),
    borderAround: means.of(looks.border, WIDE),
    grain: new Float32Array(visible.length).fill(grain.strength),
    crossNear: means.of(
      each(visible, (i) => cross[i]! - usualCross),
      NEAR,
    ),
    stepNear: means.of(step, NEAR),
    ridge: Float32Array.from(cheapestWays(visible, columns, starts, (so, _, to) => Math.max(so, height[to]!))),
    way: Float32Array.from(
      cheapestWays(visible, columns, starts, (so, from, to) => {
        const more = difference(looks, from, to) - usualStep;
        return more > 0 ? so + Math.round(more / 2) : so;
      }),
    ),
    between: betweenThings(visible, standing, place),
    pixels: looks.pixels,
    seenAround: means.share(2 * WIDE),
    beyond: each(visible, (i) => {
      const { x, y } = place(i);
      return beyond(x, y);
    }),
  };
  return { features, height };
}

/** How much each cell tells of the table: those around things' feet, every thing with the same weight. */
function atFeet(grid: TableGrid, visible: Uint8Array, standing: readonly Standing[]): Float32Array {
  const weight = new Float32Array(visible.length);
  for (const { at, reach } of standing) {
    const mine: number[] = [];
    eachCellNear(grid, at, reach + FEET, (i) => {
      if (visible[i]) mine.push(i);
    });
    for (const i of mine) weight[i] = weight[i]! + 1 / (mine.length + FEW);
  }
  return weight;
}

/** How much the grain runs one way, 0 to 1, and the squared steps of a cell along that way, where the grain itself makes few. */
function grainOf({ xx, yy, xy }: CellLooks, calm: readonly number[]) {
  let [c, s] = [0, 0];
  for (const i of calm) {
    const total = xx[i]! + yy[i]! + NOISE;
    c += (xx[i]! - yy[i]!) / total;
    s += (2 * xy[i]!) / total;
  }
  const turn = Math.atan2(s, c) / 2;
  const [ax, ay] = [-Math.sin(turn), Math.cos(turn)];
  return {
    strength: Math.hypot(c, s) / Math.max(1, calm.length),
    across: (i: number) => ax * ax * xx[i]! + ay * ay * yy[i]! + 2 * ax * ay * xy[i]!,
  };
}

/** How differently two cells are coloured. */
function difference({ grey, u, v }: CellLooks, a: number, b: number): number {
  const [dg, du, dv] = [grey[a]! - grey[b]!, u[a]! - u[b]!, v[a]! - v[b]!];
  return Math.sqrt(dg * dg + 4 * (du * du + dv * dv));
}

function betweenThings(
  visible: Uint8Array,
  standing: readonly Standing[],
  place: (i: number) => { readonly x: number; readonly y: number },
): Float32Array {
  const things = standing.slice(0, MOST_BETWEEN);
  const ways = things.flatMap(({ at: p }, k) =>
    things.slice(k + 1).map(({ at: q }) => ({ p, ex: q.x - p.x, ey: q.y - p.y })),
  );
  return each(visible, (i) => {
    const { x, y } = place(i);
    let least = 1e6;
    for (const { p, ex, ey } of ways) {
      const [dx, dy] = [x - p.x, y - p.y];
      const t = Math.max(0, Math.min(1, (dx * ex + dy * ey) / (ex * ex + ey * ey || 1)));
      least = Math.min(least, (dx - t * ex) ** 2 + (dy - t * ey) ** 2);
    }
    least = Math.sqrt(least);
    for (const { at, reach } of things) least = Math.min(least, Math.hypot(x - at.x, y - at.y) - reach);
    return Math.max(0, least);
  });
}

function each(visible: Uint8Array, value: (i: number) => number): Float32Array {
  const out = new Float32Array(visible.length);
  for (let i = 0; i < out.length; i++) if (visible[i]) out[i] = value(i);
  return out;
}

function quantile(values: readonly number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}
