import { pixelOf } from '../tests/scene/truth/rendered.ts';
import type { SequenceTruth } from './watch-events.ts';

/** Four points of the table around the laptop, as somebody measures them once for a camera that stays. */
const CORNERS = [
  [-70, -150],
  [230, -150],
  [230, 100],
  [-70, 100],
] as const;

export function deskCalibration({ scenes: [first] }: SequenceTruth) {
  return {
    points_px: CORNERS.map(([x, y]) => pixelOf(first!, x, y)),
    points_mm: CORNERS.map(([x, y]) => [x, -y]),
  };
}
