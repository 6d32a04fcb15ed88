const ADDRESS = /\b(?:https?:\/\/|data:image\/)[^\s<>"']+/gi;
const TRAILING = /[.,;:!?)\]}]+$/;

/** Addresses of pictures in a text, without the sign that ends the sentence. */
export const addressesIn = (text: string): string[] =>
  (text.match(ADDRESS) ?? []).map((found) => found.replace(TRAILING, ''));

/** The stop behind an address ends the sentence that it stands in. */
export const withoutAddresses = (text: string): string =>
  text.replace(ADDRESS, (found) => TRAILING.exec(found)?.[0] ?? ' ').trim();

/** A full stop ends a sentence only before a space and a capital: "1.5 cm" and "approx. 5 cm" go on. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=\p{Lu})|[\r\n]+/u)
    .map((one) => one.trim())
    .filter((one) => /\p{L}/u.test(one));
}

const COURTESY =
  /^(?:(?:hi|hello|hey|please|kindly|thanks|thank you|ok|okay|so|and|now|then|also|just|(?:can|could|would|will) you|i(?:'d| would) like you to|i want you to|let us|let's)\b[\s,.!]*)+/i;
const TO_LOOK =
  /^(?:check|look|(?:have|take|give)\b.*\blook|analy[sz]e|examine|inspect|describe|measure|review|scan|assess|evaluate|judge|see|tell|show|explain|find|help|advise|suggest)\b(?!\s+(?:that|if|whether)\b)/i;
const QUESTION =
  /^(?:what|which|who|how|why|(?:what|where|how)'s|is|are|does|did|where (?:should|can|could|do|does|is|are|to)|(?:do|can|could|should|may|shall) (?:i|we|you|the|my|any|all|this|that|it)|any(?:thing|body)?\b.*\?$)(?![\w'])/i;
const HANDED =
  /^(?:here(?:'s| is| are)|(?:this|that) is (?:my|the|a|our) (?:desk|table|photo|picture)|(?:my|the|a) (?:photo|picture))\b/i;

/** A length makes it a wish that somebody may hope to have heard. */
const NAMES_A_LENGTH = /\d/;

/** A request or a question to whoever looks at a desk, and no wish of what should hold: "Please check this desk". */
export function isRequest(sentence: string): boolean {
  if (NAMES_A_LENGTH.test(sentence)) return false;
  const asked = sentence.replace(COURTESY, '');
  return !/\p{L}/u.test(asked) || [TO_LOOK, QUESTION, HANDED].some((one) => one.test(asked));
}

/** The sentences that may be rules. */
export const wishesIn = (text: string): string[] =>
  sentencesOf(withoutAddresses(text)).filter((sentence) => !isRequest(sentence));

/** Questions for a place, in the words that people use. */
const PLACE = /\b(where (should|can|do|could|to)|place|placement|move|arrange|arrangement|advise|advice|tidy|put)\b/i;
export const asksForPlace = (text: string): boolean => PLACE.test(text);
