import type { Move } from '../../placement/types.ts';
import { idLabel } from '../../rules/label.ts';
import { exactText, type Locale } from './units.ts';

/** A side step below this, mm or pixels, is no step. */
const SMALL = 0.5;

/** "Move mug-1 25 mm to the right and 10 mm toward you": the larger part first. */
export function instruction(move: Move, locale: Locale): string {
  const vector = move.vectorMm ?? move.vectorPx;
  const say = (length: number) => (move.vectorMm ? exactText(length, locale) : `${Math.round(length)} px`);
  const parts = [
    { length: Math.abs(vector.x), where: vector.x < 0 ? 'to the left' : 'to the right' },
    { length: Math.abs(vector.y), where: vector.y < 0 ? 'away from you' : 'toward you' },
  ]
    .sort((a, b) => b.length - a.length)
    .filter(({ length }, i) => i === 0 || length >= SMALL);
  const steps = parts.map(({ length, where }) => `${say(length)} ${where}`).join(' and ');
  const over = move.liftOver === undefined ? '' : `, lifting it over ${idLabel(move.liftOver)}`;
  return `Move ${idLabel(move.objectId)} ${steps}${move.vectorMm ? '' : ' in the picture'}${over}`;
}
