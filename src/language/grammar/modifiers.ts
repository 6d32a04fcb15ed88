import type { Condition } from '../../contract/rule.ts';
import type { Cursor } from './cursor.ts';
import { PRIORITY } from './defaults.ts';
import { type NounPhrase, readNounPhrase, takeTableLocative } from './noun-phrase.ts';
import { ATTRIBUTES, PRONOUNS } from './noun-words.ts';
import { readWhole } from './numbers.ts';
import { PhraseTable, phraseSet } from './phrases.ts';
import { Refusal } from './refusal.ts';

/** What a "when …" says before it is tied to a condition. */
export type WhenPhrase =
  | { readonly kind: 'available'; readonly span: Span }
  | {
      readonly kind: 'object_available' | 'object_present' | 'several';
      readonly objects: NounPhrase;
      readonly span: Span;
    }
  | {
      readonly kind: 'attribute';
      readonly attribute: NonNullable<Condition['attribute']>;
      /** "they are hot" */
      readonly plural: boolean;
      readonly span: Span;
    };
type Span = readonly [number, number];

const WHEN = phraseSet('when', 'whenever', 'if', 'where', 'wherever', 'while', 'as long as', 'only when|if');
const AVAILABLE = phraseSet('available', 'one is available', 'they are available', 'there is one', 'it is available');
const POSSIBLE = phraseSet('if|when|where|whenever|wherever|as possible', 'as far as possible', 'as much as possible');
const MANY = phraseSet('several', 'multiple', 'two or more', 'more than one', 'at least two');
const THERE_IS = phraseSet('there is|are');
const IS = phraseSet('is|are');
const PRESENT = new PhraseTable<'present' | 'available'>({
  'present|there|around|visible': 'present',
  'in view|sight|use': 'present',
  available: 'available',
});

/** "when available", "if there is a laptop", "when there are several mugs". */
export function readWhen(c: Cursor): WhenPhrase | null {
  return c.attempt(() => {
    const start = c.pos;
    if (!c.take(WHEN)) return null;
    if (c.take(AVAILABLE)) return { kind: 'available', span: [start, c.pos] };
    return readAttributeWhen(c, start) ?? readThere(c, start) ?? readObjectIs(c, start);
  });
}

function readAttributeWhen(c: Cursor, start: number): WhenPhrase | null {
  return c.attempt(() => {
    const pronoun = c.take(PRONOUNS);
    if (pronoun === undefined || !c.take(IS)) return null;
    const attribute = c.take(ATTRIBUTES);
    return attribute === undefined
      ? null
      : { kind: 'attribute', attribute, plural: pronoun === 'many', span: [start, c.pos] };
  });
}

function readThere(c: Cursor, start: number): WhenPhrase | null {
  return c.attempt(() => {
    if (!c.take(THERE_IS)) return null;
    const several = c.take(MANY) !== undefined;
    const objects = readSingle(c);
    if (objects === null) return null;
    const state = c.take(PRESENT);
    takeTableLocative(c);
    return whenOf(c, several || objects.several, state === 'available', objects, start);
  });
}

function readObjectIs(c: Cursor, start: number): WhenPhrase | null {
  return c.attempt(() => {
    const several = c.take(MANY) !== undefined;
    const objects = readSingle(c);
    if (objects === null || !c.take(IS)) return null;
    const state = c.take(PRESENT);
    if (state === undefined && !takeTableLocative(c)) return null;
    takeTableLocative(c);
    return whenOf(c, several || objects.several, state === 'available', objects, start);
  });
}

function readSingle(c: Cursor): NounPhrase | null {
  const objects = readNounPhrase(c, () => false);
  return objects === null || objects.none || objects.other ? null : objects;
}

function whenOf(c: Cursor, several: boolean, available: boolean, objects: NounPhrase, start: number): WhenPhrase {
  const kind = several ? 'several' : available ? 'object_available' : 'object_present';
  return { kind, objects, span: [start, c.pos] };
}

/** "if possible" leaves the rule as it is; said in the assumptions. */
export function takePossible(c: Cursor): boolean {
  return c.take(POSSIBLE) !== undefined;
}

