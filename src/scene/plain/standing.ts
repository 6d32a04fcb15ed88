import { centreOf } from '../math/geometry.ts';
import type { Footprint, Point, Scene, SceneObject } from '../types.ts';

/** Something that stands on the table. */
export interface Standing {
  readonly at: Point;
  /** Of the circle that holds it, mm. */
  readonly reach: number;
}

/** What does not stand on the table. */
const BESIDE: ReadonlySet<string> = new Set(['table', 'desk', 'floor', 'person', 'chair', 'couch', 'bed', 'bench']);

type Placed = SceneObject & { readonly footprint: Footprint };

export const onTable = ({ objects }: Scene): Placed[] =>
  objects.filter((o): o is Placed => o.footprint !== null && !BESIDE.has(o.class));

export const standingOf = ({ footprint }: Placed): Standing => ({ at: centreOf(footprint), reach: reachOf(footprint) });

/** Radius of the circle around a footprint's middle that holds all of it, mm. */
export function reachOf(f: Footprint): number {
  if (f.kind === 'disk') return f.radius;
  const c = centreOf(f);
  return Math.max(...f.points.map((p) => Math.hypot(p.x - c.x, p.y - c.y)));
}
