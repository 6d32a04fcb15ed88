import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import { AppError } from '../../errors.ts';
import type { ParseResult } from '../../rules/rule-book.ts';
import { MAX_SENTENCE, type RuleDraft } from '../../rules/schema.ts';
import type { ToolCall } from './tool.ts';

/** How often a person is asked for better words before the call fails. */
const MAX_QUESTIONS = 3;

type Refusal = Extract<ParseResult, { ok: false }>;
export type Reading =
  | { readonly ok: true; readonly sentence: string; readonly draft: RuleDraft }
  | { readonly ok: false; readonly refusal: Refusal; readonly question: number };

/**
 * Reads the sentence of the call, or the one that the person gave when asked. The number of the question is part of
 * its key (`sentence_1`, …), so no state needs to travel through the client.
 */
export async function understand(
  text: string,
  call: ToolCall,
  options: { context?: string; priority?: number },
): Promise<Reading> {
  for (let question = MAX_QUESTIONS; question >= 1; question -= 1) {
    const answer = call.answer(`sentence_${question}`);
    if (answer === undefined) continue;
    const sentence = answer.accepted ? answer.content.sentence : undefined;
    if (typeof sentence !== 'string' || sentence.trim() === '') {
      throw new AppError('RULES_004', {
        message: 'The sentence was not understood and no other wording was given.',
        details: { text },
      });
    }
    return read(sentence.trim().slice(0, MAX_SENTENCE), question);
  }
  return read(text, 0);

  async function read(sentence: string, asked: number): Promise<Reading> {
    const parsed = await call.services.rules.parse(sentence, options);
    return parsed.ok
      ? { ok: true, sentence, draft: parsed.draft }
      : { ok: false, refusal: parsed, question: asked + 1 };
  }
}

/** Puts the question to the person, or fails with RULES_004 where the client has no forms. */
export function askForSentence(
  { refusal, question }: Extract<Reading, { ok: false }>,
  call: ToolCall,
): InputRequiredResult {
  if (!call.canAsk || question > MAX_QUESTIONS) throw refused(refusal);
  const quoted = refusal.unknown.map((part) => JSON.stringify(part)).join(', ');
  return inputRequired({
    inputRequests: {
      [`sentence_${question}`]: inputRequired.elicit({
        message: [
          refusal.question ?? refusal.reason,
          ...(quoted === '' ? [] : [`Not understood: ${quoted}.`]),
          ...refusal.suggestions.map((suggestion) => `Understood would be: ${suggestion}`),
        ].join('\n'),
        requestedSchema: {
          type: 'object',
          properties: {
            sentence: {
              type: 'string',
              title: 'Rule in other words',
              maxLength: MAX_SENTENCE,
              ...(refusal.suggestions[0] !== undefined && { default: refusal.suggestions[0] }),
            },
          },
          required: ['sentence'],
        },
      }),
    },
  });
}

export function refused(refusal: Refusal): AppError {
  const { unknown, suggestions, question, reason } = refusal;
  return new AppError('RULES_004', {
    message: reason,
    details: { unknown, suggestions, ...(question !== null && { question }) },
  });
}
