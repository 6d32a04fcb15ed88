import { centreOf } from './math/geometry.ts';
import { projectToPx, projectToTable } from './objects/project.ts';
import { withSupports } from './objects/supports.ts';
import type { Footprint, Point, Scene, SceneObject } from './types.ts';

/**
 * The scene after one object was moved on the table: a copy. `by` in mm, or in pixels when there is no calibration.
 * The footprint is carried along, the box follows through the inverse homography at its base and changes its size with
 * the distance from the camera, and what stands on what is found anew. An unknown id changes nothing.
 */
export function moveObject(scene: Scene, id: string, by: Point): Scene {
  const { calibration } = scene;
  const objects = scene.objects.map((o) => {
    if (o.id !== id) return o;
    if (calibration.homography === null || o.footprint === null) {
      return calibration.homography === null ? { ...o, bbox: shifted(o.bbox, by.x, by.y, 1) } : o;
    }
    const footprint = carried(o.footprint, by);
    const moved = { x: (o.carried?.x ?? 0) + by.x, y: (o.carried?.y ?? 0) + by.y };
    return { ...o, footprint, bbox: movedBox(scene, o, o.footprint, by), carried: moved };
  });
  return { ...scene, objects: withSupports(objects, scene.zones, calibration, id) };
}

function carried(f: Footprint, by: Point): Footprint {
  const move = (p: Point) => ({ x: p.x + by.x, y: p.y + by.y });
  return f.kind === 'disk' ? { ...f, centre: move(f.centre) } : { ...f, points: f.points.map(move) };
}

type Box = SceneObject['bbox'];

function shifted(b: Box, dx: number, dy: number, k: number): Box {
  const x = (b[0] + b[2]) / 2 + dx;
  const y = b[3] + dy;
  const half = ((b[2] - b[0]) / 2) * k;
  return [x - half, y - (b[3] - b[1]) * k, x + half, y];
}

function movedBox(scene: Scene, o: SceneObject, footprint: Footprint, by: Point): Box {
  const { calibration } = scene;
  const from = centreOf(footprint);
  const to = { x: from.x + by.x, y: from.y + by.y };
  const a = projectToPx(calibration, from);
  const b = projectToPx(calibration, to);
  const scale = localScale(scene, b) / localScale(scene, a);
  const k = Number.isFinite(scale) && scale > 0 ? Math.min(20, Math.max(0.05, 1 / scale)) : 1;
  // The base's middle goes from a to b; the box's lower edge keeps its place under it, in proportion.
  const lower = (o.bbox[3] - a.y) * (k - 1);
  const dx = b.x - a.x + ((o.bbox[0] + o.bbox[2]) / 2 - a.x) * (k - 1);
  const dy = b.y - a.y + lower;
  const box = shifted(o.bbox, dx, dy, k);
  return box.every(Number.isFinite) ? box : o.bbox;
}

/** mm per pixel along the image's x at a pixel. */
function localScale(scene: Scene, px: Point): number {
  const p = projectToTable(scene.calibration, { x: px.x - 0.5, y: px.y });
  const q = projectToTable(scene.calibration, { x: px.x + 0.5, y: px.y });
  return Math.hypot(q.x - p.x, q.y - p.y);
}
