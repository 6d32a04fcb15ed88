import { GROUPS } from '../../contract/objects.ts';
import type { SceneObject } from '../../scene/types.ts';
import { assign } from './assign.ts';
import type { Stay, Track } from './state.ts';
import { boxError, boxOf } from './stay.ts';

/** Squared standard errors in place and size, four numbers: so far 99.9 % of what stands still lies. */
const GATE = 18.5;
/** What another name costs, and how much of both boxes must then be the same. */
const OTHER_NAME = 9;
const SAME_BOX = 0.6;
/** A box counts as part of another with so much of it inside. */
const INSIDE = 0.88;
const SMALLER = 0.85;

export interface Match {
  readonly track: number;
  readonly object: number;
  readonly as: 'stay' | 'elsewhere' | 'part' | 'moved';
}

/**
 * Which thing is which track. First what is where it was, then, among what is left, what is new and of the same name as
 * something that is no longer where it was: it was moved.
 */
export function matched(tracks: readonly Track[], objects: readonly SceneObject[]): Match[] {
  const found: Match[] = [];
  const freeTracks = new Set(tracks.keys());
  const freeObjects = new Set(objects.keys());
  const pair = (
    rows: number[],
    columns: number[],
    cost: (t: number, o: number) => number,
    as: (t: number, o: number) => Match['as'],
  ) => {
    assign(rows.length, columns.length, (i, j) => cost(rows[i]!, columns[j]!)).forEach((column, i) => {
      if (column < 0) return;
      const [track, object] = [rows[i]!, columns[column]!];
      found.push({ track, object, as: as(track, object) });
      freeTracks.delete(track);
      freeObjects.delete(object);
    });
  };
  const near = (t: number, o: number) => nearest(tracks[t]!, objects[o]!);
  pair(
    [...freeTracks],
    [...freeObjects],
    (t, o) => near(t, o).cost,
    (t, o) => near(t, o).as,
  );
  pair(
    [...freeTracks],
    [...freeObjects],
    (t, o) => movedCost(tracks[t]!, objects[o]!),
    () => 'moved',
  );
  return found;
}

function nearest(track: Track, o: SceneObject): { readonly cost: number; readonly as: Match['as'] } {
  const name = nameCost(track, o);
  const box = boxOf(o);
  const stay = placeCost(track.stay, box);
  const there = track.elsewhere === null ? Number.POSITIVE_INFINITY : placeCost(track.elsewhere, box);
  const best = Math.min(stay, there);
  if (best <= GATE) return { cost: best + name, as: stay <= there ? 'stay' : 'elsewhere' };
  if (isPart(box, track.stay.px)) return { cost: GATE + name, as: 'part' };
  return { cost: Number.POSITIVE_INFINITY, as: 'stay' };
}

function placeCost(stay: Stay, [x, y, w, h]: Stay['px']): number {
  const error = boxError(stay);
  const grown = (a: number, b: number) => (a - b) ** 2 / (2 * error ** 2);
  return ((x - stay.px[0]) ** 2 + (y - stay.px[1]) ** 2) / error ** 2 + grown(w, stay.px[2]) + grown(h, stay.px[3]);
}

/** The detector wavers between names; between those of one group easily. */
function nameCost(track: Track, o: SceneObject): number {
  if (track.named[o.class] !== undefined || track.class === o.class) return 0;
  if (overlapOf(boxOf(o), track.stay.px) < SAME_BOX) return Number.POSITIVE_INFINITY;
  const together = Object.entries(GROUPS).some(
    ([group, classes]) => group !== 'object' && classes.includes(o.class) && classes.includes(track.class),
  );
  return together ? OTHER_NAME / 2 : OTHER_NAME;
}

/** Pixels; a thing that vanished just now before one that is hidden for long. */
function movedCost(track: Track, o: SceneObject): number {
  if (track.class !== o.class) return Number.POSITIVE_INFINITY;
  const [x, y, w, h] = boxOf(o);
  const [tx, ty, tw, th] = track.stay.px;
  // Perspective makes it larger or smaller, not another thing.
  if (Math.abs(Math.log((w * h) / (tw * th))) > Math.log(4)) return Number.POSITIVE_INFINITY;
  return Math.hypot(x - tx, y - ty) * (1 + track.absent_ms / 60_000);
}

/** Something covers part of it: its box is smaller and lies in the one it had. */
export function isPart(part: Stay['px'], whole: Stay['px']): boolean {
  return part[2] * part[3] < SMALLER * whole[2] * whole[3] && insideOf(part, whole) >= INSIDE;
}

export function insideOf(a: Stay['px'], b: Stay['px']): number {
  return shared(a, b) / (a[2] * a[3]);
}

export function overlapOf(a: Stay['px'], b: Stay['px']): number {
  const both = shared(a, b);
  return both / (a[2] * a[3] + b[2] * b[3] - both);
}

function shared(a: Stay['px'], b: Stay['px']): number {
  const along = (i: 0 | 1) =>
    Math.min(a[i] + a[i + 2]! / 2, b[i] + b[i + 2]! / 2) - Math.max(a[i] - a[i + 2]! / 2, b[i] - b[i + 2]! / 2);
  return Math.max(0, along(0)) * Math.max(0, along(1));
}
