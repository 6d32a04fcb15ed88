import type { Box, Detection } from '../vision/detection.ts';
import { calibrate } from './calibrate.ts';
import { type Camera, cameraOfHomography, focalOf } from './camera.ts';
import { meanFootprint } from './footprint.ts';
import { guessPlaces } from './guess.ts';
import type { SceneInput } from './input.ts';
import { polygonOnTable } from './plane.ts';
import { SIZE_PRIORS, TABLE_THINGS } from './size-priors.ts';
import { withSupports } from './supports.ts';
import { tableEdge } from './table.ts';
import type { Calibration, Scene, SceneObject, Zone } from './types.ts';

/** Pictures and boxes beyond this many pixels are nonsense, not geometry. */
const MOST_PIXELS = 1e6;
/** Above this many objects each gets fewer guesses, so that one picture never takes seconds. */
const MANY = 60;

/**
 * The scene of one picture: calibration, footprints with their errors, what stands on what, the table's edge, zones.
 * Pure and deterministic. Throws CALIBRATION_001 for a calibration that describes no camera over a table.
 */
export function buildScene(input: SceneInput): Scene {
  const named = name(input.detections, input.width, input.height);
  const calibration = calibrate(input, named);
  const camera = cameraFor(calibration, input);
  const plain = named.map((o) => place(o, camera, calibration, input, named.length));
  const zones = input.zones.map((z): Zone => {
    const polygonPx = z.polygon_px.map(([x, y]) => ({ x: within(x), y: within(y) }));
    return { name: z.name, kind: z.kind, polygonPx, polygon: polygonOnTable(calibration, polygonPx) };
  });
  return {
    width: input.width,
    height: input.height,
    calibration,
    objects: withSupports(plain, zones, calibration),
    zones,
    table: tableEdge(
      input.width,
      input.height,
      input.tablePx?.map(([x, y]) => [within(x), within(y)] as const) ?? null,
      plain,
      calibration,
    ),
    context: input.context,
  };
}

const within = (v: number) => Math.min(MOST_PIXELS, Math.max(-MOST_PIXELS, Number.isNaN(v) ? 0 : v));

type Named = Detection & { readonly id: string };

/** Usable detections with ids: `mug-1` is the most confident mug. */
function name(detections: readonly Detection[], width: number, height: number): Named[] {
  const reach = Math.min(MOST_PIXELS, 10 * Math.max(width, height));
  const counts = new Map<string, number>();
  return detections
    .filter((d) => d.bbox.every((v) => Number.isFinite(v) && Math.abs(v) <= reach))
    .map((d) => ({ ...d, bbox: ordered(d.bbox) }))
    .map((d, i) => ({ d, i }))
    .sort((a, b) => b.d.confidence - a.d.confidence || a.i - b.i)
    .map(({ d }) => {
      const n = (counts.get(d.class) ?? 0) + 1;
      counts.set(d.class, n);
      return { ...d, id: `${d.class.replaceAll(' ', '_')}-${n}` };
    });
}

function ordered([a, b, c, d]: Box): Box {
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

function cameraFor(calibration: Calibration, input: SceneInput): Camera | null {
  const H = calibration.homography;
  if (H === null) return null;
  const { width, height } = input;
  const focalPx = calibration.view?.focalPx ?? focalOf(input.focal35mm, width, height).focalPx;
  return cameraOfHomography(H, focalPx, width, height, { x: width / 2, y: height });
}

function place(
  o: Named,
  camera: Camera | null,
  calibration: Calibration,
  input: SceneInput,
  count: number,
): SceneObject {
  const base = {
    id: o.id,
    class: o.class,
    ...(o.sourceClass !== undefined && { sourceClass: o.sourceClass }),
    confidence: o.confidence,
    bbox: o.bbox,
    on: [],
    attributes: {},
  };
  const flat = o.bbox[2] - o.bbox[0] < 1 || o.bbox[3] - o.bbox[1] < 1;
  const standing = Object.hasOwn(SIZE_PRIORS, o.class) || TABLE_THINGS.has(o.class);
  const found =
    camera === null || flat || !standing
      ? null
      : meanFootprint(
          guessPlaces(o.class, o.bbox, {
            camera,
            width: input.width,
            height: input.height,
            noise: input.boxNoise[o.class] ?? input.boxNoise.default,
            scaleSigma: calibration.scaleSigma ?? 0,
            maxGuesses: Math.max(12, Math.ceil((64 * MANY) / Math.max(MANY, count))),
          }),
        );
  return found === null ? { ...base, footprint: null, covariance: null, outlineSigma: null } : { ...base, ...found };
}
