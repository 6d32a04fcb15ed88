import { nounOf } from '../../contract/objects.ts';
import { SEEN_OR_WANTED } from './clause.ts';
import { WANTED_OR_NOT } from './meaning.ts';
import { type Mentions, mentionsOf } from './mentions.ts';
import { nearestWord } from './nearest-word.ts';
import { isAboutLikeness } from './noun-phrase.ts';
import { NO_SUCH_THING } from './refusal.ts';
import { type Candidate, sameObjects, sameSense, sameWords } from './same-sense.ts';
import { plainNumbers, type Sense, saysSense, senseOf } from './sense.ts';
import { aboutTheSame } from './suggest-template.ts';
import type { NotUnderstood } from './understand.ts';

const MOST = 3;

/**
 * Up to three sentences near the refused one. Each of them parses, and none of them says another amount, another direction or
 * the opposite, speaks of other objects, or leaves out an object, a condition or an exception; where that cannot be kept
 * there is no suggestion.
 */
export function suggestionsFor(
  text: string,
  reading: NotUnderstood,
  readAs: (sentence: string) => Candidate | null,
): string[] {
  const asked = senseOf(withoutOwners(wellSpelled(text, reading)));
  const found: string[] = reading.instead.map(asSentence).filter((sentence) => saysNoLess(asked, readAs(sentence)));
  for (const { sentence: candidate, own, named } of candidates(text, reading)) {
    if (found.length === MOST) break;
    const sentence = asSentence(candidate);
    if (found.includes(sentence) || sentence === text) continue;
    if (own && !sameWords(asked, senseOf(sentence))) continue;
    const read = readAs(sentence);
    if (read === null || !sameObjects(asked, read, { own, named })) continue;
    if (own || sameSense(asked, read, named)) found.push(sentence);
  }
  return found;
}

const asSentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** In place of a whole sentence: not where that says more than its one ban. */
const saysNoLess = (asked: Sense, read: Candidate | null): boolean =>
  read !== null &&
  asked.negations.length <= 1 &&
  asked.exceptions.length + asked.amounts.length === 0 &&
  sameObjects(asked, read, { own: false, named: false });

/** "the laptop's screen" names a laptop. */
const withoutOwners = (text: string) => text.replaceAll(/['’]s\b/g, '');

interface Draft {
  readonly sentence: string;
  /** The author's own words, a few of them changed. */
  readonly own: boolean;
  /** Names each kind instead of "everything but …". */
  readonly named: boolean;
}

function* candidates(text: string, reading: NotUnderstood): Generator<Draft> {
  const mentions = mentionsOf(text);
  for (const sentence of inOwnWords(text, reading, mentions)) yield { sentence, own: true, named: false };
  const but = mentions.objects[0] === 'object' && /\b(?:everything|anything) (?:but|apart from) /i.test(text);
  // "Mugs near laptops": one of the two readings would be a guess.
  if (reading.question === WANTED_OR_NOT) return;
  // "Dog bowls", "orange mugs", "a person with a coaster": what it speaks of is not what it names.
  if (reading.reason === NO_SUCH_THING || isAboutLikeness(reading.question)) return;
  if (mentions.objects.includes('person') && senseOf(text).owned !== null) return;
  if (mentions.objects.length < 2 && namesUnknownObject(text, reading)) return;
  for (const sentence of aboutTheSame(text, mentions, reading.question)) yield { sentence, own: false, named: but };
}

function* inOwnWords(text: string, reading: NotUnderstood, mentions: Mentions): Generator<string> {
  yield* respelled(text, reading);
  yield* withUnits(text, reading);
  yield* withPlainNumbers(text, reading);
  yield* determined(text, reading);
  yield* eitherNoun(text, reading);
  yield* named(text, reading, mentions);
  yield* prepositionOnce(text, reading);
  yield* asRequirements(text, reading);
  if (/^(?:Either|Is that the number of each)/.test(reading.question ?? '')) yield text.replace(/\bor\b/i, 'and');
  if (reading.question === null) {
    yield* joined(text, reading);
    yield* without(text, reading);
  }
}

/** With the words that are nearest to the unknown ones, as far as there are any: "nevr" is "never". */
function wellSpelled(text: string, reading: NotUnderstood): string {
  if (reading.question !== null) return text;
  return replaced(text, reading, (i) => reading.unknown[i]!.split(/\s+/).map(spelled).join(' '));
}

function spelled(word: string): string {
  const plain = word.toLowerCase();
  return saysSense(plain) ? word : (GLUED[plain] ?? nearestWord(plain) ?? word);
}

const GLUED: Readonly<Record<string, string>> = {
  atleast: 'at least',
  atmost: 'at most',
  infront: 'in front',
  ontop: 'on top',
  nextto: 'next to',
  closeto: 'close to',
  awayfrom: 'away from',
};

/** "labtop" becomes "laptop", "atleast" becomes "at least". */
function* respelled(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.question !== null || reading.unknown.length > 4) return;
  const words = reading.unknown.map((w) => GLUED[w.toLowerCase()] ?? nearestWord(w.toLowerCase()));
  if (words.length > 0 && words.every((w) => w !== null)) yield replaced(text, reading, (i) => words[i]!);
}

function* withUnits(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.hint !== 'unit') return;
  for (const unit of ['cm', 'inches']) yield replaced(text, reading, (i) => `${reading.unknown[i]} ${unit}`);
}

