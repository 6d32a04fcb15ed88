import { MM_PER_INCH } from '../contract/length-unit.ts';
import { projectToTable } from '../scene/objects/project.ts';
import type { Point, Scene } from '../scene/types.ts';
import type { Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';
import type { View } from './view.ts';

const LENGTHS = {
  metric: { unit: 'mm', mm: 1, numbers: [10, 20, 50, 100, 200, 500, 1000, 2000] },
  imperial: { unit: 'in', mm: MM_PER_INCH, numbers: [0.5, 1, 2, 4, 8, 20, 40, 80] },
} as const;

export interface Ruler {
  readonly shapes: readonly Shape[];
  readonly from: Point;
  readonly to: Point;
  readonly text: string;
}

/** Where it may begin, in shares of the image, the best first: near the foot of the image, and not high up, where the table may end. */
export const RULER_FEET: readonly Point[] = [0.955, 0.9, 0.84, 0.78, 0.72, 0.66].flatMap((y) =>
  [0.04, 0.25, 0.45, 0.62, 0.78].map((x) => ({ x, y })),
);
const LONGEST = 0.41;

/**
 * A length on the table, projected like everything else: true where it lies. In an image taken at an angle it holds
 * only there, and says so. Null without calibration or where the table cannot be seen at the image's foot.
 */
export function rulerOf(scene: Scene, view: View, measures: Measures, at: Point = RULER_FEET[0]!): Ruler | null {
  const { calibration } = scene;
  if (calibration.homography === null) return null;
  const foot = { x: scene.width * at.x, y: scene.height * at.y };
  const start = projectToTable(calibration, foot);
  const from = view.fromMm(start);
  if (from === null) return null;
  const { unit, mm, numbers } = LENGTHS[measures.units];
  let best: { to: Point; number: number; miss: number } | null = null;
  for (const number of numbers) {
    const to = view.fromMm({ x: start.x + number * mm, y: start.y });
    if (
      to === null ||
      to.x <= from.x ||
      to.x > view.width * 0.97 ||
      to.x - from.x > view.width * LONGEST ||
      to.y < 0 ||
      to.y > view.height
    )
      continue;
    const miss = Math.abs(Math.log(Math.hypot(to.x - from.x, to.y - from.y) / (view.width * 0.16)));
    if (best === null || miss < best.miss) best = { to, number, miss };
  }
  if (best === null || best.miss > 2) return null;
  const [, , , , , , px, py] = calibration.homography;
  const tilted = Math.abs(px) * scene.width + Math.abs(py) * scene.height > 0.02 * Math.abs(calibration.homography[8]);
  const { to } = best;
  const tick = measures.font * 0.4;
  const stroke = (points: readonly Point[]): Shape => ({
    kind: 'line',
    points,
    closed: false,
    colour: COLOUR.neutral,
    width: measures.line,
  });
  const ticks = [from, to].map((p) =>
    stroke([
      { x: p.x, y: p.y - tick },
      { x: p.x, y: p.y + tick },
    ]),
  );
  return { shapes: [stroke([from, to]), ...ticks], from, to, text: `${best.number} ${unit}${tilted ? ' here' : ''}` };
}
