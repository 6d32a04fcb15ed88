import type { Analysis } from '../../contract/analysis.ts';
import { moveText } from '../move-text.ts';

type Layer = Readonly<Record<string, string | number | boolean>>;

const UNKNOWN = '–';
const shown = (value: number | null | undefined, digits = 0): string =>
  value === null || value === undefined ? UNKNOWN : value.toFixed(digits);

/** What a score between 0 and 1 is called; null: nobody knows. */
export function qualityOf(score: number | null): string {
  if (score === null) return UNKNOWN;
  return score >= 0.9 ? 'excellent' : score >= 0.7 ? 'good' : score >= 0.5 ? 'fair' : 'poor';
}

/**
 * Layers by their names in the template, pixels of the photo: texts of the measures, boxes of the mug and of the place where it
 * belongs. The mug is the one that must move most urgently, else the first; without any, its layers are hidden.
 */
export function layersOf(analysis: Analysis): Readonly<Record<string, Layer>> {
  const { detections, positioning, feedback } = analysis;
  const move = positioning?.adjustments_needed[0];
  const mug = detections.find(({ id }) => id === move?.object_id) ?? detections[0];
  const [x1, y1, x2, y2] = mug?.bbox ?? [];
  const size = mug ? { width: Math.round(x2! - x1!), height: Math.round(y2! - y1!) } : null;
  const best = mug ? (positioning?.mugs.find(({ id }) => id === mug.id)?.optimal_position ?? null) : null;
  const texts = {
    mug_x: shown(mug?.position.x),
    mug_y: shown(mug?.position.y),
    mug_width: shown(size?.width),
    mug_height: shown(size?.height),
    confidence_score: shown(mug?.confidence, 2),
    positioning_quality: qualityOf(positioning?.safety_score ?? null),
    bbox_x1: shown(x1),
    bbox_y1: shown(y1),
    bbox_x2: shown(x2),
    bbox_y2: shown(y2),
    summary: feedback?.summary ?? UNKNOWN,
    move: move ? moveText(analysis, 0) : UNKNOWN,
    analysis_id: analysis.analysis_id,
  };
  const box = (centre: { x: number; y: number } | null | undefined): Layer =>
    centre && size
      ? { x: Math.round(centre.x - size.width / 2), y: Math.round(centre.y - size.height / 2), ...size, hide: false }
      : { hide: true };
  const middle = mug ? { x: (x1! + x2!) / 2, y: (y1! + y2!) / 2 } : null;
  return {
    ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, { text }])),
    mug: box(middle),
    mug_optimal: box(best),
  };
}
