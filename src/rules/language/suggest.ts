import { mentionsOf } from './mentions.ts';
import { nearestWord } from './nearest-word.ts';
import { nounOf } from './objects.ts';
import type { NotUnderstood } from './understand.ts';

const MOST = 3;
const GENERAL = [
  'Keep mugs at least 15 cm away from laptops',
  'Place beverages on coasters when available',
  'Keep mugs at least 5 cm from the edge of the table',
];

/** Up to three sentences near the refused one; each of them parses. */
export function suggestionsFor(text: string, reading: NotUnderstood, accepts: (s: string) => boolean): string[] {
  const found: string[] = [];
  for (const candidate of candidates(text, reading)) {
    if (found.length === MOST) break;
    if (!found.includes(candidate) && candidate !== text && accepts(candidate)) found.push(candidate);
  }
  return found;
}

function* candidates(text: string, reading: NotUnderstood): Generator<string> {
  yield* respelled(text, reading);
  yield* withUnits(text, reading);
  yield* determined(text, reading);
  if (reading.question === null) yield* without(text, reading);
  yield* templates(text);
}

/** "labtop" becomes "laptop". */
function* respelled(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.question !== null || reading.unknown.length > 4) return;
  const words = reading.unknown.map((w) => nearestWord(w.toLowerCase()));
  if (words.length > 0 && words.every((w) => w !== null)) yield replaced(text, reading, (i) => words[i]!);
}

function* withUnits(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.hint !== 'unit') return;
  for (const unit of ['cm', 'inches']) yield replaced(text, reading, (i) => `${reading.unknown[i]} ${unit}`);
}

/** "a keyboard" becomes "every keyboard". */
function* determined(text: string, reading: NotUnderstood): Generator<string> {
  const [noun] = reading.unknown;
  const match = reading.question === null ? null : /^(?:an?|any) /i.exec(noun ?? '');
  if (match === null) return;
  for (const word of ['every', 'the']) yield replaced(text, reading, () => `${word} ${noun!.slice(match[0].length)}`);
}

/** The sentence without the words that were not understood. */
function* without(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.ranges.length > 0) yield replaced(text, reading, () => '');
}

function replaced(text: string, reading: NotUnderstood, by: (index: number) => string): string {
  let out = '';
  let at = 0;
  for (const [i, [from, to]] of reading.ranges.entries()) {
    out += text.slice(at, from) + by(i);
    at = to;
  }
  return (out + text.slice(at)).split(/\s+/).filter(Boolean).join(' ').replaceAll(' ,', ',');
}

/** Sentences about the same things. */
function* templates(text: string): Generator<string> {
  const { objects, lengths } = mentionsOf(text);
  const [a, b] = objects.filter((o) => o !== 'table');
  const length = lengths[0]?.text;
  if (a === undefined) {
    yield* GENERAL;
    return;
  }
  const first = nounOf(a).many;
  if (b !== undefined) {
    const second = nounOf(b).many;
    if (b === 'coaster' || b === 'desk_mat') {
      yield `Place ${first} on ${second}`;
      yield `Place ${first} on ${second} when available`;
      yield `Center ${first} on ${second}`;
    }
    yield `Keep ${first} at least ${length ?? '15 cm'} away from ${second}`;
    yield `Do not put ${first} on ${second}`;
    return;
  }
  yield `Keep ${first} at least ${length ?? '5 cm'} from the edge of the table`;
  yield `Place ${first} on coasters`;
  yield `At most 2 ${first} on the desk`;
}
