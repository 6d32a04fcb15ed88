import { missingWords } from '../../../agent/missing-words.ts';
import { type Refusal, notUnderstood as refused } from '../../../language/reading.ts';
import { quotedText } from '../../../plain-text.ts';
import type { Outcome } from './outcome.ts';

/** How often somebody is asked for better words. */
const MOST = 3;

export const sentenceQuestion = {
  most: MOST,
  of(refusal: Refusal, args: object, times: number): Outcome {
    const { question, reason, unknown, suggestions } = refusal;
    const quoted = unknown.map((part) => quotedText(part)).join(', ');
    return {
      kind: 'ask',
      question: { about: 'sentence', times },
      text: [
        question ?? reason,
        ...(quoted === '' ? [] : [`Not understood: ${quoted}.`]),
        ...missingWords(refusal),
        ...suggestions.map((suggestion) => `Understood would be: ${suggestion}`),
        'Send the whole sentence in other words.',
      ].join('\n'),
      data: { question, reason, unknown: unknown.slice(0, 10), suggestions: suggestions.slice(0, 3) },
      args: { ...args },
    };
  },
};

export function notUnderstood(refusal: Refusal): never {
  throw refused(refusal);
}
