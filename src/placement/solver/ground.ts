import type { ImageGradient } from '../../contract/image-gradient.ts';
import { freeGround, type PlainSight, type PlainTable, plainTable, SIGHTS } from '../../scene/plain/plain-table.ts';
import type { Footprint, Point, Scene } from '../../scene/types.ts';
import type { Plane } from './bodies.ts';
import type { Body, Ground } from './problem.ts';
import type { Shape } from './shape.ts';

/** What the image says of the places that something may be moved to. */
export interface Places {
  /** Null where nobody looked. */
  ground(body: number): Ground | null;
  /** How far the outline may grow before the table may end; null where that is not known. */
  edge(body: number): Ground | null;
  /** How sure it is that an object, moved by so much, stands on free table; `unseen`: nobody looked. */
  sight(objectId: string, by: Point): Sight;
  /** How often less sure places were asked for an object. */
  leniency(objectId: string): number;
  /** How far around an object, moved by so much, the table surely goes on, mm; null where the image does not tell. */
  around(objectId: string, by: Point): number | null;
  /** The same for one or more bodies with places that are less surely free; null where there are none such. */
  lenient(bodies: ReadonlySet<number>): Places | null;
}

export type Sight = PlainSight | 'unseen';

/** A distance on a grid is interpolated: along a diagonal it may change that much faster than one moves. */
const GRID_LIPSCHITZ = Math.SQRT2;
/** How fast `Ground` may change: what one does not know of the way grows with it, by half of it at most. */
export const GROUND_LIPSCHITZ = GRID_LIPSCHITZ + 0.5;

/** Points of an outline are looked at so close to each other, mm. */
const STEP = 15;

/** Of a place that was found, mm. */
const ROUNDING = 1;

const NOBODY_LOOKED: Places = {
  ground: () => null,
  edge: () => null,
  sight: () => 'unseen',
  leniency: () => 0,
  around: () => null,
  lenient: () => null,
};

/** Computed when first asked for: most images have nothing to move. */
export function placesIn(scene: Scene, plane: Plane, gradient: ImageGradient | null): Places {
  // Without millimetres nobody knows how large a footprint is, so the image is not looked at.
  if (gradient === null || plane.unit === 'px') return NOBODY_LOOKED;
  let table: PlainTable | null | undefined;
  const surfaces = flatOnes(scene, plane);
  const known = new Map<string, { readonly ground: Ground; readonly edge: Ground } | null>();
  const look = (body: number, level: number) => {
    const { id, shape } = plane.bodies[body]!;
    const moved = scene.objects.find((o) => o.id === id)!;
    if (moved.footprint === null) return null;
    if (table === undefined) table = plainTable(scene, gradient);
    if (table === null) return null;
    const free = freeGround(table, level, moved, surfaces);
    const sure = (ground: Ground) => lessWayError(scene, plane.bodies[body]!, under(shape, ground));
    return { ground: sure(free.free), edge: sure(free.edge) };
  };
  const lookOnce = (body: number, level: number) => {
    const key = `${body} ${level}`;
    let found = known.get(key);
    if (found === undefined) {
      found = look(body, level);
      known.set(key, found);
    }
    return found;
  };
  const at = (levels: ReadonlyMap<number, number>): Places => ({
    ground: (body) => lookOnce(body, levels.get(body) ?? 0)?.ground ?? null,
    edge: (body) => lookOnce(body, 0)?.edge ?? null,
    around(objectId, by) {
      const index = plane.index.get(objectId);
      const seen = index === undefined ? null : lookOnce(index, 0);
      if (index === undefined || !seen) return null;
      const { startX, startY } = plane.bodies[index]!;
      return seen.edge(startX + by.x, startY + by.y);
    },
    sight(objectId, by) {
      const body = plane.index.get(objectId) ?? -1;
      const { startX = 0, startY = 0 } = plane.bodies[body] ?? {};
      const first = SIGHTS.find((_, level) => {
        const ground = body < 0 ? null : lookOnce(body, level)?.ground;
        return ground && ground(startX + by.x, startY + by.y) >= -ROUNDING;
      });
      return first?.sight ?? 'unclear';
    },
    leniency: (objectId) => levels.get(plane.index.get(objectId) ?? -1) ?? 0,
    lenient(bodies) {
      const next = new Map(levels);
      for (const body of bodies) next.set(body, Math.min(SIGHTS.length - 1, (levels.get(body) ?? 0) + 1));
      return [...bodies].some((body) => next.get(body) !== (levels.get(body) ?? 0)) ? at(next) : null;
    },
  });
  return at(new Map());
}

/** Coasters and mats, seen or declared: things may stand on them. */
function flatOnes(scene: Scene, plane: Plane): Footprint[] {
  const seen = scene.objects.filter(({ id, footprint }) => footprint && plane.bodies[plane.index.get(id) ?? -1]?.flat);
  const declared = scene.zones.filter(({ kind, polygon }) => kind !== 'zone' && polygon !== null);
  return [
    ...seen.map((o) => o.footprint!),
    ...declared.map(({ polygon }) => ({ kind: 'polygon' as const, points: polygon! })),
  ];
}

/**
 * Who moves something by so many millimetres goes by a ruler, whose millimetres are not quite those of the image: the farther
 * the way, the less is known of where it ends.
 */
function lessWayError({ calibration }: Scene, { startX, startY }: Body, ground: Ground): Ground {
  const share = Math.min(0.5, WAY_SIGMAS * (calibration.scaleSigma ?? 0));
  return (x, y) => ground(x, y) - share * Math.hypot(x - startX, y - startY);
}

/** Standard errors of the way that are kept free around its end. */
const WAY_SIGMAS = 1;

function under(shape: Shape, free: Ground): Ground {
  if (shape.kind === 'disk') return (x, y) => free(x, y) - shape.radius;
  const outline = shape.x.flatMap((x, i) => {
    const y = shape.y[i]!;
    const k = (i + 1) % shape.x.length;
    const [dx, dy] = [shape.x[k]! - x, shape.y[k]! - y];
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy) / STEP));
    return Array.from({ length: steps }, (_, s) => ({ x: x + (dx * s) / steps, y: y + (dy * s) / steps }));
  });
  // What lies between the points is at most half a step from one of them; the middle tells of what the outline goes around.
  return (x, y) => {
    let least = free(x, y);
    for (const p of outline) least = Math.min(least, free(x + p.x, y + p.y));
    return least - STEP / 2;
  };
}
