import type { RuleDraft } from '../contract/rule.ts';
import { AppError } from '../errors.ts';
import { plainText, quotedText } from '../plain-text.ts';

/** What a sentence became: a draft, or a refusal that names every word that was not understood. */
export type ParseResult = { readonly ok: true; readonly draft: RuleDraft } | Refusal;

export interface Refusal {
  readonly ok: false;
  /** Parts of the sentence as written, in order. */
  readonly unknown: readonly string[];
  /** Up to three sentences that would be understood. */
  readonly suggestions: readonly string[];
  /** A question back where the sentence has two readings. */
  readonly question: string | null;
  readonly reason: string;
}

const MAX_QUOTED = 5;

/** RULES_004: the words that were not understood, quoted, and what would be. */
export function notUnderstood({ unknown: words, suggestions, question, reason }: Refusal): AppError {
  const unknown = words.map(seen);
  const quoted = unknown.slice(0, MAX_QUOTED).map((words) => quotedText(words));
  const more = unknown.length > MAX_QUOTED ? ` and ${unknown.length - MAX_QUOTED} more` : '';
  return new AppError('RULES_004', {
    message: [
      quoted.length > 0 ? `${withoutDot(reason)}: ${quoted.join(', ')}${more}.` : `${withoutDot(reason)}.`,
      ...(question === null ? [] : [question]),
    ].join(' '),
    ...(suggestions.length > 0 && { advice: `Try: ${suggestions.slice(0, 3).join(' | ')}` }),
    details: { unknown, suggestions: suggestions.slice(0, 3), question, reason },
  });
}

const withoutDot = (text: string) => text.replace(/\.$/, '');

/** VALIDATION_001: a sentence says itself when it holds. */
export function refuseTimedText(text: string | undefined, timing: unknown): void {
  if (text === undefined || timing === undefined) return;
  throw new AppError('VALIDATION_001', {
    message: 'Give "timing" with conditions, or in the sentence.',
    advice: 'Say it in the sentence, such as "after 18:00" or "for more than 10 minutes".',
    details: { field: 'timing' },
  });
}

/** RULES_004: somebody was asked for other words and gave none. */
export function noOtherWords(text: string): AppError {
  const message = 'The sentence was not understood and no other wording was given.';
  return new AppError('RULES_004', { message, details: { text } });
}

/** Words of characters that no answer shows would be empty quotes: they are named as Unicode does. */
function seen(words: string): string {
  if (plainText(words).trim() !== '') return words;
  const nameOf = (one: string) => `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
  return Array.from(words.slice(0, 10), nameOf).join(' ');
}
