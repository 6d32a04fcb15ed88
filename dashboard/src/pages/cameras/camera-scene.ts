import type { CalibrationDetail } from '../../components/desk/types.ts';
import { gridLines } from '../../scene-view/grid.ts';
import { add } from '../../scene-view/svg.ts';
import type { Px, Scene } from '../../scene-view/types.ts';

/** An empty desk of this camera, with the regions that are kept. */
export function sceneOf(camera: CalibrationDetail): Scene {
  const { width, height, homography, zone_shapes: zones, table_corners: corners } = camera;
  const drawing = {
    objects: [],
    links: [],
    zones: zones.map(({ name, kind, polygon_px }) => ({
      name,
      kind: kind ?? 'zone',
      polygon_px: polygon_px as unknown as Px[],
    })),
    table: { reference: corners ? 'declared' : 'image', polygon_px: (corners ?? []) as unknown as Px[] },
    sheet_px: null,
    homography,
  };
  return {
    analysis: {
      analysis_id: camera.calibration_id,
      image: { width, height, sha256: null },
      objects: [],
      calibration: { mm_per_pixel: camera.mm_per_pixel },
      rules: [],
      positioning: null,
    },
    drawing,
  };
}

/** Draws the grid; how wide a square is, mm, or null where there is none. */
export function showGrid(overlay: SVGGElement, { homography, width, height }: CalibrationDetail): number | null {
  overlay.querySelector('.grid')?.remove();
  if (!homography) return null;
  const { step, lines } = gridLines(homography, { width, height });
  const group = add(overlay, 'g', { class: 'grid' });
  for (const { from, to, isMain } of lines)
    add(group, 'line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: `grid-line${isMain ? ' main' : ''}` });
  return lines.length === 0 ? null : step;
}
