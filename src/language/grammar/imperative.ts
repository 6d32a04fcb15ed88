import { readBounds } from './bounds.ts';
import { readCount, readLimit, takeCountTail } from './count.ts';
import type { Cursor } from './cursor.ts';
import { readNominal } from './nominal.ts';
import { type NounPhrase, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { EACH_OTHER, PRONOUNS } from './noun-words.ts';
import { phraseSet } from './phrases.ts';
import { readGap, readPredicate, readTolerance } from './predicate.ts';
import type { Predicate, Target } from './predicate-types.ts';
import { ask, Refusal } from './refusal.ts';
import { ALIGNED, CENTERED, FOR, ON, UNDER } from './relation-words.ts';
import type { CountStatement, RelationStatement, Statement } from './statement.ts';
import { takeAdverbs, takeParticiple } from './verb-group.ts';
import { ALIGN, CENTER, GROUP, LET, MOVE, PLACE, PLACING, SEPARATE, TO_BE, USE } from './verb-words.ts';

/** Finds what "it" or "them" stands for in the sentence so far. */
export type Antecedent = (plural: boolean, span: readonly [number, number]) => NounPhrase;

export function readSubject(c: Cursor, antecedent: Antecedent): NounPhrase | null {
  const noun = readNounPhrase(c);
  if (noun !== null) return noun;
  const start = c.pos;
  const pronoun = c.take(PRONOUNS);
  return pronoun === undefined ? null : antecedent(pronoun === 'many', [start, c.pos]);
}

const DOWN = phraseSet('down', 'out');

/** A clause that begins with a verb; `negated` when "do not", "never" or "avoid" stood before it. */
export function readImperative(c: Cursor, negated: boolean, antecedent: Antecedent): Statement | null {
  return (
    c.attempt(() => readSpecial(c, negated, antecedent)) ??
    c.attempt(() => {
      const moving = c.take(MOVE) !== undefined;
      const letting = !moving && negated && c.take(LET) !== undefined;
      if (!moving && !letting && !c.take(PLACE) && !(negated && c.take(PLACING))) return null;
      return readPlacement(c, negated, moving, antecedent);
    })
  );
}

/** What follows "keep": a count, a distance between things, or things and where they are to be. */
export function readPlacement(c: Cursor, negated: boolean, moving: boolean, antecedent: Antecedent): Statement | null {
  takeAdverbs(c);
  return (
    c.attempt(() => readCounted(c, negated)) ??
    c.attempt(() => readNominal(c, negated)) ??
    c.attempt(() => {
      const subject = readSubject(c, antecedent);
      // "Keep the laptop stand …": a stand is a thing here, not a verb.
      if (subject === null || (!subject.plural && c.seesWord('stand', 'rest'))) return null;
      c.attempt(() => (c.take(DOWN) && !c.seesWord('of') ? true : null));
      c.take(TO_BE);
      takeParticiple(c);
      return readPlaced(c, subject, { negated, permission: false, verbless: false, moving, some: subject.article });
    })
  );
}

export function readCounted(c: Cursor, negated: boolean): CountStatement | null {
  const count = readCount(c);
  if (count === null) return null;
  takeCountTail(c);
  const mark = c.pos;
  const predicate = c.attempt(() => readPredicate(c));
  if (predicate !== null) throw new Refusal('A number of objects cannot be tied to a place.', [[mark, c.pos]]);
  return count(negated);
}

type Flags = Omit<RelationStatement, 'form' | 'subject' | 'predicate'>;

/** Subject and relation; "no phones on the desk" is a count of none. */
export function readPlaced(c: Cursor, subject: NounPhrase, flags: Flags): Statement | null {
  const located = takeTableLocative(c);
  const predicate = readPredicate(c);
  if (predicate !== null) return { form: 'relation', subject, ...flags, predicate };
  return located && subject.none !== flags.negated ? noneOf(subject) : null;
}

export function noneOf(subject: NounPhrase): CountStatement {
  return { form: 'count', subject: { ...subject, none: false }, min: null, max: 0, assumption: null };
}

export function oneOf(subject: NounPhrase): CountStatement {
  return { form: 'count', subject, min: 1, max: null, assumption: null };
}

function readSpecial(c: Cursor, negated: boolean, antecedent: Antecedent): Statement | null {
  const limit = readLimit(c);
  if (limit !== null) {
    if (negated) throw ask('How many may there be?', [limit.subject.span]);
    return limit;
  }
  const start = c.pos;
  if (c.take(CENTER)) return readCenter(c, negated, antecedent, start);
  if (c.take(GROUP)) return readGather(c, negated, antecedent, start, 'grouped');
  if (c.take(ALIGN)) return readGather(c, negated, antecedent, start, 'aligned');
  if (c.take(SEPARATE)) return readSeparate(c, negated, antecedent, start);
  if (!negated) {
    const cleared = c.attempt(() => readClear(c));
    if (cleared !== null) return cleared;
  }
  return readUse(c, negated);
}

/** "Clear the desk of mugs", "remove all mugs from the table": none on it. */
function readClear(c: Cursor): CountStatement | null {
  if (c.takeWord('clear')) return readTable(c) && c.takeWord('of', 'from') ? allOff(readNounPhrase(c)) : null;
  if (!c.take(REMOVE)) return null;
  const subject = readNounPhrase(c);
  return c.takeWord('from') && readTable(c) ? allOff(subject) : null;
}
const REMOVE = phraseSet('remove', 'clear', 'take|clear away');

/** "The desk", of which everything that is seen is a part. */
function readTable(c: Cursor): boolean {
  return c.attempt(() => (readNounPhrase(c)?.items.every((i) => i.object === 'table') ? true : null)) === true;
}

function allOff(subject: NounPhrase | null): CountStatement | null {
  return subject === null || subject.none || subject.items.length > 1 ? null : noneOf(subject);
}

const imperative = (negated: boolean): Flags => ({
  negated,
  permission: false,
  verbless: false,
  moving: false,
  some: false,
});

function relation(
  c: Cursor,
  start: number,
  subject: NounPhrase,
  negated: boolean,
  p: DistributedBare,
): RelationStatement {
  const predicate: Predicate = { ...p, not: false, said: c.source(start), span: [start, c.pos] };
  return { form: 'relation', subject, ...imperative(negated), predicate };
}
type DistributedBare = Predicate extends infer P
  ? P extends unknown
    ? Omit<P, 'not' | 'said' | 'span'>
    : never
  : never;

function targetOf(objects: NounPhrase): Target {
  return { objects, edge: false, eachOther: false };
}

/** "Center the mug on the desk mat." */
function readCenter(c: Cursor, negated: boolean, antecedent: Antecedent, start: number): Statement | null {
  const subject = readSubject(c, antecedent);
  if (subject === null || !(c.takeWord('in', 'over', 'within') || c.take(ON) || c.take(CENTERED))) return null;
  const objects = readNounPhrase(c);
  return objects === null
    ? null
    : relation(c, start, subject, negated, { kind: 'centered', target: targetOf(objects) });
}

const TOGETHER = phraseSet('close? together', 'up', 'up? close? together', 'in a|one group');

/** "Group mugs together within 20 cm", "line up the books". */
function readGather(
  c: Cursor,
  negated: boolean,
  antecedent: Antecedent,
  start: number,
  kind: 'grouped' | 'aligned',
): Statement | null {
  const verb = c.source(start);
  const subject = readSubject(c, antecedent);
  if (subject === null) return null;
  c.take(TOGETHER);
  if (kind === 'aligned') {
    c.takeWord('up');
    c.take(ALIGNED);
  }
  const mm = kind === 'grouped' ? readGap(c) : readTolerance(c);
  return {
    ...relation(c, start, subject, negated, { kind, mm }),
    predicate: { kind, mm, not: false, said: verb, span: [start, c.pos] },
  };
}

/** "Separate mugs from laptops by at least 20 cm." */
function readSeparate(c: Cursor, negated: boolean, antecedent: Antecedent, start: number): Statement | null {
  const subject = readSubject(c, antecedent);
  if (subject === null) return null;
  const target = readSeparated(c, subject);
  if (target === null) return null;
  const by = c.takeWord('by');
  const bounds = readBounds(c);
  if (by && bounds === null) return null;
  if (bounds !== null) {
    c.takeWord('apart');
    const base = { kind: 'distance', bounds: bounds.list, range: bounds.range, reference: undefined } as const;
    return relation(c, start, subject, negated, { ...base, target });
  }
  return relation(c, start, subject, negated, { kind: 'vague', word: 'away', target });
}

function readSeparated(c: Cursor, subject: NounPhrase): Target | null {
  if (!c.takeWord('from')) return subject.plural ? { objects: null, edge: false, eachOther: true } : null;
  if (c.take(EACH_OTHER)) return { objects: null, edge: false, eachOther: true };
  const objects = readNounPhrase(c);
  return objects === null || objects.none ? null : targetOf(objects);
}

/** "Use a coaster for every glass." */
function readUse(c: Cursor, negated: boolean): Statement | null {
  const start = c.pos;
  if (!c.take(USE)) return null;
  const support = readNounPhrase(c);
  if (support === null || support.none || !(c.take(FOR) || c.take(UNDER))) return null;
  const objects = readNounPhrase(c);
  if (objects === null || objects.none) return null;
  return relation(c, start, support, negated, { kind: 'under', target: targetOf(objects) });
}
