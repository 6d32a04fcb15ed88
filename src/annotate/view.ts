import { projectToPx } from '../scene/objects/project.ts';
import type { Footprint, Point, Scene } from '../scene/types.ts';
import type { Rect } from './shapes.ts';

const DISK_POINTS = 40;

/** Where objects of the scene lie in the drawn image. */
export interface View {
  readonly width: number;
  readonly height: number;
  /** Pixels of the upright image to pixels of the image. */
  fromPx(p: Point): Point;
  /** Table mm to pixels of the image; null beyond the horizon or absurdly far outside. */
  fromMm(p: Point): Point | null;
  box(bbox: readonly [number, number, number, number]): Rect;
  /** Outline of a footprint; null when a part of it cannot be shown. */
  outline(footprint: Footprint): readonly Point[] | null;
}

export function createView(scene: Scene, width: number, height: number): View {
  const sx = width / scene.width;
  const sy = height / scene.height;
  const fromPx = (p: Point): Point => ({ x: p.x * sx, y: p.y * sy });
  const far = 3 * Math.max(width, height);

  function fromMm(p: Point): Point | null {
    if (scene.calibration.homography === null) return null;
    const { x, y } = fromPx(projectToPx(scene.calibration, p));
    return Math.abs(x - width / 2) < far && Math.abs(y - height / 2) < far ? { x, y } : null;
  }

  return {
    width,
    height,
    fromPx,
    fromMm,
    box([x1, y1, x2, y2]) {
      const a = fromPx({ x: x1, y: y1 });
      const b = fromPx({ x: x2, y: y2 });
      return { x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y };
    },
    outline(footprint) {
      const points =
        footprint.kind === 'polygon'
          ? footprint.points
          : Array.from({ length: DISK_POINTS }, (_, i) => {
              const turn = (2 * Math.PI * i) / DISK_POINTS;
              const { centre, radius } = footprint;
              return { x: centre.x + radius * Math.cos(turn), y: centre.y + radius * Math.sin(turn) };
            });
      const seen = points.map(fromMm);
      return seen.every((p) => p !== null) ? seen : null;
    },
  };
}

export const centreOfRect = (r: Rect): Point => ({ x: r.x + r.width / 2, y: r.y + r.height / 2 });

/** The closest points of two boxes; their centres' overlap middle when they overlap. */
export function closestOfRects(a: Rect, b: Rect): [Point, Point] {
  const axis = (a1: number, a2: number, b1: number, b2: number): [number, number] => {
    if (a2 < b1) return [a2, b1];
    if (b2 < a1) return [a1, b2];
    const middle = (Math.max(a1, b1) + Math.min(a2, b2)) / 2;
    return [middle, middle];
  };
  const [ax, bx] = axis(a.x, a.x + a.width, b.x, b.x + b.width);
  const [ay, by] = axis(a.y, a.y + a.height, b.y, b.y + b.height);
  return [
    { x: ax, y: ay },
    { x: bx, y: by },
  ];
}
