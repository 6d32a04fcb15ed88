import { MAX_SENTENCE } from '../../contract/rule.ts';
import type { ParseResult } from '../reading.ts';
import { completeDraft } from './draft.ts';
import { suggestionsFor } from './suggest.ts';
import { type ParseOptions, readOrNull, understand } from './understand.ts';

export type { ParseOptions } from './understand.ts';

/** Reads one sentence of at most 500 characters. Pure; never throws; refuses what it does not understand. */
export function parseSentence(text: string, options: ParseOptions = {}): ParseResult {
  const reading = understand(text, options);
  if (reading.ok) {
    return {
      ok: true,
      draft: completeDraft(reading.conditions, {
        text,
        source: 'grammar',
        context: reading.context,
        assumptions: reading.assumptions,
        ...(reading.timing !== null && { timing: reading.timing }),
        ...(reading.priority !== null && { priority: reading.priority }),
      }),
    };
  }
  const suggestions = text.length <= MAX_SENTENCE && !reading.timed ? suggestionsFor(text, reading, readOrNull) : [];
  return { ok: false, unknown: reading.unknown, suggestions, question: reading.question, reason: reading.reason };
}
