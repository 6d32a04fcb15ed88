import type { Cursor } from './cursor.ts';
import { Refusal } from './refusal.ts';
import { COMPARISONS, ON, ONLY, SIDES } from './relation-words.ts';
import {
  ADVERBS,
  BANNED,
  COPULAS,
  DO,
  FLOATING,
  MODALS,
  NEVER,
  NOT,
  PARTICIPLES,
  REMARKS,
  STATIVES,
  STAYING,
  TO_BE,
} from './verb-words.ts';

/** What stands between a subject and its relation. */
export interface VerbGroup {
  readonly negated: boolean;
  /** "may": a rule only when something is forbidden by it. */
  readonly permission: boolean;
  /** No verb at all: "mugs at least 6 inches from laptops". */
  readonly verbless: boolean;
  /** "is", "stands": may tell what is seen instead of what is wanted. */
  readonly remark: boolean;
  /** "has to", "is required to": under "no" nothing is forbidden. */
  readonly need: boolean;
  /** "must only be on" */
  readonly only?: true;
}

export function takeAdverbs(c: Cursor): void {
  while (c.take(ADVERBS, 'courtesy')) {}
}

export function seesVerb(c: Cursor): boolean {
  return c.sees(MODALS) || c.sees(STATIVES) || c.sees(DO) || c.sees(NEVER);
}

/** "must never be placed", "stays", "should not", "do not come", or nothing. */
export function readVerbGroup(c: Cursor): VerbGroup {
  takeAdverbs(c);
  const start = c.pos;
  const modal = c.take(MODALS);
  if (modal !== undefined) return afterModal(c, modal, start);
  if (c.take(BANNED)) {
    c.take(TO_BE);
    takeParticiple(c);
    return ban;
  }
  if (c.attempt(() => (c.take(DO) && takeNot(c) ? true : null)) || c.take(NEVER)) {
    const remark = c.sees(STAYING);
    takeStative(c);
    return { ...ban, remark };
  }
  const copula = c.sees(COPULAS);
  const remark = copula || c.sees(REMARKS);
  const stative = takeStative(c);
  const negated = stative && copula && takeNot(c);
  if (negated) takeParticiple(c);
  return { negated, permission: false, verbless: !stative, remark, need: false };
}

const ban: VerbGroup = { negated: true, permission: false, verbless: false, remark: false, need: false };

function afterModal(c: Cursor, modal: 'order' | 'need' | 'permission', start: number): VerbGroup {
  takeAdverbs(c);
  c.take(FLOATING);
  const onlyAt = c.pos;
  const only = c.take(ONLY) !== undefined;
  const negated = takeNot(c);
  takeAdverbs(c);
  if (negated && takeNot(c)) throw new Refusal('Two negations in one verb.', [[start, c.pos]]);
  takeStative(c);
  if (only && (negated || !c.sees(ON)))
    throw new Refusal('"only" goes with "on".', [[onlyAt, onlyAt + 1]], { open: true });
  return {
    ...(only && { only }),
    negated,
    permission: modal === 'permission',
    verbless: false,
    remark: false,
    need: modal === 'need',
  };
}

/** "not", unless it belongs to a comparison ("not closer than"). */
function takeNot(c: Cursor): boolean {
  return !c.sees(COMPARISONS) && c.take(NOT) !== undefined;
}

function takeStative(c: Cursor): boolean {
  const found = c.take(STATIVES) !== undefined;
  takeParticiple(c);
  return found;
}

/** "left" is only the participle of "leave" after "be", "not" or "never". */
function afterCopula(c: Cursor): boolean {
  return ['be', 'is', 'are', 'being', 'not', 'never', 'ever'].includes(c.word(c.pos - 1));
}

export function takeParticiple(c: Cursor): void {
  takeAdverbs(c);
  const sideways = c.sees(SIDES) || (c.seesWord('left') && !afterCopula(c));
  if (!sideways) c.take(PARTICIPLES);
  takeAdverbs(c);
}
