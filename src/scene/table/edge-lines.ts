import type { ImageGradient } from '../../contract/image-gradient.ts';
import { apply } from '../math/mat3.ts';
import type { Calibration, EdgeLine, Point, SceneObject } from '../types.ts';
import { type EdgeCandidate, edgeCandidates } from './edge-candidates.ts';
import { edgeProbability } from './edge-probability.ts';
import { lineSegments } from './line-segments.ts';
import { linesOf } from './lines.ts';
import { shiftOf } from './side-error.ts';
import { tablePlane } from './table-plane.ts';

/** Less probable lines are not reckoned with: together they would deny every answer. */
const LEAST = 0.2;
/** A line beyond which something stands is never surely the edge. */
const DOUBTED = 0.5;
/** A fitted line's place across itself, standard error in pixels of the gradient. */
const FIT_PX = 1;

/**
 * Lines of the image that may be the table's edge, the most probable first; null where the image cannot be asked: no
 * millimetres, no grey values, nothing that stands on the table.
 */
export function edgeLines(
  gradient: ImageGradient,
  calibration: Calibration,
  objects: readonly SceneObject[],
): EdgeLine[] | null {
  const plane = tablePlane(gradient, calibration, objects);
  if (plane === null) return null;
  const candidates = edgeCandidates(linesOf(lineSegments(gradient), gradient), plane);
  return candidates
    .map((c) => ({ c, probability: Math.min(edgeProbability(c.features), c.alone ? 1 : DOUBTED) }))
    .filter(({ probability }) => probability >= LEAST)
    .sort((a, b) => b.probability - a.probability)
    .map(({ c, probability }) => edgeLine(c, probability, gradient, plane.homography));
}

function edgeLine(
  { from, to, inward, mm }: EdgeCandidate,
  probability: number,
  { scaleX, scaleY }: ImageGradient,
  homography: Calibration['homography'] & object,
): EdgeLine {
  const image = ({ x, y }: Point): Point => ({ x: x / scaleX, y: y / scaleY });
  const length = Math.hypot(mm.to.x - mm.from.x, mm.to.y - mm.from.y);
  const across = { x: -(mm.to.y - mm.from.y) / length, y: (mm.to.x - mm.from.x) / length };
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const [foot, inside] = [middle, { x: middle.x + inward.x, y: middle.y + inward.y }].map((p) =>
    apply(homography, image(p)),
  ) as [Point, Point];
  const flip = (inside.x - foot.x) * across.x + (inside.y - foot.y) * across.y < 0 ? -1 : 1;
  return {
    fromPx: image(from),
    toPx: image(to),
    from: mm.from,
    to: mm.to,
    inward: { x: flip * across.x, y: flip * across.y },
    sigma: shiftOf(homography, image(from), image(to), FIT_PX / Math.min(scaleX, scaleY)),
    probability,
  };
}
