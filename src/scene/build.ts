import { edgeSigma } from '../contract/box-noise.ts';
import type { Box, Detection } from '../contract/detection.ts';
import { calibrate } from './calibration/calibrate.ts';
import { focalOf } from './calibration/camera.ts';
import { polygonOnTable } from './calibration/plane.ts';
import type { SceneInput } from './input.ts';
import { notTheSheet } from './markers/not-the-sheet.ts';
import { camerasAtHeight } from './objects/base-height.ts';
import { meanFootprint } from './objects/footprint.ts';
import { imageEvidence } from './objects/image-evidence.ts';
import { oneThingEach, type Thing } from './objects/one-place.ts';
import { samplePoses } from './objects/pose-hypotheses.ts';
import { SIZE_PRIORS, TABLE_OBJECTS } from './objects/size-priors.ts';
import { type Fit, stacked } from './objects/stack.ts';
import { ranked, withSupports, zoneSurfaceId } from './objects/supports.ts';
import { tableEdge } from './table.ts';
import type { Calibration, Scene, SceneObject, Zone } from './types.ts';

/** Images and boxes beyond this many pixels are nonsense, not geometry. */
const MAX_PIXELS = 1e6;
/** Above this many objects each gets fewer hypotheses, so that one image never takes seconds. */
const FULL_DETAIL_OBJECTS = 60;
const MIN_SHARE = 0.2;

/**
 * The scene of one image: calibration, footprints with their errors, what stands on what, the table's edge, zones.
 * Pure and deterministic. Throws CALIBRATION_001 for a calibration that describes no camera over a table.
 */
export function buildScene(input: SceneInput): Scene {
  const { kept, sheets } = notTheSheet(input.detections, input.markers, input);
  const named = name(kept, input.width, input.height);
  // A phone that shows the sheet speaks of its size.
  const seen = sheets.length === 0 ? named : name(input.detections, input.width, input.height);
  const calibration = noting(sheets, calibrate(input, seen));
  const zones = input.zones.map((z): Zone => {
    const polygonPx = z.polygon_px.map(([x, y]) => ({ x: within(x), y: within(y) }));
    return { name: z.name, kind: z.kind, polygonPx, polygon: polygonOnTable(calibration, polygonPx) };
  });
  const plain = placed(named, zones, calibration, input);
  return {
    width: input.width,
    height: input.height,
    ...(input.classRecall && { classRecall: input.classRecall }),
    calibration,
    objects:
      calibration.homography === null ? withSupports(plain, zones, calibration) : onZones(plain, zones, calibration),
    zones,
    table: tableEdge(
      input.width,
      input.height,
      input.tablePx?.map(([x, y]) => [within(x), within(y)] as const) ?? null,
      plain,
      calibration,
      input.gradient,
    ),
    context: input.context,
  };
}

function noting(sheets: readonly Detection[], calibration: Calibration): Calibration {
  if (sheets.length === 0) return calibration;
  const names = [...new Set(sheets.map((d) => d.class))].join(', ');
  return {
    ...calibration,
    assumptions: [...calibration.assumptions, `what was found as ${names} in the sheet's place is the sheet`],
  };
}

/** What stands on objects is known from their hypotheses; zones are looked up here. */
function onZones(objects: readonly SceneObject[], zones: readonly Zone[], calibration: Calibration): SceneObject[] {
  if (zones.length === 0) return [...objects];
  const ids = new Set(zones.map(zoneSurfaceId));
  return withSupports(objects, zones, calibration).map((o, i) => {
    const own = objects[i]!.on.filter((s) => !ids.has(s.surfaceId));
    return { ...o, on: ranked([...own, ...o.on.filter((s) => ids.has(s.surfaceId))]) };
  });
}

const within = (v: number) => Math.min(MAX_PIXELS, Math.max(-MAX_PIXELS, Number.isNaN(v) ? 0 : v));

type Named = Thing & { readonly id: string };

/** Usable detections, each thing once, with ids: `mug-1` is the most confident mug. */
function name(detections: readonly Detection[], width: number, height: number): Named[] {
  const reach = Math.min(MAX_PIXELS, 10 * Math.max(width, height));
  const counts = new Map<string, number>();
  const usable = detections
    .filter((d) => d.bbox.every((v) => Number.isFinite(v) && Math.abs(v) <= reach))
    .map((d) => ({ ...d, bbox: ordered(d.bbox) }));
  return oneThingEach(usable)
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

/** With less of it on edges of the image, an outline was not measured from it. */
const SEEN_OUTLINE = 0.25;

/** Methods whose plane stays as it is when the focal length turns out to be another. */
const PLANE_WITHOUT_LENS: ReadonlySet<string> = new Set(['homography', 'marker', 'scale']);

function placed(
  named: readonly Named[],
  zones: readonly Zone[],
  calibration: Calibration,
  input: SceneInput,
): SceneObject[] {
  const plain = named.map((o): SceneObject => {
    const { id, class: name, sourceClass, alsoSeenAs, confidence, bbox } = o;
    const source = { ...(sourceClass !== undefined && { sourceClass }), ...(alsoSeenAs && { alsoSeenAs }) };
    const unknown = { footprint: null, covariance: null, outlineSigma: null, on: [], attributes: {} };
    return { id, class: name, ...source, confidence, bbox, ...unknown };
  });
  if (calibration.homography === null) return plain;
  const { width, height } = input;
  const known = calibration.view ?? focalOf(input);
  const cameras = camerasAtHeight(calibration.homography, {
    width,
    height,
    focalPx: known.focalPx,
    focalSigma: PLANE_WITHOUT_LENS.has(calibration.method) ? known.focalSigma : 0,
  });
  const imageOf = input.gradient ? imageEvidence(input.gradient, calibration) : () => null;
  const fit: Fit = (o, levels) => {
    const flat = o.bbox[2] - o.bbox[0] < 1 || o.bbox[3] - o.bbox[1] < 1;
    const standing = Object.hasOwn(SIZE_PRIORS, o.class) || TABLE_OBJECTS.has(o.class);
    if (flat || !standing) return null;
    const image = imageOf(o);
    const hypotheses = samplePoses(o.class, o.bbox, {
      ...(image && { image }),
      camera: cameras(levels),
      width,
      height,
      noise: edgeSigma(input.boxNoise, o),
      scaleSigma: calibration.scaleSigma ?? 0,
      share: Math.max(MIN_SHARE, FULL_DETAIL_OBJECTS / named.length),
    });
    const found = meanFootprint(hypotheses);
    if (found === null) return null;
    const onEdges = hypotheses.reduce((sum, g) => sum + g.weight * (g.support ?? 0), 0);
    return { object: { ...o, ...found, ...(onEdges >= SEEN_OUTLINE && { measuredFrom: 'outline' }) }, hypotheses };
  };
  return stacked(plain, zones, calibration, cameras([])(0), fit);
}
