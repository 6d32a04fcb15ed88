import { type ParseOptions, parseSentence } from '../grammar/parse.ts';
import { understand } from '../grammar/understand.ts';
import { instructionsInWords, question } from './prompt.ts';

/** What to ask a model about a sentence; null when the grammar reads it, or refuses it for what it says. */
export function openQuestion(
  text: string,
  given: Pick<ParseOptions, 'context' | 'priority'> = {},
): { readonly system: string; readonly user: string } | null {
  if (parseSentence(text, given).ok) return null;
  const reading = understand(text, given);
  return reading.ok || !reading.open ? null : { system: instructionsInWords(), user: question(text) };
}
