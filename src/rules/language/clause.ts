import { readNumberOf } from './count.ts';
import type { Cursor } from './cursor.ts';
import { type Antecedent, noneOf, oneOf, readCounted, readImperative, readPlaced, readSubject } from './imperative.ts';
import { readDistanceIs, readNominal } from './nominal.ts';
import { type NounPhrase, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { phraseSet } from './phrases.ts';
import { ask, Refusal } from './refusal.ts';
import type { Statement } from './statement.ts';
import { readVerbGroup, seesVerb, takeAdverbs, takeParticiple } from './verb-group.ts';
import { AT_ONCE, AVOID, DO, HAS, MODALS, NEEDS, NEVER, NOT, PLACE, PLACING, TO_BE } from './verb-words.ts';

const WISH = phraseSet(
  'i|we want',
  'i|we need',
  'i|we wish|prefer',
  'i|we would like|prefer',
  'i|we want|would like|like to see|have',
  'i|we expect',
);
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
const NO_WAY = phraseSet('under no circumstances', 'in no case', 'at no time', 'on no account');
const YOU = phraseSet('you', 'we', 'one', 'people', 'everyone');
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
}

/** One clause: an order, a ban, a statement of the wished state. */
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
    c.attempt(() => readBareCount(c, setting)) ??
    c.attempt(() => readDistanceIs(c)) ??
    c.attempt(() => readNominal(c, false)) ??
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
  const flags = {
    negated: verb.negated,
    permission: verb.permission,
    verbless: false,
    moving: false,
    some: subject.article,
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

/** "Never more than two mugs" is a count; "never mugs on the laptop" a ban. */
function readBareNever(c: Cursor): Statement | null {
  if (c.seesWord(...ALSO_VERBS)) return null;
  const subject = readNounPhrase(c);
  return subject === null
    ? null
    : readPlaced(c, subject, { negated: true, permission: false, verbless: false, moving: false, some: false });
}

/** "Never drink near the laptop" speaks of people. */
const ALSO_VERBS = ['drink', 'book', 'phone', 'screen', 'display', 'monitor'];

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
function readDeclarative(c: Cursor, { antecedent, gap, ordered }: Setting): Statement | null {
  const start = c.pos;
  const subject = readSubject(c, antecedent);
  if (subject === null) return null;
  const located = c.attempt(() => (takeTableLocative(c) && seesVerb(c) ? true : null));
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
    allNot: verb.negated && subject.every,
  };
  const before = c.pos;
  const said = readPlaced(c, subject, flags);
  if (said !== null) {
    if (isRemark) throw remark([start, c.pos]);
    if (gapped && said.form === 'relation') checkGap(c, gap, said.predicate.kind, before);
    return said;
  }
  if (c.take(AT_ONCE)) return subject.none !== verb.negated ? noneOf(subject) : null;
  return null;
}

function notNeeded(span: readonly [number, number]): Refusal {
  return ask('Is that forbidden, or only not needed? Say "must not".', [span]);
}

function remark(span: readonly [number, number]): Refusal {
  return ask('Is that what you see, or what you wish? Say "must be" or "must not be".', [span]);
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
  if (objects === null || objects.none) return null;
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
