/** Boxes before they are filtered: `boxes` holds x1, y1, x2, y2 of each. */
export interface Candidates {
  readonly boxes: number[];
  readonly scores: number[];
  readonly classes: number[];
}

/** Most boxes that are compared with each other; the weakest beyond are dropped. Bounds the time at threshold 0. */
const MAX_COMPARED = 1000;

/** Indices by falling score, first come first at equal scores, at most `limit`. */
export function topKByScore(scores: readonly number[], limit: number): number[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.length > limit ? order.slice(0, limit) : order;
}

/** Greedy non-maximum suppression within each class. Returns kept indices by falling score, at most `limit`. */
export function nonMaxSuppression({ boxes, scores, classes }: Candidates, maxIou: number, limit: number): number[] {
  const kept: number[] = [];
  for (const i of topKByScore(scores, MAX_COMPARED)) {
    if (kept.every((k) => classes[k] !== classes[i] || iou(boxes, k, i) <= maxIou)) kept.push(i);
    if (kept.length === limit) break;
  }
  return kept;
}

/** Intersection over union of boxes `a` and `b`; 0 when both are empty. */
export function iou(boxes: readonly number[], a: number, b: number): number {
  const [ax1, ay1, ax2, ay2] = [boxes[4 * a]!, boxes[4 * a + 1]!, boxes[4 * a + 2]!, boxes[4 * a + 3]!];
  const [bx1, by1, bx2, by2] = [boxes[4 * b]!, boxes[4 * b + 1]!, boxes[4 * b + 2]!, boxes[4 * b + 3]!];
  const width = Math.min(ax2, bx2) - Math.max(ax1, bx1);
  const height = Math.min(ay2, by2) - Math.max(ay1, by1);
  if (width <= 0 || height <= 0) return 0;
  const common = width * height;
  return common / ((ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - common);
}
