/** What somebody wrote to an agent that is no language model. */
export interface Message {
  readonly text: string;
  /** Pictures beside the words: addresses or data URLs. */
  readonly images: readonly string[];
}

export type Asked =
  /** Look at these pictures; check these sentences on each besides. */
  | { readonly kind: 'look'; readonly images: readonly string[]; readonly sentences: readonly string[] }
  /** Say again what was found. */
  | { readonly kind: 'explain'; readonly analysisId: string; readonly sentences: readonly string[] }
  /** Each of these should hold from now on. */
  | { readonly kind: 'rules'; readonly sentences: readonly string[] }
  | { readonly kind: 'list_rules' }
  | { readonly kind: 'list_analyses' }
  | { readonly kind: 'help' };

const ADDRESS = /\b(?:https?:\/\/|data:image\/)[^\s<>"']+/gi;
const TRAILING = /[.,;:!?)\]}]+$/;
const ANALYSIS = /\bana_[A-Za-z0-9_-]{1,60}/;
const HELP = /^(?:help|hello|hi|hey|what can you do)\b[\s!.?]*$/i;
const LISTING = /^(?:please\s+)?(?:list|show|what|which|read)\b/i;
const RULES = /\brules?\b/i;
const ANALYSES = /\banaly[sz]es\b|\bphotos\b/i;

/** The same words always mean the same. A sentence is not read here: whoever knows rules says whether it is one. */
export function whatIsAsked({ text, images }: Message): Asked {
  const addresses = (text.match(ADDRESS) ?? []).map((found) => found.replace(TRAILING, ''));
  const [analysisId] = ANALYSIS.exec(text) ?? [];
  // The stop behind an address ends the sentence that it stands in.
  const words = text
    .replace(ADDRESS, (found) => TRAILING.exec(found)?.[0] ?? ' ')
    .replace(ANALYSIS, ' ')
    .trim();
  const sentences = sentencesOf(words);
  const pictures = [...new Set([...images, ...addresses])];
  if (pictures.length > 0) return { kind: 'look', images: pictures, sentences };
  if (analysisId !== undefined) return { kind: 'explain', analysisId, sentences };
  if (sentences.length === 0 || HELP.test(words)) return { kind: 'help' };
  if (LISTING.test(words) && RULES.test(words)) return { kind: 'list_rules' };
  if (LISTING.test(words) && ANALYSES.test(words)) return { kind: 'list_analyses' };
  return { kind: 'rules', sentences };
}

/** A full stop ends a sentence only before a space and a capital: "1.5 cm" and "approx. 5 cm" go on. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/(?<=[.!?])\s+(?=\p{Lu})|[\r\n]+/u)
    .map((one) => one.trim())
    .filter((one) => /\p{L}/u.test(one));
}
