import { type Bounds, readBounds } from './bounds.ts';
import type { Cursor } from './cursor.ts';
import { type NounPhrase, readEdge, readNounPhrase } from './noun-phrase.ts';
import { PhraseTable, phraseSet } from './phrases.ts';
import type { Predicate } from './predicate-types.ts';
import { readLength } from './quantity.ts';
import { ask } from './refusal.ts';
import { type Comparison, DISTANCE_NOUN, REFERENCES } from './relation-words.ts';
import type { RelationStatement } from './statement.ts';
import { readVerbGroup } from './verb-group.ts';

/** "a gap of 10 cm between glasses and phones", said as a thing instead of a relation. */
interface Pair {
  readonly subject: NounPhrase;
  readonly other: NounPhrase | null;
  /** To the edge of the table. */
  readonly edge?: true;
}

const BECOME = phraseSet('fall|drop|become');
const REQUIRED = phraseSet('required', 'needed');
const ARTICLE = phraseSet('a|the|an');
const SIZE = new PhraseTable<Comparison>({
  'minimum|min|minimal|least|smallest': { bound: 'min', flips: false, negative: false },
  'maximum|max|maximal|largest|greatest': { bound: 'max', flips: false, negative: false },
});

/** "[keep] a distance of at least 20 cm between A and B", "at least 8 cm between mugs". */
export function readNominal(c: Cursor, negated: boolean): RelationStatement | null {
  return (
    c.attempt(() => readNamedDistance(c, negated)) ??
    c.attempt(() => {
      const start = c.pos;
      const bounds = readBounds(c);
      if (bounds === null) return null;
      if (c.takeWord('of')) c.take(DISTANCE_NOUN);
      else c.take(DISTANCE_NOUN);
      return finish(c, start, bounds, negated);
    })
  );
}

function readNamedDistance(c: Cursor, negated: boolean): RelationStatement | null {
  const start = c.pos;
  const bounds = readNamed(c, negated);
  return bounds === null ? null : finish(c, start, bounds, negated);
}

/** "a minimum distance of 20 cm", "a 20 cm gap" */
function readNamed(c: Cursor, negated: boolean): Bounds | null {
  c.take(ARTICLE);
  const size = c.take(SIZE);
  const length = c.attempt(() => readLength(c));
  if (!c.take(DISTANCE_NOUN)) return null;
  const bounds = length === null ? readOf(c) : { list: [{ mm: length.mm, comparison: null }], range: false };
  return bounds === null ? null : sized(bounds, size, negated);
}

/** A distance without what it is between: also "at least 20 cm of space". */
export function readDistancePhrase(c: Cursor): Bounds | null {
  return (
    c.attempt(() => readNamed(c, false)) ??
    c.attempt(() => {
      const bounds = readBounds(c);
      if (bounds === null) return null;
      c.takeWord('of');
      return c.take(DISTANCE_NOUN) ? bounds : null;
    })
  );
}

function readOf(c: Cursor): Bounds | null {
  return c.takeWord('of') ? readBounds(c) : null;
}

function sized(bounds: Bounds, size: Comparison | undefined, negated: boolean): Bounds {
  if (size === undefined || bounds.range) return bounds;
  if (bounds.list.some((b) => b.comparison !== null && (b.comparison.bound === size.bound) === negated)) {
    throw ask('Is that the least or the greatest distance?');
  }
  return { ...bounds, list: bounds.list.map((b) => (b.comparison === null ? { ...b, comparison: size } : b)) };
}

function finish(c: Cursor, start: number, bounds: Bounds, negated: boolean): RelationStatement | null {
  const said = c.source(start);
  const before = c.take(REFERENCES);
  c.attempt(() => readKept(c));
  const pair = readPair(c);
  if (pair === null) return null;
  const reference = before ?? c.take(REFERENCES);
  return statement(pair, bounds, reference, negated, said, [start, c.pos]);
}

/** "a distance of 6 inches must be kept between …" */
function readKept(c: Cursor): true | null {
  const verb = readVerbGroup(c);
  if (verb.verbless || verb.negated || verb.permission) return null;
  c.take(REQUIRED);
  return true;
}

