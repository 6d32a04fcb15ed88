import type { AnalysedObject, Analysis } from '../contract/analysis.ts';
import { type Verdict, Z90 } from '../contract/verdict.ts';
import type { Move, Placement } from '../placement/types.ts';
import { scaleAt } from '../scene/calibration/plane.ts';
import { centreOf, edgeDistancePx, edgeMeasured, edgeRange, placeSigma } from '../scene/measure.ts';
import type { Scene, SceneObject } from '../scene/types.ts';

/** The scene and the moves in the words of the contract. Pixels to 0.1, millimetres to 0.1. */

const tenth = (value: number) => Math.round(value * 10) / 10;
const tenthOrNull = (value: number | null | undefined) => (value === null || value === undefined ? null : tenth(value));

const score = (confidence: number) => Math.round(confidence * 10_000) / 10_000;

export function describeObject(scene: Scene, object: SceneObject): AnalysedObject {
  const [x1, y1, x2, y2] = object.bbox;
  const centre = object.footprint ? centreOf(object.footprint) : null;
  const place = placeSigma(scene.calibration, object);
  const edge = edgeMeasured(scene, object);
  const least = scene.table.lines === undefined ? null : edgeRange(scene, object);
  return {
    id: object.id,
    class: object.class,
    ...(object.sourceClass !== undefined && { source_class: object.sourceClass }),
    confidence: score(object.confidence),
    ...(object.alsoSeenAs && {
      also_seen_as: object.alsoSeenAs.map(({ class: name, confidence }) => ({
        class: name,
        confidence: score(confidence),
      })),
    }),
    bbox: [tenth(x1), tenth(y1), tenth(x2), tenth(y2)],
    position: {
      x: tenth((x1 + x2) / 2),
      y: tenth((y1 + y2) / 2),
      distance_to_edge: tenth(edgeDistancePx(scene, object)),
      edge_reference: scene.table.reference,
      x_mm: tenthOrNull(centre?.x),
      y_mm: tenthOrNull(centre?.y),
      uncertainty_mm: place === null ? null : tenth(Z90 * place),
      ...(object.footprint && { measured_from: object.measuredFrom ?? 'box' }),
      distance_to_edge_mm: tenthOrNull(edge?.value),
      ...(least && least.low > 0 && { edge_at_least_mm: tenth(least.low) }),
    },
    ...(object.on.length > 0 && {
      on: object.on.map(({ surfaceId, probability }) => ({
        id: surfaceId,
        probability: Math.round(probability * 100) / 100,
      })),
    }),
    ...(Object.keys(object.attributes).length > 0 && { attributes: { ...object.attributes } }),
  };
}

/** As far apart as this, scales of different places are still told as one number. */
const SAME_SCALE = 1.05;

/** `supposed`: what else the millimetres rest on. */
export function describeCalibration(scene: Scene, supposed: readonly string[]): Analysis['calibration'] {
  const { calibration } = scene;
  return {
    method: calibration.method,
    source: calibration.source,
    ...scaleOverObjects(scene),
    relative_uncertainty: calibration.scaleSigma === null ? null : precise(Z90 * calibration.scaleSigma, 3),
    residual_mm: tenthOrNull(calibration.residualMm),
    references: [...calibration.references],
    assumptions: [...calibration.assumptions, ...supposed],
    reason: calibration.reason,
    ...(calibration.contradicted && { contradicted: true }),
  };
}

/** In a view from the side no single number is true: then the scales where the objects stand are told. */
function scaleOverObjects({
  calibration,
  objects,
}: Scene): Pick<Analysis['calibration'], 'mm_per_pixel' | 'mm_per_pixel_range'> {
  const { homography, mmPerPixel } = calibration;
  if (homography === null || mmPerPixel === null) return { mm_per_pixel: null, mm_per_pixel_range: null };
  const feet = objects.map(({ bbox: [x1, , x2, y2] }) => scaleAt(homography, { x: (x1 + x2) / 2, y: y2 }));
  const known = feet.filter((scale) => scale !== null);
  const [low, high] = known.length > 0 ? [Math.min(...known), Math.max(...known)] : [mmPerPixel, mmPerPixel];
  if (high / low > SAME_SCALE) return { mm_per_pixel: null, mm_per_pixel_range: [precise(low, 4), precise(high, 4)] };
  return { mm_per_pixel: precise(Math.sqrt(low * high), 5), mm_per_pixel_range: null };
}

const precise = (value: number, digits: number) => Number(value.toPrecision(digits));

export function describeVerdict(verdict: Verdict): Verdict {
  const { measured, uncertainty, margin } = verdict;
  return {
    ...verdict,
    measured: tenthOrNull(measured),
    uncertainty: tenthOrNull(uncertainty),
    margin: tenthOrNull(margin),
  };
}

/** Null when there is no mug and nothing was decided. The top-level position is that of the mug with the most urgent move. */
export function describePositioning(scene: Scene, placement: Placement): Analysis['positioning'] {
  const mugs = scene.objects.filter((o) => o.class === 'mug');
  const [worst] = placement.moves;
  const { safetyScore, infeasible } = placement;
  if (mugs.length === 0 && safetyScore === null && infeasible === null && worst === undefined) return null;
  return {
    optimal_position: worst ? { x: tenth(worst.toPx.x), y: tenth(worst.toPx.y) } : null,
    adjustments_needed: placement.moves.map(describeMove),
    safety_score: placement.safetyScore,
    infeasible: placement.infeasible
      ? { rule_ids: [...placement.infeasible.ruleIds], explanation: placement.infeasible.explanation }
      : null,
    mugs: mugs.map((mug) => {
      const moves = placement.moves.filter((m) => m.objectId === mug.id);
      const to = moves.at(-1)?.toPx;
      return {
        id: mug.id,
        optimal_position: to ? { x: tenth(to.x), y: tenth(to.y) } : null,
        adjustments: moves.map(describeMove),
      };
    }),
  };
}

function describeMove(move: Move) {
  return {
    object_id: move.objectId,
    type: move.type,
    distance_mm: tenthOrNull(move.distanceMm),
    vector_mm: move.vectorMm ? ([tenth(move.vectorMm.x), tenth(move.vectorMm.y)] as [number, number]) : null,
    vector_px: [tenth(move.vectorPx.x), tenth(move.vectorPx.y)] as [number, number],
    reason: move.reason,
    rule_ids: [...move.ruleIds],
    verified: move.verified,
    ...(move.fartherMm && { farther_mm: [tenth(move.fartherMm.x), tenth(move.fartherMm.y)] as [number, number] }),
    ...(move.sight && { sight: move.sight }),
    ...(move.unverified && { unverified: move.unverified }),
  };
}
