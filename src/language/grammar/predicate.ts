import { type Bounds, readBounds } from './bounds.ts';
import type { Cursor } from './cursor.ts';
import { readDistancePhrase } from './nominal.ts';
import { readEdge, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { EACH_OTHER } from './noun-words.ts';
import { readPartOfTable, seesPartOfTable } from './part-of-table.ts';
import { phraseSet } from './phrases.ts';
import type { Bound, Predicate, Target } from './predicate-types.ts';
import { readPronoun } from './pronoun.ts';
import { readLength } from './quantity.ts';
import { Refusal } from './refusal.ts';
import {
  ALIGNED,
  APART,
  AT_EDGE,
  BARE_TABLE,
  CENTERED,
  CLOSER_TO,
  COMPARISON_SIGNS,
  COMPARISONS,
  DIRECTION,
  DISTANCE_OF,
  FREE_OF,
  FROM,
  GAPS,
  GROUPED,
  INTO,
  NOT_IN_ZONE,
  OFF,
  ON,
  ONLY,
  REFERENCES,
  SIDES,
  UNDER,
  VAGUE,
  WITHOUT,
  ZONE,
  ZONE_NOUN,
} from './relation-words.ts';
import { seesVerb } from './verb-group.ts';
import { ADVERBS } from './verb-words.ts';

type Bare = DistributiveOmit<Predicate, 'not' | 'said' | 'span'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const NOT = phraseSet('not', 'never', 'not ever');

/** Reads one relation: where the subject is to be. Null when none starts here. */
export function readPredicate(c: Cursor, inherited: Bound['comparison'] = null): Predicate | null {
  return c.attempt(() => {
    while (c.take(ADVERBS)) {}
    const start = c.pos;
    const not = !c.sees(COMPARISONS) && c.take(NOT) !== undefined;
    while (c.take(ADVERBS)) {}
    const only = c.take(ONLY) !== undefined;
    if (only && (not || !c.sees(ON))) return null;
    const from = c.pos;
    const out = c.attempt(() => readOutside(c));
    const off = out !== null || c.sees(OFF) || c.sees(WITHOUT) || c.sees(BARE_TABLE);
    const relation = out ?? readRelation(c, inherited);
    if (relation === null) return null;
    return { ...relation, not: not !== off, off, only, said: c.source(from), span: [start, c.pos] };
  });
}

function readRelation(c: Cursor, inherited: Bound['comparison']): Bare | null {
  return (
    c.attempt(() => readBareTable(c)) ??
    c.attempt(() => readZone(c)) ??
    c.attempt(() => readPart(c)) ??
    c.attempt(() => readCloserTo(c)) ??
    c.attempt(() => readDistance(c, inherited)) ??
    c.attempt(() => readGrouped(c)) ??
    c.attempt(() => readAligned(c)) ??
    c.attempt(() => readAtEdge(c)) ??
    c.attempt(() => readWithout(c)) ??
    c.attempt(() => readPlaced(c)) ??
    c.attempt(() => readVague(c))
  );
}

/** True when a relation starts here; used to see where a list of objects ends. */
export function seesPredicate(c: Cursor): boolean {
  const mark = c.pos;
  const reach = c.farthest;
  const locative = takeTableLocative(c);
  c.pos = mark;
  c.farthest = reach;
  if (locative) return false;
  while (c.take(ADVERBS)) {}
  const t = c.token;
  const sees =
    t?.kind === 'number' ||
    (t?.kind === 'symbol' && COMPARISON_SIGNS[t.text] !== undefined) ||
    seesPartOfTable(c) ||
    [
      COMPARISONS,
      CLOSER_TO,
      VAGUE,
      NOT_IN_ZONE,
      OFF,
      WITHOUT,
      BARE_TABLE,
      ON,
      CENTERED,
      SIDES,
      ZONE,
      GROUPED,
      ALIGNED,
      FREE_OF,
    ].some((table) => c.sees<unknown>(table)) ||
    (c.attempt(() => readLength(c)) !== null && c.sees(FROM));
  c.pos = mark;
  c.farthest = reach;
  return sees;
}

/** In the place of an object, a noun that is followed by a verb or a relation starts the next clause. */
const belongs = (c: Cursor): boolean => !seesVerb(c) && !seesPredicate(c);

export function readTarget(c: Cursor): Target | null {
  if (c.take(EACH_OTHER)) return { objects: null, edge: false, eachOther: true };
  const edge = readEdge(c);
  if (edge !== null) return { objects: null, edge: true, eachOther: false };
  const objects = readNounPhrase(c, belongs);
  if (objects === null) {
    const pronoun = readPronoun(c);
    return pronoun === null ? null : { objects: pronoun, edge: false, eachOther: false };
  }
  if (objects.none) throw new Refusal('"no" belongs to what is placed, not to where.', [objects.span]);
  if (objects.several) throw new Refusal('"several" belongs to what is placed.', [objects.span]);
  const alsoEdge = c.attempt(() => {
    c.takeSymbol(',');
    return c.takeWord('and', 'or') ? readEdge(c) : null;
  });
  return { objects, edge: alsoEdge !== null, eachOther: false };
}

function readDistance(c: Cursor, inherited: Bound['comparison']): Bare | null {
  c.take(DISTANCE_OF);
  const bounds = readBounds(c);
  if (bounds === null) return null;
  const list = bounds.list.map((b) => (b.comparison === null ? { ...b, comparison: inherited } : b));
  let reference = readReference(c);
  const base = { kind: 'distance', bounds: list, range: bounds.range } as const;
  const clear = c.seesWord('clear');
  c.take(DIRECTION);
  reference = reference ?? readReference(c);
  if (c.take(APART) && !c.sees(FROM)) {
    reference = reference ?? readReference(c);
    return { ...base, reference, target: { objects: null, edge: false, eachOther: true } };
  }
  if (!takeLink(c, list) && !(clear && c.takeWord('of'))) return null;
  const target = readTarget(c);
  if (target === null) return null;
  return { ...base, target, reference: reference ?? readReference(c) };
}

/** "from" goes with every length, "of" with "within", "to" with "closer". */
function takeLink(c: Cursor, bounds: readonly Bound[]): boolean {
  if (c.takeWord('from')) return true;
  if (c.seesWord('of') && bounds.every((b) => b.comparison?.bound === 'max')) return c.takeWord('of');
  return bounds.every((b) => b.comparison?.flips || b.comparison?.negative) && c.takeWord('to');
}

function readReference(c: Cursor): 'edge' | 'centre' | undefined {
  return (
    c.attempt(() => {
      const open = c.takeSymbol('(');
      const comma = !open && c.takeSymbol(',');
      const reference = c.take(REFERENCES);
      if (reference === undefined || (open && !c.takeSymbol(')'))) return null;
      if (comma) c.takeSymbol(',');
      return reference;
    }) ?? undefined
  );
}

/** "closer to the laptop than 10 cm" */
function readCloserTo(c: Cursor): Bare | null {
  const comparison = c.take(CLOSER_TO);
  if (comparison === undefined) return null;
  const target = readTarget(c);
  if (target === null || !c.takeWord('than')) return null;
  const length = readLength(c);
  if (length === null) return null;
  return {
    kind: 'distance',
    bounds: [{ mm: length.mm, comparison }],
    target,
    reference: undefined,
    range: false,
  };
}

const AMONG_THEM: Target = { objects: null, edge: false, eachOther: true };

function readVague(c: Cursor): Bare | null {
  const word = c.take(VAGUE);
  if (word !== undefined) {
    const target = readTarget(c) ?? (word === 'touching' ? AMONG_THEM : null);
    if (target === null) return null;
    const bounds = word === 'away' ? c.attempt(() => readBy(c)) : null;
    if (bounds === null) return { kind: 'vague', word, target };
    return { kind: 'distance', bounds: bounds.list, range: bounds.range, target, reference: undefined };
  }
  return c.takeWord('apart')
    ? { kind: 'vague', word: 'away', target: { objects: null, edge: false, eachOther: true } }
    : null;
}

/** "by at least 20 cm", ", with a minimum distance of 20 cm" */
function readBy(c: Cursor): Bounds | null {
  if (c.takeWord('by')) return readBounds(c);
  c.takeSymbol(',');
  if (!c.takeWord('with', 'at')) return null;
  const bounds = readDistancePhrase(c);
  return bounds?.list.every((b) => b.comparison?.bound !== 'max') ? bounds : null;
}

/** "on the edge of the table" */
function readAtEdge(c: Cursor): Bare | null {
  if (!c.take(AT_EDGE) || readEdge(c) === null) return null;
  return { kind: 'vague', word: 'near', target: { objects: null, edge: true, eachOther: false } };
}

function readPlaced(c: Cursor): Bare | null {
  const operator = c.take(SIDES);
  const kind = operator
    ? 'side'
    : c.take(CENTERED)
      ? 'centered'
      : c.take(OFF) || c.take(ON)
        ? 'on'
        : c.take(UNDER)
          ? 'under'
          : c.take(FREE_OF)
            ? 'free'
            : null;
  if (kind === null) return null;
  const target = readTarget(c);
  if (target === null) return null;
  return kind === 'side' ? { kind, operator: operator!, target } : { kind, target };
}

/** "directly on the desk": with no coaster between. */
function readBareTable(c: Cursor): Bare | null {
  const start = c.pos;
  if (!c.take(BARE_TABLE)) return null;
  const coaster = { object: 'coaster' };
  const objects = { ...ANY_ONE, items: [coaster], assumptions: [BARE(c.source(start))], span: [start, c.pos] as const };
  return { kind: 'without', target: { objects, edge: false, eachOther: false } };
}
const BARE = (said: string) => `"${said}" was read as without a coaster`;
const ANY_ONE = {
  join: 'one',
  none: false,
  several: false,
  other: false,
  plural: false,
  every: false,
  choice: true,
  article: true,
  loose: false,
} as const;

/** "without a coaster" */
function readWithout(c: Cursor): Bare | null {
  if (!c.take(WITHOUT)) return null;
  const target = readTarget(c);
  const carries = target?.objects?.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat');
  return target !== null && carries ? { kind: 'without', target } : null;
}

function readZone(c: Cursor): Bare | null {
  return c.take(ZONE) ? readZoneName(c) : c.attempt(() => readNamedZone(c));
}

/** "in the coffee zone", "into the hot drinks area": at most three words. */
function readNamedZone(c: Cursor): Bare | null {
  if (!c.take(INTO)) return null;
  c.takeWord('the', 'my', 'our', 'your', 'its', 'their');
  const start = c.pos;
  while (c.pos - start < LONGEST_ZONE && isPartOfName(c)) c.advance(1);
  const name = c.source(start);
  return name !== '' && c.take(ZONE_NOUN) ? { kind: 'within', zones: [name], part: false, named: true } : null;
}

function isPartOfName(c: Cursor): boolean {
  return c.token?.kind === 'word' && !c.sees(ZONE_NOUN) && !NOT_NAMES.has(c.word(c.pos));
}
const LONGEST_ZONE = 3;

function readZoneName(c: Cursor): Bare | null {
  const t = c.token;
  const start = c.pos;
  if (t?.kind === 'quoted' && t.text !== '' && t.text.length <= 64) {
    c.advance(1);
    return { kind: 'within', zones: [t.text], part: false };
  }
  if (t?.kind !== 'word' || NOT_NAMES.has(c.source(start, start + 1))) return null;
  c.advance(1);
  const name = c.source(start);
  return name.length <= 64 ? { kind: 'within', zones: [name], part: false } : null;
}

function readPart(c: Cursor): Bare | null {
  const part = readPartOfTable(c);
  return part === null || part.outside ? null : { kind: 'within', zones: part.zones, part: true };
}

/** "out of the left half", "outside zone tray" */
function readOutside(c: Cursor): Bare | null {
  const part = readPartOfTable(c);
  if (part !== null) return part.outside ? { kind: 'within', zones: part.zones, part: true } : null;
  return c.take(NOT_IN_ZONE) ? readZoneName(c) : null;
}

const NOT_NAMES = new Set('of the a an near around where that to on in at by with from for and or is are'.split(' '));

function readGrouped(c: Cursor): Bare | null {
  if (!c.take(GROUPED)) return null;
  return { kind: 'grouped', mm: readGap(c) };
}

/** The greatest gap after "grouped": "within 20 cm", "with gaps of at most 5 cm", "at most 10 cm apart". */
export function readGap(c: Cursor): number | null {
  return c.attempt(() => {
    const start = c.pos;
    c.takeSymbol(',');
    c.take(GAPS);
    const bounds = readBounds(c);
    const bound = bounds?.list[0];
    if (bounds === null || bound === undefined) return null;
    if (!c.take(APART) && c.takeWord('of', 'from') && !c.take(EACH_OTHER)) return null;
    if (bounds.list.length > 1 || bound.comparison?.bound !== 'max' || bound.hedged) {
      throw new Refusal('A group has a greatest gap: "grouped at most 10 cm apart".', [[start, c.pos]]);
    }
    return bound.mm;
  });
}

function readAligned(c: Cursor): Bare | null {
  if (!c.take(ALIGNED)) return null;
  return { kind: 'aligned', mm: readTolerance(c) };
}

export function readTolerance(c: Cursor): number | null {
  return c.attempt(() => {
    const bounds = readBounds(c);
    const bound = bounds?.list[0];
    return bound?.comparison?.bound === 'max' && bounds?.list.length === 1 && !bound.hedged ? bound.mm : null;
  });
}
