import type { AnalysedObject, Analysis } from '../../src/contract/analysis.ts';
import { AnalyzeRequest } from '../../src/contract/analyze-request.ts';
import { deskClass } from '../../src/contract/detection.ts';
import type { SceneDrawing } from '../../src/contract/scene-drawing.ts';

/** A plausible answer for tests of the gateway; the figures mean nothing. */
export function fakeAnalysis(
  id: string,
  asked: AnalyzeRequest,
  rules: readonly { rule_id: string; canonical: string }[],
): Analysis {
  const request = AnalyzeRequest.parse(asked);
  const given = request.detections ?? [
    { class: 'mug', bbox: [100, 200, 150, 250] as [number, number, number, number], confidence: 0.95 },
    { class: 'laptop', bbox: [180, 120, 600, 400] as [number, number, number, number], confidence: 0.9 },
  ];
  const scale = request.calibration && 'mm_per_pixel' in request.calibration ? request.calibration.mm_per_pixel : null;
  const objects = given.map((detection, index) => object(detection, index, scale));
  const mugs = objects.filter((o) => o.class === 'mug');
  const adjustment = {
    object_id: 'mug-1',
    type: 'move_left' as const,
    distance_mm: scale === null ? null : 25,
    vector_mm: scale === null ? null : ([-25, 0] as [number, number]),
    vector_px: [-25, 0] as [number, number],
    reason: 'Too close to laptop-2',
    rule_ids: rules.map((rule) => rule.rule_id).slice(0, 1),
    verified: true,
  };
  const adjustments = rules.length > 0 && mugs.length > 0 ? [adjustment] : [];
  return {
    analysis_id: id,
    timestamp: '2026-01-01T00:00:00.000Z',
    image: request.size ? { ...request.size, sha256: null } : { width: 640, height: 480, sha256: 'a'.repeat(64) },
    model: request.detections
      ? null
      : { name: 'fake', version: '1', threshold: request.threshold ?? 0.4, provider: 'cpu' },
    detections: mugs,
    objects,
    calibration: {
      method: scale === null ? 'none' : 'scale',
      source: scale === null ? 'none' : 'request',
      mm_per_pixel: scale,
      mm_per_pixel_range: null,
      relative_uncertainty: scale === null ? null : 0.03,
      residual_mm: null,
      references: [],
      assumptions: [],
      reason: scale === null ? 'no object of known size is in view' : null,
    },
    rules: rules.map((rule) => ({
      rule_id: rule.rule_id,
      condition: 0,
      verdict: scale === null ? ('uncertain' as const) : ('violated' as const),
      objects: ['mug-1', 'laptop-2'],
      measured: scale === null ? null : 127.4,
      required: 152.4,
      uncertainty: scale === null ? null : 9.5,
      margin: scale === null ? null : -25,
      unit: 'mm' as const,
      reason: rule.canonical,
    })),
    positioning:
      mugs.length === 0
        ? null
        : {
            optimal_position: { x: 100, y: 225 },
            adjustments_needed: adjustments,
            safety_score: rules.length > 0 ? 0.87 : null,
            infeasible: null,
            mugs: mugs.map((mug) => ({ id: mug.id, optimal_position: { x: 100, y: 225 }, adjustments })),
          },
    feedback:
      request.include_feedback === false
        ? null
        : { summary: `Looked at ${request.image ?? 'your detections'}.`.slice(0, 120), recommendations: [] },
    warnings: [],
    cached: false,
    processing_time_ms: 5,
  };
}

function object(
  detection: { class: string; confidence: number; bbox: readonly [number, number, number, number] },
  index: number,
  scale: number | null,
): AnalysedObject {
  const name = deskClass(detection.class);
  const [x1, y1, x2, y2] = detection.bbox;
  const x = (x1 + x2) / 2;
  const y = (y1 + y2) / 2;
  return {
    id: `${name}-${index + 1}`,
    class: name,
    ...(name !== detection.class && { source_class: detection.class }),
    confidence: detection.confidence,
    bbox: [x1, y1, x2, y2],
    position: {
      x,
      y,
      distance_to_edge: Math.min(x1, y1),
      edge_reference: 'image',
      x_mm: scale === null ? null : x * scale,
      y_mm: scale === null ? null : y * scale,
      uncertainty_mm: scale === null ? null : 4,
      distance_to_edge_mm: scale === null ? null : x1 * scale,
    },
  };
}

export const fakeDrawing = ({ objects }: Analysis): SceneDrawing => ({
  objects: objects.map(({ id }) => ({ id, footprint_px: null, error_px: null, own_error_mm: null })),
  links: [],
  zones: [],
  table: { reference: 'image', polygon_px: [] },
  sheet_px: null,
  homography: null,
});
