import { nounOf } from '../../contract/objects.ts';
import { MAX_DISTANCE, MIN_DISTANCE } from './defaults.ts';
import type { Mentions } from './mentions.ts';
import { SUPPORTS } from './sense.ts';

const GENERAL = [
  'Keep mugs at least 15 cm away from laptops',
  'Place beverages on coasters when available',
  'Keep mugs at least 5 cm from the edge of the table',
];

/** Words of a sentence that say what kind of rule was wanted. */
const WISHES = {
  near: /\b(?:near|nearer|close|closer|next|beside|with|within|at most|around|by)\b/i,
  far: /\b(?:away|far|farther|further|apart|clear|at least|from|distance)\b/i,
  forbid: /\b(?:off|no|not|never|don['’]t|avoid|nobody|none|forbidden)\b/i,
  edge: /\b(?:edge|corner|border)\b/i,
  line: /\b(?:line|row|straight|align|aligned)\b/i,
  group: /\b(?:group|together|bunch|cluster|gather|collect|pile)\b/i,
  left: /\bleft\b/i,
  right: /\bright\b/i,
} as const;

/** Sentences about the same things, the likeliest wish first. */
export function* aboutTheSame(text: string, mentions: Mentions, question: string | null): Generator<string> {
  const kinds = withoutContents(mentions.objects.filter((o) => o !== 'table'));
  const named = kinds.filter((o) => o !== 'object');
  const length = mentions.lengths.find((l) => l.mm >= MIN_DISTANCE && l.mm <= MAX_DISTANCE)?.text;
  const wishes = (key: keyof typeof WISHES): boolean => WISHES[key].test(text);
  if (kinds[0] === 'object' && named.length > 1) {
    yield* kindByKind(named, length, wishes('forbid'));
    return;
  }
  const [a, b, c] = kinds;
  if (a !== undefined && b === undefined) yield* gathered(nounOf(a).many, wishes);
  if (a === undefined) yield* GENERAL;
  else if (b === undefined) yield* aboutOne(a, length, wishes('edge') ? null : (mentions.numbers[0] ?? null));
  else if (SUPPORTS.has(a) && !SUPPORTS.has(b)) yield* onSupports(b, a, c, wishes('forbid'), mentions.when);
  else if (SUPPORTS.has(b)) yield* onSupports(a, b, c, wishes('forbid'), mentions.when);
  else
    yield* aboutTwo(nounOf(a).many, nounOf(b).many, length, {
      wishes,
      both: /opposite|smaller|near each other/.test(question ?? ''),
    });
}

/** "Mugs with coffee" are mugs. */
function withoutContents(objects: readonly string[]): readonly string[] {
  const drinkware = objects.some((o) => o === 'mug' || o === 'glass' || o === 'bottle');
  return objects.length > 2 && drinkware ? objects.filter((o) => o !== 'beverage') : objects;
}

/** "Everything but mugs off the laptop": rules name each kind. */
function* kindByKind(named: readonly string[], length: string | undefined, forbid: boolean): Generator<string> {
  const target = nounOf(named.at(-1)!).many;
  const others = ['bottle', 'phone', 'book'].filter((o) => !named.includes(o)).map((o) => nounOf(o).many);
  const [first, second] = others;
  if (forbid) yield `Keep ${first} and ${second} off ${target}`;
  yield `Keep ${first} and ${second} at least ${length ?? '15 cm'} away from ${target}`;
}

function* aboutOne(object: string, length: string | undefined, count: number | null): Generator<string> {
  const { one, many } = nounOf(object);
  if (count !== null) {
    const number = `${count} ${count === 1 ? one : many}`;
    yield* [`At most ${number} on the desk`, `At least ${number} on the desk`, `Exactly ${number} on the desk`];
  }
  yield `Keep ${many} at least ${length ?? '5 cm'} from the edge of the table`;
  yield `Place ${many} on coasters`;
}

function* gathered(noun: string, wishes: Hints['wishes']): Generator<string> {
  if (wishes('line')) yield `Line up the ${noun}`;
  if (wishes('group')) yield `Group the ${noun} together`;
}

function* onSupports(a: string, b: string, c: string | undefined, forbid: boolean, when: boolean): Generator<string> {
  const [first, second] = [nounOf(a).many, nounOf(b).many];
  if (SUPPORTS.has(a)) {
    yield* aboutOne(a, undefined, null);
    return;
  }
  const available = `Place ${first} on ${second} when available`;
  if (when) yield available;
  yield `Place ${first} on ${second}`;
  if (c !== undefined && SUPPORTS.has(c)) yield `Place ${first} on ${nounOf(c).many}`;
  if (forbid) yield `Do not put ${first} on ${second}`;
  yield available;
  yield `Center ${first} on ${second}`;
}

interface Hints {
  readonly wishes: (key: keyof typeof WISHES) => boolean;
  /** Asked which of the two opposites is meant. */
  readonly both: boolean;
}

function* aboutTwo(a: string, b: string, length: string | undefined, { wishes, both }: Hints): Generator<string> {
  const away = `Keep ${a} at least ${length ?? '15 cm'} away from ${b}`;
  const near = `Keep ${a} within ${length ?? '15 cm'} of every ${singular(b)}`;
  if (wishes('left')) yield `Keep ${a} to the left of ${b}`;
  if (wishes('right')) yield `Keep ${a} to the right of ${b}`;
  if (both) yield* [away, near];
  const onlyNear = wishes('near') && !wishes('far') && !wishes('forbid') && length === undefined;
  if (onlyNear) yield near;
  if (wishes('forbid') && length === undefined && !wishes('far') && !wishes('near')) yield `Do not put ${a} on ${b}`;
  if (!onlyNear) yield away;
  yield `Do not put ${a} on ${b}`;
  if (wishes('near') || length !== undefined) yield near;
}

/** "every laptop" for "laptops"; the plain plural where it is no simple plural. */
function singular(many: string): string {
  return many === 'mice' ? 'mouse' : many.endsWith('sses') ? many.slice(0, -2) : many.replace(/s$/, '');
}
