/** What a sentence that was refused lacks, said so that its author can go on. */
interface Refused {
  readonly unknown: readonly string[];
  readonly suggestions: readonly string[];
  readonly question: string | null;
}

const LENGTH =
  /^\D{0,20}?\d{1,6}(?:[.,]\d{1,4})?\s*(?:mm|cm|m|in|inch|inches|ft|feet|foot|millimet(?:er|re)s?|centimet(?:er|re)s?|["″])\W*$/i;
const AMOUNT = /\d{1,6}(?:[.,]\d{1,4})?\s*(?:[a-z]{1,11}|["″])/i;
/** Small words that no English sentence about a desk has. */
const FOREIGN =
  /(?<!\p{L})(?:der|das|dem|den|ein|eine|einen|kein|keine|keinen|nicht|und|oder|muss|müssen|soll|sollen|vom|auf|mindestens|steht|stehen|tasse|tassen|bitte|le|les|une|doit|doivent|tasses|el|los|las|una|debe|deben|taza|tazas)(?!\p{L})|[äöüßñéèêàçœ]|[^\p{Script=Latin}\P{L}]/iu;

export const ENGLISH_ONLY = 'Rules are read in English only.';
export const looksForeign = (text: string): boolean => FOREIGN.test(text.slice(0, 1000));

export function missingWords({ unknown, suggestions, question }: Refused): string[] {
  const words = unknown.join(' ');
  if (looksForeign(words)) return [`${ENGLISH_ONLY} ${example()}`];
  if (question !== null || suggestions.length > 0) return [];
  const [amount] = (LENGTH.test(words) && AMOUNT.exec(words)) || [];
  if (amount !== undefined) return [`${amount} between which two things? ${example(amount)}`];
  return [`Say which things, and what must hold between them. ${example()}`];
}

const example = (amount = '15 cm') => `For example: "Keep mugs at least ${amount} away from laptops".`;
