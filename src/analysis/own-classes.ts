import { GROUPS, isKnownObject, membersOf } from '../contract/objects.ts';
import type { NounSense } from '../language/grammar/noun-sense.ts';
import { AMBIGUOUS_NOUNS, NOUN_WORDS } from '../language/grammar/noun-words.ts';
import type { PhraseTable } from '../language/grammar/phrases.ts';
import { ANYTHING, normalSelector } from '../rules/select.ts';

/** What a caller's word for an object stands for. */
export interface ClassReading {
  /** Class or group of ours, or the word as it came where it is none. */
  readonly name: string;
  /** Rules can speak of it. */
  readonly known: boolean;
  /** Why it was left as it came, though the language has the word. */
  readonly doubt?: string;
}

/**
 * Reads a class name by the vocabulary of the rule language: `Coffee cup`, `teacup` and `tea_cup` are mugs. A word that
 * stands for more or less than one class, or for several objects, is not decided here.
 */
export function readClass(word: string): ClassReading {
  const asGiven = word.toLowerCase();
  const selector = normalSelector(word);
  if (isKnownObject(selector)) return { name: selector, known: true };
  const key = joined(wordsOf(word));
  const sense = nouns().get(key);
  if (sense !== undefined && !sense.plural) return { name: sense.name, known: true };
  if (sense !== undefined) return { name: asGiven, known: false, doubt: `Give one box for each "${sense.name}".` };
  const question = questions().get(key);
  return { name: asGiven, known: false, ...(question !== undefined && { doubt: question }) };
}

/** The classes that a word selects, in any number: `mugs`, `Beverages`. None where it is no word for a class. */
export function selectedClasses(word: string): readonly string[] {
  const selector = normalSelector(word);
  const name = isKnownObject(selector) ? selector : nouns().get(joined(wordsOf(word)))?.name;
  return name === undefined || name === ANYTHING ? [] : membersOf(name);
}

/** "PC" before another noun is a computer; alone it may be a laptop or a monitor. */
function wordsOf(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter((word) => word !== '');
  return words.length > 1 ? words.map((word) => (word === 'pc' ? 'computer' : word)) : words;
}

/** Many names of classes are two words in one. */
const joined = (words: readonly string[]) => words.join('');

let nounsByKey: Map<string, NounSense> | null = null;
let questionsByKey: Map<string, string> | null = null;

/** Nouns that mean one class: "coffee" is any beverage only in a sentence, and anything is an object. */
function nouns() {
  const decides = ({ assumed, name }: NounSense) => name !== ANYTHING && !(assumed && Object.hasOwn(GROUPS, name));
  nounsByKey ??= new Map([...byKey(NOUN_WORDS)].filter(([, sense]) => decides(sense)));
  return nounsByKey;
}

function questions() {
  questionsByKey ??= byKey(AMBIGUOUS_NOUNS);
  return questionsByKey;
}

function byKey<T>(table: PhraseTable<T>): Map<string, T> {
  const found = new Map<string, T>();
  for (const phrase of table.phrases()) {
    const match = table.match((i) => phrase[i] ?? '', 0);
    if (match?.length === phrase.length) found.set(joined(phrase), match.value);
  }
  return found;
}