/** "12,5" becomes "12.5", "1,500" and "1.500" become "1500" or "1.5", "-5" becomes "5". */
function* withPlainNumbers(text: string, reading: NotUnderstood): Generator<string> {
  const [number] = reading.unknown;
  if (reading.unknown.length !== 1 || number === undefined) return;
  if (/^[-−–]\d+(?:\.\d+)?$/.test(number)) yield replaced(text, reading, () => number.slice(1));
  for (const plain of plainNumbers(number) ?? []) yield replaced(text, reading, () => plain);
}

/** "a keyboard" becomes "every keyboard". */
function* determined(text: string, reading: NotUnderstood): Generator<string> {
  const [noun] = reading.unknown;
  const match = reading.question === null ? null : /^(?:an?|any) /i.exec(noun ?? '');
  if (match === null) return;
  for (const word of ['every', 'the']) yield replaced(text, reading, () => `${word} ${noun!.slice(match[0].length)}`);
}

/** "away from my notebook", asked whether it is a laptop or a book, becomes both. */
function* eitherNoun(text: string, reading: NotUnderstood): Generator<string> {
  const nouns = /^Is the \w+ an? (\w+),? or an? (\w+)\?$/.exec(reading.question ?? '')?.slice(1) ?? [];
  for (const noun of nouns) {
    yield replaced(text, reading, (i) => {
      const [, before = '', last = ''] = /^(.*?)(\S+)$/.exec(reading.unknown[i] ?? '') ?? [];
      return `${before}${last.endsWith('s') ? nounOf(noun).many : noun}`;
    });
  }
}

/** "away from the pen": what the rule is about has no word here, so a sentence about the rest would be another rule. */
function namesUnknownObject(text: string, reading: NotUnderstood): boolean {
  const before =
    /\b(?:from|of|to|on|off|onto|under|by|near|beside|behind|with)(?: (?:the|my|a|an|any|every|all|our|your))?\s+$/i;
  return reading.ranges.some(([from]) => before.test(text.slice(0, from)));
}

/** "Keep it off the laptop" becomes "Keep mugs off the laptop". */
function* named(text: string, reading: NotUnderstood, mentions: Mentions): Generator<string> {
  const [from] = reading.ranges[0] ?? [0];
  if (reading.question === null || !/^(?:it|them|they|those|these)$/i.test(reading.unknown[0] ?? '')) return;
  const before = mentionsOf(text.slice(0, from)).objects.filter((o) => o !== 'table');
  const others = ['mug', 'bottle'].filter((o) => !mentions.objects.includes(o));
  for (const object of before.length > 0 ? before : others) yield replaced(text, reading, () => nounOf(object).many);
}

/** "10 cm from the keyboard and from the mouse" becomes "10 cm from the keyboard and the mouse". */
function* prepositionOnce(text: string, reading: NotUnderstood): Generator<string> {
  const match = /^(and|or) (from|of|to) (?=\S)/i.exec(reading.unknown[0] ?? '');
  const [from] = reading.ranges[0] ?? [0];
  if (match === null || reading.ranges.length !== 1) return;
  const before = new RegExp(`\\b${match[2]} (?!.*\\b(?:from|of|to)\\b)`, 'i');
  if (before.test(text.slice(0, from)))
    yield replaced(text, reading, () => `${match[1]} ${reading.unknown[0]!.slice(match[0].length)}`);
}

/** "Mugs are on coasters" becomes "Mugs must be on coasters". */
function* asRequirements(text: string, reading: NotUnderstood): Generator<string> {
  if (reading.question !== SEEN_OR_WANTED) return;
  for (const verb of ['must be', 'must not be']) yield text.replace(/\b(?:is|are)(?: not|n't)?\b/i, verb);
}

/** "10 cm from laptops 5 cm from phones": perhaps an "and" is missing. */
function* joined(text: string, reading: NotUnderstood): Generator<string> {
  const [from] = reading.ranges[0] ?? [0];
  // "Everything apart from mugs off …" is no list.
  if (senseOf(text).exceptions.length > 0) return;
  if (reading.ranges.length !== 1 || from === 0 || mentionsOf(text.slice(from)).objects.length === 0) return;
  yield `${text.slice(0, from).trimEnd()} and ${text.slice(from)}`;
}

/** The sentence without the words that were not understood, unless they name things, lengths or numbers. */
function* without(text: string, reading: NotUnderstood): Generator<string> {
  const { objects, lengths, numbers } = mentionsOf(withoutOwners(reading.unknown.join(' . ')));
  if (reading.ranges.length === 0 || objects.length + lengths.length + numbers.length > 0) return;
  if (reading.unknown.some((words) => /\b(?:each other|one another|themselves)\b/i.test(words))) return;
  // What the left-out words did to a "never" nobody knows.
  if (senseOf(text).negations.length > 0) return;
  const rest = replaced(text, reading, () => '').replace(/ instead$/, '');
  if (reading.ranges[0]![0] === 0) yield `Keep ${rest.charAt(0).toLowerCase()}${rest.slice(1)}`;
  yield rest;
}

function replaced(text: string, reading: NotUnderstood, by: (index: number) => string): string {
  let out = '';
  let at = 0;
  for (const [i, [from, to]] of reading.ranges.entries()) {
    out += text.slice(at, from) + by(i);
    at = to;
  }
  return (out + text.slice(at)).split(/\s+/).filter(Boolean).join(' ').replaceAll(' ,', ',');
}
