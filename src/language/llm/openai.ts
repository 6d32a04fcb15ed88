import { Answer, proposalOf } from './answer-schema.ts';
import { instructions, instructionsInWords, question } from './prompt.ts';
import { ModelError, type ModelFailure, type SentenceModel, type Spent } from './sentence-model.ts';

export interface OpenAiOptions {
  /** Any text for servers that want no key; a function: as it is at the moment. */
  readonly apiKey: string | (() => string);
  readonly model: string;
  /** Of an OpenAI-compatible server, ending in `/v1`; OpenAI itself when absent. */
  readonly baseUrl?: string;
  /** For one HTTP call. */
  readonly timeoutMs?: number;
  /** Further tries after 408, 409, 429 and 5xx, with growing pauses. */
  readonly maxRetries?: number;
  /** USD per million tokens, for the cost in the answer. */
  readonly prices?: { readonly input: number; readonly output: number };
}

/** `jsonSchema` makes the server keep to the schema; servers without it get the schema in words and `jsonMode`. */
const METHODS = ['jsonSchema', 'jsonMode'] as const;
type Method = (typeof METHODS)[number];

interface Usage {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
}

interface Raw {
  readonly raw: unknown;
  readonly parsed: unknown;
}

/** An OpenAI-compatible chat model through LangChain. Loaded on first use only. */
export function createOpenAiSentenceModel(options: OpenAiOptions): SentenceModel {
  return {
    model: options.model,
    async propose(text, signal) {
      let calls = 0;
      let last: ModelError = new ModelError('invalid_answer');
      for (const method of METHODS) {
        signal.throwIfAborted();
        try {
          calls++;
          const answer = await ask(options, method, text, signal);
          return proposalOf(answer.parsed, { model: options.model, calls, ...spentOf(answer, options) });
        } catch (thrown) {
          last = asModelError(thrown, signal);
          // A server that does not know the method answers 400; everything else would fail again.
          if (last.failure !== 'invalid_answer') throw last;
        }
      }
      throw last;
    },
  };
}

async function ask(options: OpenAiOptions, method: Method, text: string, signal: AbortSignal): Promise<Raw> {
  const { ChatOpenAI } = await import('@langchain/openai');
  const chat = new ChatOpenAI({
    model: options.model,
    apiKey: typeof options.apiKey === 'function' ? options.apiKey() : options.apiKey,
    temperature: 0,
    maxRetries: options.maxRetries ?? 1,
    timeout: options.timeoutMs ?? 15_000,
    ...(options.baseUrl !== undefined && { configuration: { baseURL: options.baseUrl } }),
  });
  const structured = chat.withStructuredOutput(Answer, {
    name: 'rule',
    method,
    includeRaw: true,
    ...(method === 'jsonSchema' && { strict: true }),
  });
  const system = method === 'jsonMode' ? instructionsInWords() : instructions();
  return await structured.invoke(
    [
      { role: 'system', content: system },
      { role: 'user', content: question(text) },
    ],
    { signal },
  );
}

function spentOf(answer: Raw, options: OpenAiOptions): Spent {
  const { usage_metadata: usage } = (answer.raw ?? {}) as { usage_metadata?: Usage };
  const [inputTokens, outputTokens] = [usage?.input_tokens ?? null, usage?.output_tokens ?? null];
  const { prices } = options;
  const priced = prices !== undefined && inputTokens !== null && outputTokens !== null;
  const costUsd = priced ? (inputTokens * prices.input + outputTokens * prices.output) / 1e6 : null;
  return { inputTokens, outputTokens, costUsd };
}

/** What went wrong, by status and name only: messages of the remote side stay out of ours. */
function asModelError(thrown: unknown, signal: AbortSignal): ModelError {
  if (thrown instanceof ModelError) return thrown;
  return new ModelError(failureOf(thrown, signal), { cause: thrown });
}

function failureOf(thrown: unknown, signal: AbortSignal): ModelFailure {
  if (signal.aborted) return signal.reason?.name === 'TimeoutError' ? 'timeout' : 'cancelled';
  const { status, name, code } = (thrown ?? {}) as { status?: number; name?: string; code?: string };
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  if (status !== undefined && status >= 500) return 'unavailable';
  if (status === 408 || /timeout/i.test(`${name} ${code}`)) return 'timeout';
  if (/connection/i.test(name ?? '') || /^E[A-Z]+$/.test(code ?? '')) return 'unavailable';
  return 'invalid_answer';
}
