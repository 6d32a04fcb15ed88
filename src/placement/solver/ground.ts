import type { ImageGradient } from '../../contract/image-gradient.ts';
import { BORDERS, freeGround, type PlainTable, plainTable } from '../../scene/plain/plain-table.ts';
import type { Footprint, Point, Scene } from '../../scene/types.ts';
import type { Plane } from './bodies.ts';
import type { Body, Ground } from './problem.ts';
import type { Shape } from './shape.ts';

/** What the image says of the places that something may be moved to. */
export interface Places {
  /** Null where the image does not tell what is free: the table's pattern hides it. */
  ground(body: number): Ground | null;
  /** How far the outline may grow before the table may end; null where that is not surely known. */
  edge(body: number): Ground | null;
  /** `plain`: only plain table is offered; `unclear`: the image does not tell; `unseen`: it was not looked at. */
  sight(objectId: string): Sight;
  /** How far around an object, moved by so much, the table surely goes on, mm; null where the image does not tell. */
  around(objectId: string, by: Point): number | null;
}

export type Sight = 'plain' | 'unclear' | 'unseen';

/** A distance on a grid is interpolated: along a diagonal it may change that much faster than one moves. */
const GRID_LIPSCHITZ = Math.SQRT2;
/** How fast `Ground` may change: what one does not know of the way grows with it, by half of it at most. */
export const GROUND_LIPSCHITZ = GRID_LIPSCHITZ + 0.5;

/** Points of an outline are looked at so close to each other, mm. */
const STEP = 15;

/** Computed when first asked for: most images have nothing to move. */
export function placesIn(scene: Scene, plane: Plane, gradient: ImageGradient | null): Places {
  // Without millimetres nobody knows how large a footprint is, so the image is not looked at.
  if (gradient === null || plane.unit === 'px')
    return { ground: () => null, edge: () => null, sight: () => 'unseen', around: () => null };
  const tables = BORDERS.map(() => undefined as PlainTable | null | undefined);
  const known = new Map<number, { readonly ground: Ground; readonly edge: Ground; readonly sure: boolean } | null>();
  const surfaces = flatOnes(scene, plane);
  const look = (body: number) => {
    const { id, shape } = plane.bodies[body]!;
    const moved = scene.objects.find((o) => o.id === id)!;
    if (moved.footprint === null) return null;
    for (const [i, border] of BORDERS.entries()) {
      tables[i] ??= plainTable(scene, gradient, border);
      const free = tables[i] && freeGround(tables[i], moved, surfaces);
      if (!free?.told) continue;
      const sure = (ground: Ground) => lessWayError(scene, plane.bodies[body]!, under(shape, ground));
      return { ground: sure(free.free), edge: sure(free.edge), sure: i === 0 };
    }
    return null;
  };
  const lookOnce = (body: number) => {
    let found = known.get(body);
    if (found === undefined) {
      found = look(body);
      known.set(body, found);
    }
    return found;
  };
  return {
    ground: (body) => lookOnce(body)?.ground ?? null,
    edge(body) {
      const seen = lookOnce(body);
      return seen?.sure ? seen.edge : null;
    },
    around(objectId, by) {
      const index = plane.index.get(objectId);
      const seen = index === undefined ? null : lookOnce(index);
      if (index === undefined || !seen?.sure) return null;
      const { startX, startY } = plane.bodies[index]!;
      return seen.edge(startX + by.x, startY + by.y);
    },
    sight(objectId) {
      const body = plane.index.get(objectId);
      return body !== undefined && lookOnce(body)?.sure ? 'plain' : 'unclear';
    },
  };
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
