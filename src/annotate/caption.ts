import type { FindingCounts } from '../contract/analysis.ts';
import type { UnitSystem } from '../contract/length-unit.ts';
import type { Move } from '../placement/types.ts';
import type { Calibration } from '../scene/types.ts';
import type { MeasureText, Shape } from './shapes.ts';
import { COLOUR, type Measures } from './style.ts';
import { cleanText } from './text.ts';

interface Part {
  readonly text: string;
  readonly colour: string;
}

const METHODS: Record<Calibration['method'], string> = {
  homography: 'mm from marked points',
  camera: 'mm from the camera position',
  marker: 'mm from the printed sheet',
  known_objects: 'mm from objects of known size',
  scale: 'mm from the given scale',
  none: 'no scale: distances in mm are unknown',
};

/** What the caption below the photo says: counts of verdicts, moves, and where the millimetres come from. */
export function captionParts(
  counts: FindingCounts,
  moves: readonly Move[],
  calibration: Calibration,
  units: UnitSystem = 'metric',
): Part[] {
  const parts: Part[] = [];
  for (const kind of ['violated', 'uncertain', 'satisfied'] as const) {
    if (counts[kind] > 0) parts.push({ text: `${counts[kind]} ${kind}`, colour: COLOUR[kind] });
  }
  if (parts.length === 0) parts.push({ text: 'no rule applies', colour: COLOUR.quiet });
  const sure = moves.filter((move) => move.verified).length;
  const plural = (n: number) => (n === 1 ? 'move' : 'moves');
  if (sure > 0) parts.push({ text: `${sure} proposed ${plural(sure)}`, colour: COLOUR.move });
  const unsure = moves.length - sure;
  if (unsure > 0) parts.push({ text: `${unsure} ${plural(unsure)} not verified`, colour: COLOUR.move });
  const error = calibration.scaleSigma === null ? '' : ` (± ${percent(calibration.scaleSigma)} %)`;
  const method = METHODS[calibration.method];
  const from = units === 'metric' ? method : method.replace(/\bmm\b/, 'inches');
  parts.push({ text: cleanText(from + error, 60), colour: COLOUR.quiet });
  return parts;
}

/** 90 % interval, like every error in the image. */
function percent(sigma: number): string {
  const value = sigma * 164.49;
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}

/** Lays the parts out in rows of at most `width`; shapes are relative to a caption that begins at y = 0. */
export function layoutCaption(
  parts: readonly Part[],
  width: number,
  measures: Measures,
  measureText: MeasureText,
): { height: number; shapes: (y: number) => Shape[] } {
  const size = measures.small;
  const gap = size * 1.1;
  const rows: { text: string; colour: string; x: number; row: number }[] = [];
  let x = gap;
  let row = 0;
  for (const part of parts) {
    const own = measureText(part.text, size);
    if (x > gap && x + own + gap > width) {
      row += 1;
      x = gap;
    }
    rows.push({ ...part, x, row });
    x += own + gap * 1.3;
  }
  const rise = size * 1.6;
  const height = Math.ceil((row + 1) * rise + size * 0.5);
  return {
    height,
    shapes: (y) => [
      { kind: 'plate', box: { x: -width, y, width: width * 3, height: height * 3 }, colour: COLOUR.plate, opacity: 1 },
      ...rows.map(
        (part): Shape => ({
          kind: 'text',
          text: part.text,
          at: { x: part.x, y: y + size * 0.25 + part.row * rise + size * 1.1 },
          size,
          colour: part.colour,
          outline: false,
        }),
      ),
    ],
  };
}