function statement(
  pair: Pair,
  bounds: Bounds,
  reference: 'edge' | 'centre' | undefined,
  negated: boolean,
  said: string,
  span: readonly [number, number],
): RelationStatement {
  const predicate: Predicate = {
    kind: 'distance',
    bounds: bounds.list,
    range: bounds.range,
    reference,
    target: { objects: pair.other, edge: pair.edge === true, eachOther: pair.other === null && !pair.edge },
    not: false,
    said,
    span,
  };
  const flags = { negated, permission: false, verbless: false, moving: false, some: false };
  return { form: 'relation', subject: pair.subject, ...flags, predicate };
}

/** "between A and B", "between mugs", "from A to B", "(A, B)". */
function readPair(c: Cursor): Pair | null {
  return (
    c.attempt(() => readBetween(c)) ??
    c.attempt(() => readFromTo(c)) ??
    c.attempt(() => readArguments(c)) ??
    c.attempt(() => readAround(c))
  );
}

/** "around the laptop": from everything else. */
function readAround(c: Cursor): Pair | null {
  if (!c.takeWord('around')) return null;
  const other = readNounPhrase(c);
  if (other === null || other.none || other.other) return null;
  return { subject: { ...other, items: [{ object: 'object' }], join: 'one', every: true, assumptions: [] }, other };
}

/** "distance(mug, laptop)" */
function readArguments(c: Cursor): Pair | null {
  if (!c.takeSymbol('(')) return null;
  const all = readNounPhrase(c);
  if (all === null || all.none || all.items.length !== 2 || all.join !== 'and') return null;
  return c.takeSymbol(')') ? pairOf(all) : null;
}

function readBetween(c: Cursor): Pair | null {
  if (!c.takeWord('between')) return null;
  const all = readNounPhrase(c);
  if (all === null || all.none) return null;
  if (c.attempt(() => (c.takeWord('and') ? readEdge(c) : null))) return { subject: all, other: null, edge: true };
  if (all.items.length === 1) return all.plural || all.other ? { subject: all, other: null } : null;
  if (all.items.length > 2) throw ask('Between which two of them?', [all.span]);
  return all.join === 'and' ? pairOf(all) : null;
}

/** Two things that were named together, apart. */
function pairOf(all: NounPhrase): Pair {
  const [a, b] = all.items;
  const half = (item: NounPhrase['items'][number]): NounPhrase => ({
    ...all,
    items: [item],
    join: 'one',
    every: true,
    other: false,
  });
  return { subject: half(a!), other: { ...half(b!), assumptions: [], other: all.other } };
}

function readFromTo(c: Cursor): Pair | null {
  if (!c.takeWord('from')) return null;
  const subject = readNounPhrase(c);
  if (subject === null || subject.none || !c.takeWord('to')) return null;
  if (readEdge(c)) return { subject, other: null, edge: true };
  const other = readNounPhrase(c);
  return other === null || other.none ? null : { subject, other };
}

/** "mug to laptop distance", "mug-laptop clearance", "mug to laptop: >= 15 cm" */
function readPairBefore(c: Cursor): Pair | null {
  const subject = readNounPhrase(c);
  if (subject === null || subject.none) return null;
  const to = c.takeWord('to');
  const other = readNounPhrase(c);
  if (other === null || other.none) return null;
  return c.take(DISTANCE_NOUN) || (to && c.seesSymbol(':')) ? { subject, other } : null;
}

/** "The distance between mugs and laptops must be at least 6 inches." */
export function readDistanceIs(c: Cursor): RelationStatement | null {
  return c.attempt(() => {
    const start = c.pos;
    c.take(ARTICLE);
    const size = c.take(SIZE);
    const before = c.take(REFERENCES);
    const bare = size === undefined && before === undefined && c.pos === start;
    const pair = c.take(DISTANCE_NOUN)
      ? readPair(c)
      : (c.attempt(() => readPairBefore(c)) ?? (bare ? c.attempt(() => readBetween(c)) : null));
    if (pair === null) return null;
    const said = c.source(start);
    const colon = c.takeSymbol(':');
    if (!colon) c.takeWord('there');
    const verb = colon ? null : readVerbGroup(c);
    c.take(BECOME);
    const bounds = readBounds(c);
    if (bounds === null) return null;
    const list = sized(bounds, size, verb?.negated ?? false);
    if (list.list.some((b) => b.comparison === null)) {
      throw ask('Is that the least or the greatest distance?', [[start, c.pos]]);
    }
    const reference = before ?? c.take(REFERENCES);
    return { ...statement(pair, list, reference, verb?.negated ?? false, said, [start, c.pos]), permission: false };
  });
}
