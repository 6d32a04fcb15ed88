import type { UnitSystem } from '../../contract/length-unit.ts';
import type { Move } from '../../placement/types.ts';
import { requiredLength } from '../../rules/interval.ts';
import { idLabel } from '../../rules/label.ts';

/** A side step below this, mm or pixels, is no step. */
const SMALL = 0.5;

/**
 * "25 mm to the right and 10 mm toward you": the larger part first. The words are those of the person who took the photo:
 * "up" could be read as lifting.
 */
export function steps(vector: { readonly x: number; readonly y: number }, say: (length: number) => string): string {
  return [
    { length: Math.abs(vector.x), where: vector.x < 0 ? 'to the left' : 'to the right' },
    { length: Math.abs(vector.y), where: vector.y < 0 ? 'away from you' : 'toward you' },
  ]
    .sort((a, b) => b.length - a.length)
    .filter(({ length }, i) => i === 0 || length >= SMALL)
    .map(({ length, where }) => `${say(length)} ${where}`)
    .join(' and ');
}

/** "Move mug-1 25 mm to the right and 10 mm toward you". */
export function instruction(move: Move, units: UnitSystem): string {
  const say = (length: number) => (move.vectorMm ? requiredLength(length, units) : `${Math.round(length)} px`);
  const over = move.liftOver === undefined ? '' : `, lifting it over ${idLabel(move.liftOver)}`;
  const way = steps(move.vectorMm ?? move.vectorPx, say);
  return `Move ${idLabel(move.objectId)} ${way}${move.vectorMm ? '' : ' in the image'}${over}`;
}
