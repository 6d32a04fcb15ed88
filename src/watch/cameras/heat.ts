import * as z from 'zod';
import type { Scene } from '../../scene/types.ts';

/** Side of a cell, mm. */
export const CELL_MM = 25;
/** A desk of four square metres; what lies beyond is not counted. */
const MOST_CELLS = 6400;
/** Of the table's millimetres: whoever stands farther off is a mistake of the calibration. */
const FARTHEST_MM = 20_000;

/** Seconds that mugs stood in each cell, by `column,row`. */
export const Heat = z.record(z.string(), z.number());
export type Heat = z.infer<typeof Heat>;

/** Adds the time that each mug stood where it is. */
export function warmed(heat: Heat, scene: Scene, seconds: number, classes: readonly string[] = ['mug']): Heat {
  if (seconds <= 0) return heat;
  const next = { ...heat };
  let cells = Object.keys(next).length;
  for (const { class: name, footprint } of scene.objects) {
    if (!classes.includes(name) || footprint === null) continue;
    const { x, y } = middleOf(footprint);
    if (!(Math.abs(x) <= FARTHEST_MM && Math.abs(y) <= FARTHEST_MM)) continue;
    const cell = `${Math.floor(x / CELL_MM)},${Math.floor(y / CELL_MM)}`;
    if (next[cell] === undefined) {
      if (cells >= MOST_CELLS) continue;
      cells += 1;
    }
    next[cell] = Math.round(((next[cell] ?? 0) + seconds) * 10) / 10;
  }
  return next;
}

function middleOf(footprint: NonNullable<Scene['objects'][number]['footprint']>) {
  if (footprint.kind === 'disk') return footprint.centre;
  const { points } = footprint;
  const sum = points.reduce((all, { x, y }) => ({ x: all.x + x, y: all.y + y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
