import * as z from 'zod';
import type { TrackedObject } from '../../contract/watch.ts';

/** A desk of 5 m in squares of 25 mm; what stands farther off is counted apart. */
export const CELL_MM = 25;
const MOST_CELLS = 40_000;

/** Where things of a class stood, seconds by square: "4,-2" is 100 to 125 mm right and 50 to 25 mm behind the origin. */
export const HeatMap = z.strictObject({
  cell_mm: z.literal(CELL_MM),
  seconds: z.record(z.string().regex(/^-?\d+,-?\d+$/), z.number().nonnegative()),
  /** Beyond the map, or without millimetres. */
  elsewhere_s: z.number().nonnegative(),
});
export type HeatMap = z.infer<typeof HeatMap>;

export const emptyHeatMap = (): HeatMap => ({ cell_mm: CELL_MM, seconds: {}, elsewhere_s: 0 });

const REACH = Math.floor(Math.sqrt(MOST_CELLS) / 2);

/** `seconds` more in which these things stood where they are; what is hidden is not seen to stand anywhere. */
export function warmed(map: HeatMap, objects: readonly TrackedObject[], seconds: number, name = 'mug'): HeatMap {
  const next = { ...map.seconds };
  let { elsewhere_s } = map;
  for (const { class: is, state, position_mm: at } of objects) {
    if (is !== name || state !== 'present') continue;
    const [column, row] =
      at === null ? [Number.NaN, Number.NaN] : [Math.floor(at.x / CELL_MM), Math.floor(at.y / CELL_MM)];
    if (Math.abs(column) < REACH && Math.abs(row) < REACH) {
      const key = `${column},${row}`;
      next[key] = (next[key] ?? 0) + seconds;
    } else elsewhere_s += seconds;
  }
  return { cell_mm: CELL_MM, seconds: next, elsewhere_s };
}
