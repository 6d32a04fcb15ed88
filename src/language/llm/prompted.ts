import { proposalOf } from './answer-schema.ts';
import { instructionsInWords, question } from './prompt.ts';
import { ModelError, type SentenceModel } from './sentence-model.ts';

export interface ModelAnswer {
  readonly text: string;
  /** What the other side says which model it was. */
  readonly model: string;
}

/** Sends one system and one user message to some model and gives back its text, e.g. by MCP sampling. */
export type AskModel = (system: string, user: string, signal: AbortSignal) => Promise<string | ModelAnswer>;

/** A name from the other side is shown only if it can be nothing but a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,63}$/;

const LONGEST_ANSWER = 20_000;

/** A model that only gives text: the form of the answer is asked for in words and checked like any other. `model`: who is asked. */
export function createPromptedSentenceModel(model: string, ask: AskModel): SentenceModel {
  return {
    model,
    async propose(text, signal) {
      let answer: string | ModelAnswer;
      try {
        answer = await ask(instructionsInWords(), question(text), signal);
      } catch (thrown) {
        const timeout = signal.aborted && signal.reason?.name === 'TimeoutError';
        throw new ModelError(timeout ? 'timeout' : signal.aborted ? 'cancelled' : 'unavailable', { cause: thrown });
      }
      const unknown = { inputTokens: null, outputTokens: null, costUsd: null };
      const [written, name] = typeof answer === 'string' ? [answer, ''] : [answer.text, answer.model];
      const shown = NAME.test(name) ? `${model}: ${name}` : model;
      return proposalOf(jsonIn(written), { model: shown, calls: 1, ...unknown });
    },
  };
}

/** The JSON object of an answer, also inside a code fence or between sentences. */
function jsonIn(answer: string): unknown {
  const [from, to] = [answer.indexOf('{'), answer.lastIndexOf('}')];
  if (answer.length > LONGEST_ANSWER || from < 0 || to < from) throw new ModelError('invalid_answer');
  try {
    return JSON.parse(answer.slice(from, to + 1));
  } catch (thrown) {
    throw new ModelError('invalid_answer', { cause: thrown });
  }
}
