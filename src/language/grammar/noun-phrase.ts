import type { Condition } from '../../contract/rule.ts';
import type { Cursor } from './cursor.ts';
import { MAY_DESCRIBE } from './everyday-words.ts';
import {
  AMBIGUOUS_NOUNS,
  ATTRIBUTES,
  DETERMINERS,
  EDGE,
  NO,
  NOTHING,
  NOUN_WORDS,
  OTHER,
  PAIRED,
  SEVERAL,
  TABLE_OWN,
} from './noun-words.ts';
import { phraseSet } from './phrases.ts';
import { ask, Refusal } from './refusal.ts';

export interface Selector {
  readonly object: string;
  readonly attribute?: Condition['attribute'];
}

/** "every mug", "no hot drinks", "mugs, glasses and bottles". */
export interface NounPhrase {
  readonly items: readonly Selector[];
  readonly join: 'and' | 'or' | 'one';
  /** "no mug" */
  readonly none: boolean;
  /** "several mugs" */
  readonly several: boolean;
  /** "other mugs" */
  readonly other: boolean;
  readonly plural: boolean;
  /** "every", "all", "any": cannot be a remark about one thing that is seen. */
  readonly every: boolean;
  /** "a laptop", "any laptop": one of them is enough, unless something is forbidden or a least distance is kept. */
  readonly choice: boolean;
  /** "a mug" */
  readonly article: boolean;
  /** "laptops, and bottles": the second may belong to what is placed. */
  readonly loose: boolean;
  readonly assumptions: readonly string[];
  /** Token range. */
  readonly span: readonly [number, number];
}

interface Item
  extends Selector,
    Pick<NounPhrase, 'none' | 'several' | 'other' | 'plural' | 'every' | 'choice' | 'article'> {
  readonly own: boolean;
  /** "this mug", "his mug" */
  readonly pointing: boolean;
  readonly assumptions: readonly string[];
}

const AND = phraseSet('and', 'and also', 'as well as', 'and then');
const OR = phraseSet('or', 'nor');

/** One noun with its determiners; null when there is none here. */
function readItem(c: Cursor): Item | null {
  return c.attempt(() => {
    const start = c.pos;
    if (c.take(NOTHING)) return { object: 'object', ...plain, none: true, own: false, assumptions: [] };
    const none = c.take(NO) !== undefined;
    const several = !none && c.take(SEVERAL) !== undefined;
    const determiners = none || several ? otherOnly(c) : readDeterminers(c);
    // A hot dog is no dog that is hot.
    const before = c.sees(NOUN_WORDS) ? undefined : c.take(ATTRIBUTES);
    const question = c.sees(AMBIGUOUS_NOUNS) && !c.sees(NOUN_WORDS) ? c.take(AMBIGUOUS_NOUNS) : undefined;
    if (question !== undefined) throw ask(question, [[start, c.pos]]);
    const from = c.pos;
    const sense = c.take(NOUN_WORDS);
    if (sense === undefined || c.sees(EDGE)) return null;
    const noun = c.source(from);
    if (MAY_DESCRIBE.has(noun.toLowerCase()) && c.sees(NOUN_WORDS)) throw describing(c, from);
    const after = sense.name === 'object' ? c.take(ATTRIBUTES) : undefined;
    const attribute = before ?? after ?? c.attempt(() => readWhichIs(c)) ?? undefined;
    return {
      object: sense.name,
      ...(attribute !== undefined && { attribute }),
      none,
      several,
      ...determiners,
      plural: sense.plural,
      assumptions: [
        ...(sense.assumed ? [`"${noun}" was read as any ${sense.name}`] : []),
        ...(determiners.pointing ? [`"${c.source(start)}" was read as every ${sense.name}: rules know kinds`] : []),
        ...(determiners.own ? ['"own" was read without forbidding to share: rules cannot tell'] : []),
      ],
    };
  });
}

/** "An orange mug": neither an orange and a mug, nor a property that anybody measures. */
function describing(c: Cursor, from: number): Refusal {
  const word = c.source(from);
  c.take(NOUN_WORDS);
  return ask(`Is "${word}" ${A_THING_OR_LIKE}`, [[from, c.pos]]);
}
const A_THING_OR_LIKE = 'a thing, or what the next word is like? Rules know no such property.';

export const isAboutLikeness = (question: string | null): boolean => question?.endsWith(A_THING_OR_LIKE) === true;

const plain = {
  several: false,
  other: false,
  plural: false,
  every: true,
  choice: false,
  article: false,
  own: false,
  pointing: false,
} as const;

/** "mugs that are hot" */
function readWhichIs(c: Cursor): Condition['attribute'] | null {
  return c.take(WHICH_IS) ? (c.take(ATTRIBUTES) ?? null) : null;
}
const WHICH_IS = phraseSet('that|which is|are');

type Determined = Pick<Item, 'other' | 'every' | 'choice' | 'article' | 'own' | 'pointing'>;

/** "no other mug", "several other mugs": no further determiner. */
function otherOnly(c: Cursor): Determined {
  return {
    other: c.take(OTHER) !== undefined,
    every: true,
    choice: false,
    article: false,
    own: false,
    pointing: false,
  };
}

