import { addressesIn, isRequest, sentencesOf, withoutAddresses } from './phrases.ts';

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

const ANALYSIS = /\bana_[A-Za-z0-9_-]{1,60}/;
const LISTING = /^(?:please\s+)?(?:list|show|what|which|read)\b/i;
const RULES = /\brules?\b/i;
const ANALYSES = /\banaly[sz]es\b|\bphotos\b/i;

/** The same words always mean the same. A sentence is not read here: whoever knows rules says whether it is one. */
export function whatIsAsked({ text, images }: Message): Asked {
  const [analysisId] = ANALYSIS.exec(text) ?? [];
  const words = withoutAddresses(text).replace(ANALYSIS, ' ').trim();
  // "Please check this desk" is answered by looking.
  const sentences = sentencesOf(words).filter((sentence) => !isRequest(sentence));
  const pictures = [...new Set([...images, ...addressesIn(text)])];
  if (pictures.length > 0) return { kind: 'look', images: pictures, sentences };
  if (analysisId !== undefined) return { kind: 'explain', analysisId, sentences };
  if (LISTING.test(words) && RULES.test(words)) return { kind: 'list_rules' };
  if (LISTING.test(words) && ANALYSES.test(words)) return { kind: 'list_analyses' };
  if (sentences.length === 0) return { kind: 'help' };
  return { kind: 'rules', sentences };
}
