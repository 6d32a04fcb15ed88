import { type InputRequest, type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { Condition, MAX_SENTENCE, type RuleDraft } from '../../../contract/rule.ts';
import { openQuestion } from '../../../language/llm/open-question.ts';
import { createPromptedSentenceModel, type ModelAnswer } from '../../../language/llm/prompted.ts';
import { createSentenceReader } from '../../../language/llm/reader.ts';
import { noOtherWords, notUnderstood, type Refusal } from '../../../language/reading.ts';
import { quotedText } from '../../../plain-text.ts';
import type { RuleBook } from '../../../rulebook/types.ts';
import { fitTo } from '../../lenient/fit-to.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { MODEL_TIMEOUT_MS } from './client-model.ts';
import type { RoundState } from './round-state.ts';

/** How often a person is asked for better words before the call fails. */
const MAX_QUESTIONS = 3;
const Conditions = z.array(Condition);
/** How assumptions name the client's model, before the name that the client gives. */
const CLIENT_MODEL = 'client sampling';

type Given = { name?: string; context?: string; priority?: number };
export type Reading =
  | { readonly ok: true; readonly draft: RuleDraft; readonly state: RoundState }
  | { readonly ok: false; readonly refusal: Refusal; readonly question: number }
  /** The client's model is to be asked first. */
  | { readonly ok: false; readonly asked: InputRequiredResult };

/**
 * Reads the sentence of the call, or the one that the person gave when asked. The number of the question is part of
 * its key (`sentence_1`, …). What only the client's model may read is put to it, once for each sentence; its answer is
 * checked like that of any other model.
 */
export async function understand(text: string, call: ToolCall, options: Given): Promise<Reading> {
  const { sentence, question } = currentSentence(text, call);
  const begun = { text, sentence, question };
  const parsed = await call.services.rules.read(call, { text: sentence }, options);
  if (parsed.ok) return { ok: true, draft: parsed.draft, state: begun };
  const prompt = mayAskClient(call) ? openQuestion(sentence, options) : null;
  const { model } = call;
  if (prompt === null || model === undefined) return { ok: false, refusal: parsed, question: question + 1 };

  const key = `reading_${question}`;
  const kept = call.state?.text === text && call.state.question === question ? call.state.reading : undefined;
  let reading: ModelAnswer | undefined = model.answer(key) ?? kept;
  if (reading === undefined && model.ask === undefined) {
    return { ok: false, asked: await nextRound(call, begun, key, model.question(prompt.system, prompt.user)) };
  }
  const answered = reading;
  const ask = answered === undefined ? model.ask! : async () => answered;
  const again = createSentenceReader({
    model: createPromptedSentenceModel(CLIENT_MODEL, async (system, user, signal) => {
      const answer = await ask(system, user, signal);
      reading = answer;
      return answer;
    }),
    timeoutMs: MODEL_TIMEOUT_MS,
  });
  const result = await again(sentence, { ...options, signal: call.signal });
  if (!result.ok) return { ok: false, refusal: result, question: question + 1 };
  return { ok: true, draft: result.draft, state: { ...begun, ...(reading !== undefined && { reading }) } };
}

/** A configured model has been asked already, and is the operator's choice. */
function mayAskClient({ model, services }: ToolCall): boolean {
  return model !== undefined && !services.capabilities.languageModel;
}

function currentSentence(text: string, call: ToolCall): { sentence: string; question: number } {
  for (let question = MAX_QUESTIONS; question >= 1; question -= 1) {
    const answer = call.answer(`sentence_${question}`);
    if (answer === undefined) continue;
    const sentence = answer.accepted ? answer.content.sentence : undefined;
    if (typeof sentence !== 'string' || sentence.trim() === '') {
      throw noOtherWords(text);
    }
    return { sentence: sentence.trim().slice(0, MAX_SENTENCE), question };
  }
  // A round that answered something else: the sentence is the one of the round before.
  if (call.state?.text === text) return { sentence: call.state.sentence, question: call.state.question };
  return { sentence: text, question: 0 };
}

export async function nextRound(
  call: ToolCall,
  state: RoundState | null,
  key: string,
  request: InputRequest,
): Promise<InputRequiredResult> {
  return inputRequired({
    inputRequests: { [key]: request },
    ...(state !== null && { requestState: await call.seal(state) }),
  });
}

/** Puts the question to the model or to the person, or fails with RULES_004 where the client has no forms. */
export function askForSentence(reading: Extract<Reading, { ok: false }>, call: ToolCall): InputRequiredResult {
  if ('asked' in reading) return reading.asked;
  const { refusal, question } = reading;
  if (!call.canAsk || question > MAX_QUESTIONS) throw notUnderstood(refusal);
  const quoted = refusal.unknown.map((part) => quotedText(part)).join(', ');
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
            // No default: what nobody said must not be stored by a click.
            sentence: { type: 'string', title: 'Rule in other words', maxLength: MAX_SENTENCE },
          },
          required: ['sentence'],
        },
      }),
    },
  });
}

/** The rule that typed conditions would become; they are never a refusal but RULES_002. */
export async function readConditions(
  rules: RuleBook,
  call: ToolCall,
  { conditions, timing }: { readonly conditions: readonly unknown[]; readonly timing?: unknown },
  given: Given,
): Promise<RuleDraft> {
  const fitted = fitTo(conditions, Conditions) as readonly unknown[];
  const reading = await rules.read(call, { conditions: fitted, timing }, given);
  if (!reading.ok) throw notUnderstood(reading);
  return reading.draft;
}
