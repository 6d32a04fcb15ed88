import type { Cursor } from './cursor.ts';
import { type NounPhrase, readNounPhrase } from './noun-phrase.ts';
import { phraseSet } from './phrases.ts';
import { FOR, UNDER } from './relation-words.ts';
import type { RelationStatement } from './statement.ts';
import { COPULAS, MODALS } from './verb-words.ts';

const ONE = phraseSet('at least one', 'one');
const PER = phraseSet('per');
const REQUIRED = phraseSet('required|needed|mandatory|compulsory|obligatory', 'a must');

/** "One coaster per mug", "coasters are required for all mugs". */
export function readOneForEach(c: Cursor): RelationStatement | null {
  return c.attempt(() => {
    const start = c.pos;
    const one = c.take(ONE) !== undefined;
    const support = readNounPhrase(c);
    if (support === null || !isSupport(support) || (one && support.plural)) return null;
    if (!one) {
      if (c.take(MODALS) === 'permission' || !c.take(COPULAS) || !c.take(REQUIRED)) return null;
    }
    return readForEach(c, support, start);
  });
}

/** "… for every mug" after what is to lie under it; null when that is nothing to stand on. */
export function readForEach(c: Cursor, support: NounPhrase, start: number): RelationStatement | null {
  return c.attempt(() => {
    if (!isSupport(support) || !(c.take(PER) || c.take(FOR) || c.take(UNDER))) return null;
    const objects = readNounPhrase(c);
    if (objects === null || objects.none) return null;
    const target = { objects, edge: false, eachOther: false };
    return {
      form: 'relation',
      subject: support,
      negated: false,
      permission: false,
      verbless: false,
      moving: false,
      some: false,
      predicate: { kind: 'under', target, not: false, said: c.source(start), span: [start, c.pos] },
    };
  });
}

function isSupport(np: NounPhrase): boolean {
  return !np.none && np.items.every((i) => i.object === 'coaster' || i.object === 'desk_mat');
}