const CONTEXT = new PhraseTable<string>({
  'in|at|for|inside|when|while|whenever in? the|my|our|an|a? office': 'office',
  'in|at|for|inside|when|while in? the|my|our|a? kitchen': 'kitchen',
  'at|for|in|on the|my|our|a? workstation': 'workstation',
  'at|for|in|when home': 'home',
  'at|for|when work': 'work',
  'in|for|inside the|my|our|a? meeting|conference room': 'meeting room',
  'in|for|inside the|my|our|a? living room': 'living room',
  'in|for|inside the|my|our|a? dining room': 'dining room',
  'in|for|inside the|my|our|a? bedroom': 'bedroom',
  'in|at|for|inside the|my|our|a? lab|laboratory': 'lab',
  'in|for|inside the|my|our|a? workshop': 'workshop',
  'in|for|inside the|my|our|a? studio': 'studio',
  'in|for|inside the|my|our|a? classroom': 'classroom',
  'in|at|for|inside the|my|our|a? library': 'library',
});

/** Places that a sentence can name; others are given beside the sentence. */
export const CONTEXTS: readonly string[] = CONTEXT.values();

export function readContext(c: Cursor): string | null {
  return c.take(CONTEXT) ?? null;
}

const LEVELS = {
  'low|lowest|minor': PRIORITY.low,
  'medium|normal|moderate': PRIORITY.medium,
  'high|important': PRIORITY.high,
  'critical|highest|top|maximum': PRIORITY.critical,
};
const LEVEL_PRIORITY = new PhraseTable<number>(
  Object.fromEntries(Object.entries(LEVELS).map(([words, value]) => [`with|at? a? ${words} priority`, value])),
);
const PRIORITY_LEVEL = new PhraseTable<number>(
  Object.fromEntries(
    Object.entries(LEVELS).map(([words, value]) => [`with? a? priority is|level|of? ${words}`, value]),
  ),
);
const LEVEL_WORD = new PhraseTable<number>(LEVELS);
const PRIORITY_NUMBER = phraseSet('with|at? a? priority is|level|of|number?', 'with? prio');
/** "this is critical", "it is important that". */
const SAID_LEVEL = new PhraseTable<number>({
  'this|that|it is very? critical|crucial|vital|essential that|to?': PRIORITY.critical,
  'this|that|it is very? important that|to?': PRIORITY.high,
});
const HEAD_LEVEL = new PhraseTable<number>({
  'critical|vital|essential': PRIORITY.critical,
  'important|warning': PRIORITY.high,
  suggestion: PRIORITY.low,
  recommendation: PRIORITY.medium,
});

/** "priority 7", "(high priority)", "with low priority", "this is critical". */
export function readPriority(c: Cursor): number | null {
  return c.attempt(() => {
    const open = c.takeSymbol('(');
    const value =
      readNumbered(c) ?? c.attempt(() => readColonLevel(c)) ?? c.take(PRIORITY_LEVEL) ?? c.take(LEVEL_PRIORITY) ?? null;
    const level = value ?? (open ? (c.take(HEAD_LEVEL) ?? null) : null);
    return level === null || (open && !c.takeSymbol(')')) ? null : level;
  });
}

/** "Priority: high" */
function readColonLevel(c: Cursor): number | null {
  return c.take(PRIORITY_NUMBER) && c.takeSymbol(':', '=') ? (c.take(LEVEL_WORD) ?? null) : null;
}

export function readSaidPriority(c: Cursor): number | null {
  return c.take(SAID_LEVEL) ?? null;
}

/** "Critical: …" at the head of a sentence. */
export function readHeadPriority(c: Cursor): number | null {
  return c.attempt(() => {
    const value = c.take(HEAD_LEVEL);
    return value !== undefined && c.takeSymbol(':', ',', '-') ? value : null;
  });
}

function readNumbered(c: Cursor): number | null {
  return c.attempt(() => {
    if (!c.take(PRIORITY_NUMBER)) return null;
    c.takeSymbol(':', '=');
    const start = c.pos;
    const value = readWhole(c);
    if (value === null) {
      if (c.token?.kind === 'number' || c.token?.kind === 'bad_number') {
        throw new Refusal('A priority is a whole number from 1 to 10.', [[start, start + 1]]);
      }
      return null;
    }
    if (value < 1 || value > 10) throw new Refusal('A priority is a whole number from 1 to 10.', [[start, c.pos]]);
    return value;
  });
}
