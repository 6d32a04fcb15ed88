import { readBounds } from './bounds.ts';
import { readNumberOf } from './count.ts';
import type { Cursor } from './cursor.ts';
import { ALSO_VERBS } from './everyday-words.ts';
import { type Antecedent, noneOf, oneOf, readCounted, readImperative, readPlaced, readSubject } from './imperative.ts';
import { readContext } from './modifiers.ts';
import { readDistanceIs, readDistancePhrase, readNominal } from './nominal.ts';
import { type NounPhrase, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { readForEach, readOneForEach } from './one-for-each.ts';
import { phraseSet } from './phrases.ts';
import { readPredicate, readTarget } from './predicate.ts';
import type { Bound } from './predicate-types.ts';
import { ask, Refusal } from './refusal.ts';
import type { RelationStatement, Statement } from './statement.ts';
import { readVerbGroup, seesVerb, takeAdverbs, takeParticiple } from './verb-group.ts';
import {
  AT_ONCE,
  AVOID,
  DO,
  HAS,
  IS_BANNED,
  IS_TOO_NEAR,
  MODALS,
  NEEDS,
  NEVER,
  NOT,
  PLACE,
  PLACING,
  PREVENT,
  TO_BE,
} from './verb-words.ts';

const WISH = phraseSet(
  'i|we want',
  'i|we need',
  'i|we wish|prefer',
  'i|we would like|prefer',
  'i|we want|would like|like to see|have',
  'i|we expect',
);
/** "We allow up to three mugs": a greatest number. */
const ALLOWING = phraseSet('i|we allow|permit|accept|tolerate');
const WISH_NOT = phraseSet(
  'i|we do not ever? want|like',
  'i|we do not ever? want|like to see|have',
  'i|we never want',
  'i|we never want to see|have',
  'i|we would not like',
  'i|we hate to see',
);
const FORBIDDEN = phraseSet(
  'it is forbidden|prohibited|banned to',
  'it is not|never allowed|permitted|ok|okay|acceptable to',
);
const NOT_TO = phraseSet('not|never to', 'not to ever');
const NO_WAY = phraseSet('under no circumstances', 'in no case|event', 'at no time', 'on no account');
const YOU = phraseSet(
  'you|i|we|one|people|everyone|everybody|employees|staff|colleagues|visitors|users|guests|students|children',
);
const NOBODY_MAY = phraseSet(
  'nobody may|should|shall|can|must',
  'no one may|should|shall|can|must',
  'nobody is allowed|permitted to',
  'no one is allowed|permitted to',
);
const IT = phraseSet('it');
const THERE = phraseSet('there');

/** What the clause before left open: "… and the phone left of the keyboard". */
export interface Gap {
  readonly kind: string;
}

/** What stood before a clause. */
export interface Setting {
  readonly antecedent: Antecedent;
  readonly gap: Gap | null;
  /** "make sure that": what follows is an order, not a remark. */
  readonly ordered: boolean;
  /** A place after the subject: "all mugs in the office must …". */
  readonly place: (context: string) => void;
}

/** One clause: an order, a ban, a statement of the required state. */
export function readClause(c: Cursor, setting: Setting): Statement | null {
  const { antecedent } = setting;
  takeAdverbs(c);
  return (
    c.attempt(() => readThere(c, setting)) ??
    c.attempt(() => readInverted(c, antecedent)) ??
    c.attempt(() => readWish(c, antecedent)) ??
    c.attempt(() => readBan(c, antecedent)) ??
    c.attempt(() => readImperative(c, false, antecedent)) ??
    c.attempt(() => readNumberOf(c)) ??
    readOneForEach(c) ??
    c.attempt(() => readBareCount(c, setting)) ??
    c.attempt(() => readDistanceIs(c)) ??
    c.attempt(() => readNominal(c, false)) ??
    c.attempt(() => readNoTwo(c)) ??
    c.attempt(() => readItIs(c)) ??
    c.attempt(() => readFronted(c)) ??
    c.attempt(() => readDeclarative(c, setting))
  );
}

/** "At most two mugs on the desk"; "more than two mugs on the desk" is as often a complaint. */
function readBareCount(c: Cursor, { ordered }: Setting): Statement | null {
  const start = c.pos;
  const complaint = c.seesWord('more', 'over', 'greater') && !ordered;
  const count = readCounted(c, false);
  if (count !== null && complaint) throw remark([start, c.pos]);
  return count;
}

/** "There must not be more than two mugs", "there should be at least 6 inches between …". */
function readThere(c: Cursor, { ordered }: Setting): Statement | null {
  const start = c.pos;
  if (takeTableLocative(c)) c.takeSymbol(',');
  if (!c.take(THERE)) return null;
  const verb = readVerbGroup(c);
  if (verb.verbless) return null;
  const telling = verb.remark && !ordered;
  const complaint = telling && c.seesWord('more', 'over', 'greater', 'fewer', 'less', 'under', 'below', 'smaller');
  const said = c.attempt(() => readCounted(c, verb.negated)) ?? readNominal(c, verb.negated);
  if (said !== null) {
    if (complaint || (telling && said.form === 'relation')) throw remark([start, c.pos]);
    return said;
  }
  const subject = readNounPhrase(c);
  if (subject === null) return null;
  if (verb.remark && !ordered && !subject.none) throw remark([start, c.pos]);
  const forEach = verb.negated || verb.permission ? null : readForEach(c, subject, start);
  if (forEach !== null) return forEach;
  const flags = {
    negated: verb.negated,
    permission: verb.permission,
    verbless: false,
    moving: false,
    some: subject.article,
    exists: !subject.every,
  };
  const placed = c.attempt(() => readPlaced(c, subject, flags));
  if (placed !== null) return placed;
  takeTableLocative(c);
  c.take(AT_ONCE);
  if (subject.none !== verb.negated) return noneOf(subject);
  return verb.permission || verb.remark || !isOne(subject) ? null : oneOf(subject);
}

/** "There should be a coaster." */
function isOne(np: NounPhrase): boolean {
  return np.items.length === 1 && np.article && !np.plural && !np.other;
}

/** "Under no circumstances should a mug be closer than 3 inches to a phone." */
function readInverted(c: Cursor, antecedent: Antecedent): Statement | null {
  if (!c.take(NO_WAY)) return null;
  const flags = { negated: true, permission: false, verbless: false, moving: false, some: false };
  if (!c.take(MODALS)) {
    return readImperative(c, true, antecedent);
  }
  const subject = readNounPhrase(c);
  if (subject === null) {
    return c.take(YOU) ? readImperative(c, true, antecedent) : null;
  }
  takeAdverbs(c);
  c.take(TO_BE);
  takeParticiple(c);
  return readPlaced(c, subject, flags);
}

function readWish(c: Cursor, antecedent: Antecedent): Statement | null {
  if (c.take(ALLOWING)) {
    const count = readCounted(c, false);
    return count !== null && count.min === null ? count : null;
  }
  const negated = c.take(WISH_NOT) !== undefined;
  if (!negated && !c.take(WISH)) return null;
  const said = c.attempt(() => readCounted(c, negated)) ?? readNominal(c, negated);
  if (said !== null) return said;
  const subject = readSubject(c, antecedent);
  if (subject === null) return null;
  c.take(TO_BE);
  takeParticiple(c);
  return readPlaced(c, subject, { negated, permission: false, verbless: false, moving: false, some: subject.article });
}

/** "Do not …", "never …", "avoid …", "it is forbidden to …", "you must not …". */
function readBan(c: Cursor, antecedent: Antecedent): Statement | null {
  const start = c.pos;
  if (c.take(AVOID)) return readAvoid(c, antecedent, start);
  if (c.take(FORBIDDEN)) return readImperative(c, true, antecedent);
  if (c.take(NOBODY_MAY)) return readImperative(c, true, antecedent);
  if (c.take(PREVENT)) return readPrevent(c);
  if (c.take(YOU)) {
    const verb = c.take(MODALS);
    if (verb === undefined) return null;
    takeAdverbs(c);
    const not = c.take(NOT) !== undefined;
    if (verb === 'permission' && !not) throw new Refusal('A permission is not a rule.', [[start, c.pos]]);
    takeAdverbs(c);
    return readImperative(c, not, antecedent);
  }
  if (c.take(NOT_TO)) return readImperative(c, true, antecedent);
  const never = c.take(NEVER) !== undefined;
  const doNot = !never && c.take(DO) !== undefined && c.take(NOT) !== undefined;
  if (!never && !doNot) return null;
  takeAdverbs(c);
  if (c.sees(NOT) || c.sees(NEVER)) {
    c.take(NOT);
    throw ask('Two negations: is the thing forbidden, or demanded?', [[start, c.pos]]);
  }
  return (
    readImperative(c, true, antecedent) ??
    c.attempt(() => (c.sees(PLACE) ? null : readCounted(c, true))) ??
    (never ? readBareNever(c) : null)
  );
}

/** "Never more than two mugs" is a count; "never mugs on the laptop" a ban; "never drink near the laptop" speaks of people. */
function readBareNever(c: Cursor): Statement | null {
  if (c.seesWord(...ALSO_VERBS)) return null;
  const subject = readNounPhrase(c);
  return subject === null
    ? null
    : readPlaced(c, subject, { negated: true, permission: false, verbless: false, moving: false, some: false });
}

/** "Prevent mugs from being placed on laptops." */
function readPrevent(c: Cursor): Statement | null {
  const subject = readNounPhrase(c);
  if (subject === null || subject.none || !c.takeWord('from')) return null;
  const verb = c.takeWord('being', 'coming', 'getting', 'going', 'standing', 'sitting', 'resting', 'lying');
  takeParticiple(c);
  if (!verb) return null;
  return readPlaced(c, subject, { negated: true, permission: false, verbless: false, moving: false, some: false });
}

function readAvoid(c: Cursor, antecedent: Antecedent, start: number): Statement | null {
  if (c.sees(NOT)) {
    c.take(NOT);
    throw ask('Two negations: is the thing forbidden, or demanded?', [[start, c.pos]]);
  }
  takeAdverbs(c);
  if (c.sees(PLACING)) return readImperative(c, true, antecedent);
  const counted = c.attempt(() => readCounted(c, true));
  if (counted !== null) return counted;
  const subject = readNounPhrase(c);
  if (subject === null) return null;
  c.take(TO_BE);
  c.takeWord('being');
  takeParticiple(c);
  return readPlaced(c, subject, { negated: true, permission: false, verbless: false, moving: false, some: false });
}

/** "Every mug keeps …", "mugs must not be …", "mugs on coasters". */
function readDeclarative(c: Cursor, { antecedent, gap, ordered, place }: Setting): Statement | null {
  const start = c.pos;
  const subject = readSubject(c, antecedent);
  if (subject === null) return null;
  const located = c.attempt(() => (takeTableLocative(c) && seesVerb(c) ? true : null));
  const context = c.attempt(() => {
    const name = readContext(c);
    return name !== null && seesVerb(c) ? name : null;
  });
  if (context !== null) place(context);
  const spaced = c.attempt(() => readNeedsSpace(c, subject, ordered));
  if (spaced !== null) return spaced;
  const needs = c.attempt(() => readNeeds(c, subject, ordered));
  if (needs !== null) return needs;
  const colon = located === null && c.takeSymbol(':');
  // "Every laptop stand …": a stand is a thing here, not a verb.
  if (!subject.plural && c.seesWord('stand', 'rest')) return null;
  const verb = readVerbGroup(c);
  if (verb.need && subject.none) throw notNeeded([start, c.pos]);
  const isRemark = verb.remark && !ordered && !subject.every && !subject.none;
  const gapped = gap !== null && verb.verbless && !subject.none;
  const flags = {
    negated: verb.negated,
    permission: verb.permission,
    verbless: verb.verbless && !gapped && !colon && !subject.none,
    moving: false,
    some: false,
    declared: !gapped,
    allNot: verb.negated && subject.every,
  };
  const before = c.pos;
  const placed = readPlaced(c, subject, flags);
  const said = placed?.form === 'relation' && verb.only ? onlyOn(placed) : placed;
  if (said !== null) {
    if (isRemark) throw remark([start, c.pos]);
    const banned = verb.verbless && !subject.none && said.form === 'relation' ? readBanned(c, said) : null;
    if (banned !== null) return banned;
    if (gapped && said.form === 'relation') checkGap(c, gap, said.predicate.kind, before);
    return said;
  }
  if (c.take(AT_ONCE)) return subject.none !== verb.negated ? noneOf(subject) : null;
  return null;
}

function onlyOn(s: RelationStatement): RelationStatement {
  return { ...s, predicate: { ...s.predicate, only: true } };
}

/** "Mugs must have a clearance of 15 cm from laptops." */
function readNeedsSpace(c: Cursor, subject: NounPhrase, ordered: boolean): Statement | null {
  takeAdverbs(c);
  const start = c.pos;
  const has = !c.take(NEEDS);
  if (has && !c.take(HAS)) return null;
  const bounds = readDistancePhrase(c);
  if (bounds === null || !c.takeWord('from', 'to')) return null;
  const target = readTarget(c);
  if (target === null) return null;
  const span: readonly [number, number] = [subject.span[0], c.pos];
  if (subject.none) throw notNeeded(span);
  if (has && !ordered && !subject.every) throw remark(span);
  const distance = { bounds: bounds.list, range: bounds.range, target, reference: undefined, not: false } as const;
  const flags = { negated: false, permission: false, verbless: false, moving: false, some: false };
  return {
    form: 'relation',
    subject,
    ...flags,
    predicate: { kind: 'distance', ...distance, said: c.source(start), span: [start, c.pos] },
  };
}

/** "No two mugs may be closer than 5 cm." */
function readNoTwo(c: Cursor): Statement | null {
  if (!c.takeWord('no') || !c.takeWord('two')) return null;
  const subject = readNounPhrase(c);
  if (subject === null || !subject.plural || subject.items.length !== 1) return null;
  if (subject.none || subject.several || subject.other) return null;
  const verb = readVerbGroup(c);
  if (verb.negated || verb.need) return null;
  const start = c.pos;
  const flags = { negated: true, permission: false, verbless: false, moving: false, some: false };
  const predicate = c.attempt(() => {
    const p = readPredicate(c);
    if (p === null || p.not || (p.kind !== 'distance' && p.kind !== 'vague') || !p.target.eachOther) return null;
    return (p.kind === 'vague' ? p.word !== 'far' : areNear(p.bounds)) ? p : null;
  });
  if (predicate !== null) return { form: 'relation', subject, ...flags, predicate };
  const bounds = readBounds(c);
  if (bounds === null || !areNear(bounds.list)) return null;
  c.takeWord('together', 'apart');
  const target = { objects: null, edge: false, eachOther: true };
  const distance = { bounds: bounds.list, range: bounds.range, target, reference: undefined, not: false } as const;
  return {
    form: 'relation',
    subject,
    ...flags,
    predicate: { kind: 'distance', ...distance, said: c.source(start), span: [start, c.pos] },
  };
}

/** "Closer than 5 cm", "within 5 cm": what "no two" can forbid; more than 5 cm apart has no operator for all pairs. */
function areNear(bounds: readonly Bound[]): boolean {
  return bounds.every((b) => b.comparison?.bound === 'max' && b.comparison.flips);
}

/** "It must be at least 10 cm between mug and laptop." */
function readItIs(c: Cursor): Statement | null {
  if (!c.take(IT) || !c.sees(MODALS)) return null;
  const verb = readVerbGroup(c);
  return verb.verbless || verb.remark || verb.permission ? null : readNominal(c, verb.negated);
}

/** "On the laptop there must be no mugs", "to the left of the keyboard, place the phone". */
function readFronted(c: Cursor): Statement | null {
  const predicate = readPredicate(c);
  if (predicate === null || predicate.not) return null;
  const comma = c.takeSymbol(',');
  const flags = { permission: false, verbless: false, moving: false };
  if (c.take(THERE)) {
    const verb = readVerbGroup(c);
    const subject = verb.verbless || verb.remark ? null : readNounPhrase(c);
    if (subject === null || subject.none === verb.negated) return null;
    return { form: 'relation', subject, ...flags, negated: verb.negated, some: false, predicate };
  }
  if (!comma || !c.take(PLACE)) return null;
  const subject = readNounPhrase(c);
  return subject === null
    ? null
    : { form: 'relation', subject, ...flags, negated: false, some: subject.article, predicate };
}

/** "Mugs on laptops are forbidden", "any mug closer than 10 cm to the laptop is too close". */
function readBanned(c: Cursor, said: RelationStatement): RelationStatement | null {
  const p = said.predicate;
  const near = p.kind === 'distance' && p.bounds.every((b) => b.comparison?.bound === 'max' && b.comparison.flips);
  return c.attempt(() => {
    if (!c.take(IS_BANNED) && !(near && !p.not && c.take(IS_TOO_NEAR))) return null;
    return c.done || c.token?.kind === 'symbol' ? { ...said, negated: true, verbless: false } : null;
  });
}

function notNeeded(span: readonly [number, number]): Refusal {
  return ask('Is that forbidden, or only not needed? Say "must not".', [span]);
}

/** Of a statement that may only say what is there. */
export const SEEN_OR_WANTED = 'Is that what you see, or what you want? Say "must be" or "must not be".';

function remark(span: readonly [number, number]): Refusal {
  return ask(SEEN_OR_WANTED, [span]);
}

/** After a plain "and" a verbless clause must repeat the relation, or it could belong to the list of objects. */
function checkGap(c: Cursor, gap: Gap, kind: string, at: number): void {
  if (gap.kind !== 'any' && gap.kind !== kind) {
    throw ask('Does this begin a new demand, or belong to the one before? Please use ";".', [[at, c.pos]]);
  }
}

/** "Every mug needs a coaster." */
function readNeeds(c: Cursor, subject: NounPhrase, ordered: boolean): Statement | null {
  takeAdverbs(c);
  const start = c.pos;
  const has = !c.take(NEEDS);
  if (has && !c.take(HAS)) return null;
  const objects = readNounPhrase(c);
  if (objects === null || objects.none || subject.items.some((i) => i.object === 'person')) return null;
  if (!objects.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat')) return null;
  if (subject.none) throw notNeeded([subject.span[0], c.pos]);
  if (has && !ordered && !subject.every) throw remark([subject.span[0], c.pos]);
  return {
    form: 'relation',
    subject,
    negated: false,
    permission: false,
    verbless: false,
    moving: false,
    some: false,
    predicate: {
      kind: 'on',
      target: { objects, edge: false, eachOther: false },
      not: false,
      said: c.source(start),
      span: [start, c.pos],
    },
  };
}
