import { idLabel } from '../../placement/label.ts';
import type { Move } from '../../placement/types.ts';
import { type Locale, lengthText } from './units.ts';

/** A side step this small, in parts of the whole way and in mm or pixels, is not worth a word. */
const SMALL_PART = 0.05;
const SMALL = 2;

/** "Move mug-1 25 mm to the right and 10 mm toward you": the larger part first. */
export function instruction(move: Move, locale: Locale): string {
  const vector = move.vectorMm ?? move.vectorPx;
  const say = (length: number) => (move.vectorMm ? lengthText(length, locale) : `${Math.round(length)} px`);
  const whole = Math.hypot(vector.x, vector.y);
  const parts = [
    { length: Math.abs(vector.x), where: vector.x < 0 ? 'to the left' : 'to the right' },
    { length: Math.abs(vector.y), where: vector.y < 0 ? 'away from you' : 'toward you' },
  ]
    .sort((a, b) => b.length - a.length)
    .filter(({ length }, i) => i === 0 || length >= SMALL || length >= SMALL_PART * whole)
    .filter(({ length }, i) => i === 0 || !/^0 /.test(say(length)));
  const steps = parts.map(({ length, where }) => `${say(length)} ${where}`).join(' and ');
  return `Move ${idLabel(move.objectId)} ${steps}${move.vectorMm ? '' : ' in the picture'}`;
}