function readDeterminers(c: Cursor): Determined {
  if (c.take(OTHER)) return { other: true, every: true, choice: false, article: false, own: false, pointing: false };
  const word = c.take(DETERMINERS);
  const other = c.take(OTHER) !== undefined;
  const article = !other && word === 'a';
  const own = word === 'own';
  return {
    other,
    every: word === 'every' || word === 'any',
    choice: article || (!other && word === 'any'),
    article,
    own,
    pointing: word === 'one',
  };
}

/**
 * A noun phrase with its list. `follows` looks at what comes after a further item and says whether the item still
 * belongs to the list (an item followed by a verb is the subject of the next clause).
 */
export function readNounPhrase(c: Cursor, belongs: (c: Cursor) => boolean = () => true): NounPhrase | null {
  const start = c.pos;
  const paired = c.take(PAIRED);
  const first = readItem(c);
  if (first === null) {
    c.pos = start;
    return null;
  }
  const items = [first];
  let join: NounPhrase['join'] = 'one';
  let comma = false;
  let loose = false;
  for (;;) {
    const next = c.attempt(() => {
      const loose = c.seesSymbol(',');
      const link = readLink(c);
      if (link === null || (link === 'or' && join === 'and') || (link === 'and' && join === 'or')) return null;
      const item = readItem(c);
      return item !== null && belongs(c) ? { link, item, loose } : null;
    });
    if (next === null) break;
    items.push(next.item);
    loose = items.length === 2 && next.loose && next.link !== 'comma';
    if (next.link === 'comma') comma = true;
    else join = next.link;
  }
  if (comma && join === 'one') join = 'and';
  const phrase = phraseOf(c, start, items, join, loose);
  if (paired === undefined) return phrase;
  if (items.length !== 2 || join !== (paired === 'and' ? 'and' : 'or') || first.none) {
    throw new Refusal('"both … and" and "neither … nor" go with two kinds of objects.', [[start, c.pos]]);
  }
  return paired === 'and' ? phrase : { ...phrase, none: true };
}

function readLink(c: Cursor): 'and' | 'or' | 'comma' | null {
  const comma = c.takeSymbol(',');
  if (c.take(AND) || c.takeSymbol('&')) return 'and';
  if (c.take(OR)) return 'or';
  return comma ? 'comma' : null;
}

function phraseOf(
  c: Cursor,
  start: number,
  items: readonly Item[],
  join: NounPhrase['join'],
  loose: boolean,
): NounPhrase {
  const [first, ...rest] = items;
  const span: readonly [number, number] = [start, c.pos];
  if (first!.attribute !== undefined && rest.some((i) => i.attribute === undefined)) {
    const words = items.map((i) => i.object).join(', ');
    throw ask(`Does "${first!.attribute}" go with all of ${words}, or only with the first?`, [span]);
  }
  if (rest.some((i) => i.none !== first!.none && i.none)) throw new Refusal('A list cannot be partly negated.', [span]);
  if (rest.some((i) => i.several) || (first!.several && rest.length > 0)) {
    throw new Refusal('"several" goes with one kind of object.', [span]);
  }
  return {
    items: items.map((i) => ({ object: i.object, ...(i.attribute !== undefined && { attribute: i.attribute }) })),
    join,
    none: first!.none,
    several: first!.several,
    other: items.some((i) => i.other),
    plural: items.length > 1 || first!.plural,
    every: first!.every,
    choice: items.some((i) => i.choice),
    article: items.some((i) => i.article),
    loose,
    assumptions: items.flatMap((i) => i.assumptions),
    span,
  };
}

/** "the edge of the table", "desk edges", "the table's edge", "the edge". */
export function readEdge(c: Cursor): true | null {
  return c.attempt(() => {
    const start = c.pos;
    c.take(DETERMINERS);
    if (c.take(TABLE_OWN)) return c.take(EDGE) ? true : null;
    const before = c.take(NOUN_WORDS);
    if (!c.take(EDGE)) return null;
    if (before !== undefined) return onlyTable(c, before.name, start);
    return (
      c.attempt(() => {
        if (!c.takeWord('of')) return null;
        const of = readItem(c);
        if (of === null || of.none || of.several || of.other || of.attribute !== undefined) return null;
        return onlyTable(c, of.object, start);
      }) ?? true
    );
  });
}

function onlyTable(c: Cursor, name: string, start: number): true {
  if (name !== 'table') throw new Refusal('Only the edge of the table is measured.', [[start, c.pos]]);
  return true;
}

/** "on the desk", "in the image": true of everything that rules see, so it changes nothing. */
export function takeTableLocative(c: Cursor): boolean {
  return (
    c.attempt(() => {
      if (c.take(IN_PICTURE)) return true;
      if (!c.takeWord('on', 'at', 'upon')) return null;
      c.take(DETERMINERS);
      const sense = c.take(NOUN_WORDS);
      return sense?.name === 'table' && !c.sees(EDGE) ? true : null;
    }) === true
  );
}

const IN_PICTURE = phraseSet('in the|this picture|photo|image|scene');
