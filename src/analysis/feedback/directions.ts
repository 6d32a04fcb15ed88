import type { UnitSystem } from '../../contract/length-unit.ts';
import type { Move } from '../../placement/types.ts';
import { idLabel } from '../../rules/label.ts';
import { roughly } from '../../rules/likely-range.ts';

type Vector = { readonly x: number; readonly y: number };

/** A way that was not verified is known to a centimetre at best; a short one, mm, is told to the millimetre all the same. */
const SHORT = 20;
/** For `roughly`, mm: whole centimetres (half inches), whole millimetres. */
const COARSE = 12;
const FINE = 1.5;

/** A way on the table, mm: "24 cm to the right and 5 cm away from you"; of a verified one, the millimetres that were verified. */
export function wayOnTable(vector: Vector, verified: boolean, units: UnitSystem): string {
  const half = !verified && Math.hypot(vector.x, vector.y) >= SHORT ? COARSE : FINE;
  return steps(vector, (length) => roughly(length, half, units));
}

/** Without millimetres, a way in the image: "80 px to the right". */
export const wayInImage = (vector: Vector): string => steps(vector, (length) => `${Math.round(length)} px`);

/**
 * "25 mm to the right and 10 mm toward you": the larger part first, and nothing of what is rounded to nothing. The words are
 * those of the person who took the photo: "up" could be read as lifting.
 */
function steps(vector: Vector, say: (length: number) => string): string {
  return [
    { length: Math.abs(vector.x), where: vector.x < 0 ? 'to the left' : 'to the right' },
    { length: Math.abs(vector.y), where: vector.y < 0 ? 'away from you' : 'toward you' },
  ]
    .sort((a, b) => b.length - a.length)
    .map(({ length, where }) => ({ said: say(length), where }))
    .filter(({ said }, i) => i === 0 || !said.startsWith('0 '))
    .map(({ said, where }) => `${said.startsWith('0 ') ? LESS_THAN[said] : said} ${where}`)
    .join(' and ');
}

/** A way, and be it a small one, leads somewhere. */
const LESS_THAN: Readonly<Record<string, string>> = {
  '0 mm': 'less than 1 mm',
  '0 in': 'less than 0.01 in',
  '0 px': 'less than 1 px',
};

/** "Move mug-1 25 mm to the right and 10 mm toward you". */
export function instruction(move: Move, units: UnitSystem): string {
  const over = move.liftOver === undefined ? '' : `, lifting it over ${idLabel(move.liftOver)}`;
  const way = move.vectorMm
    ? wayOnTable(move.vectorMm, move.verified, units)
    : `${wayInImage(move.vectorPx)} in the image`;
  return `Move ${idLabel(move.objectId)} ${way}${over}`;
}
