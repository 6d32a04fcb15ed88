import { linksOf } from '../annotate/links.ts';
import type { DrawState } from '../annotate/state.ts';
import { createView, type View } from '../annotate/view.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { SceneDrawing } from '../contract/scene-drawing.ts';
import { Z90 } from '../contract/verdict.ts';
import { centreOf } from '../scene/math/geometry.ts';
import { placeSigma } from '../scene/measure.ts';
import type { Footprint, Point, Scene, SceneObject } from '../scene/types.ts';

type Px = [number, number];

/** The scene in pixels of its image, to 0.1: what the annotated picture shows, as data. */
export function sceneDrawing({ scene, verdicts }: DrawState, units: UnitSystem): SceneDrawing {
  const view = createView(scene, scene.width, scene.height);
  return {
    objects: scene.objects.map((object) => ({
      id: object.id,
      footprint_px: outline(view, object.footprint),
      error_px: outline(view, errorDisk(scene, object)),
      own_error_mm: ownError(object),
    })),
    links: linksOf(scene, verdicts, view, units)
      .filter(({ inSight }) => inSight)
      .map(({ kind, objects, from, to, title, detail }) => ({
        verdict: kind,
        objects: [...objects],
        from: px(from),
        to: px(to),
        title,
        detail,
        error_share: errorShare(verdicts, kind, objects),
      })),
    zones: scene.zones.map(({ name, kind, polygonPx }) => ({ name, kind, polygon_px: polygonPx.map(px) })),
    table: { reference: scene.table.reference, polygon_px: scene.table.polygonPx.map(px) },
    sheet_px: scene.calibration.sheetPx?.map(px) ?? null,
    homography: scene.calibration.homography && [...scene.calibration.homography],
  };
}

const tenth = (value: number) => Math.round(value * 10) / 10;
const px = ({ x, y }: Point): Px => [tenth(x), tenth(y)];

function outline(view: View, footprint: Footprint | null): Px[] | null {
  return (footprint && view.outline(footprint)?.map(px)) ?? null;
}

function errorDisk({ calibration }: Scene, object: SceneObject): Footprint | null {
  const sigma = placeSigma(calibration, object);
  if (sigma === null || object.footprint === null) return null;
  return { kind: 'disk', centre: centreOf(object.footprint), radius: Z90 * sigma };
}

function ownError({ covariance }: SceneObject): number | null {
  return covariance && tenth(Z90 * Math.sqrt(Math.max(covariance.xx, covariance.yy)));
}

/** Of the verdict that a link shows: the first of its kind about the same things. */
function errorShare(verdicts: DrawState['verdicts'], kind: string, objects: readonly string[]): number | null {
  const same = (ids: readonly string[]) => ids.length === objects.length && ids.every((id) => objects.includes(id));
  const found = verdicts.find((v) => v.verdict === kind && v.unit === 'mm' && same(v.objects));
  if (!found?.measured || found.uncertainty === null) return null;
  return Math.round((1000 * found.uncertainty) / Math.abs(found.measured)) / 1000;
}
