import { inverse, type Mat3, mapped, sideOf } from './mat3.ts';
import type { Px } from './types.ts';

export interface GridLine {
  readonly from: Px;
  readonly to: Px;
  /** One of the thicker lines. */
  readonly isMain: boolean;
}

const MOST_LINES = 200;
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Points along the border of the image at which the table is asked for. */
const SAMPLES = 24;

/**
 * Lines `step` mm apart on the table as an image of that size shows them; the lower edge of the image shows the table. `step` absent:
 * one that gives some dozen lines. Empty where the homography means nothing.
 */
export function gridLines(
  homography: Mat3,
  { width, height }: { readonly width: number; readonly height: number },
  step?: number,
): { readonly step: number; readonly lines: readonly GridLine[] } {
  const back = inverse(homography);
  const side = sideOf(homography, [width / 2, height]);
  const seen = border(width, height).flatMap((px) => {
    const mm = sideOf(homography, px) === side ? mapped(homography, px) : null;
    return mm && scaleAt(homography, px) < 8 * scaleAt(homography, [width / 2, height]) ? [mm] : [];
  });
  if (back === null || seen.length < 3) return { step: step ?? 100, lines: [] };
  const xs = seen.map(([x]) => x);
  const ys = seen.map(([, y]) => y);
  const [left, right, far, near] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const long = Math.max(right - left, near - far);
  const used = step ?? STEPS.find((one) => long / one <= 24) ?? 1000;
  if (long / used > MOST_LINES) return { step: used, lines: [] };
  const lines: GridLine[] = [];
  const draw = (from: Px, to: Px, isMain: boolean) => {
    const [a, b] = [mapped(back, from), mapped(back, to)];
    if (a && b && sideOf(homography, a) === side && sideOf(homography, b) === side)
      lines.push({ from: a, to: b, isMain });
  };
  for (let i = Math.ceil(left / used); i * used <= right; i += 1) draw([i * used, far], [i * used, near], i % 5 === 0);
  for (let i = Math.ceil(far / used); i * used <= near; i += 1) draw([left, i * used], [right, i * used], i % 5 === 0);
  return { step: used, lines };
}

const border = (width: number, height: number): Px[] =>
  Array.from({ length: SAMPLES + 1 }, (_, i) => i / SAMPLES).flatMap((t): Px[] => [
    [t * width, 0],
    [t * width, height],
    [0, t * height],
    [width, t * height],
  ]);

/** mm of the table that a pixel there is wide. */
function scaleAt(homography: Mat3, [x, y]: Px): number {
  const [a, b] = [mapped(homography, [x - 0.5, y]), mapped(homography, [x + 0.5, y])];
  return a && b ? Math.hypot(b[0] - a[0], b[1] - a[1]) : Number.POSITIVE_INFINITY;
}
