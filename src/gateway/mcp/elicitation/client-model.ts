import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type CreateMessageResult,
  type InputRequest,
  inputRequired,
  inputResponse,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { ModelAnswer } from '../../../language/llm/prompted.ts';

/** The client's language model, lent by MCP sampling. Its text is data: whoever asks checks it. */
export interface ClientModel {
  /** Asks at once; only for 2025-era clients. Throws when the client refuses or is too slow. */
  readonly ask?: (system: string, user: string, signal: AbortSignal) => Promise<ModelAnswer>;
  /** What the model answered to the question of this key in the round before. */
  answer(key: string): ModelAnswer | undefined;
  /** The question as a part of an `input_required` answer. */
  question(system: string, user: string): InputRequest;
}

const MAX_TOKENS = 1500;
/** A person may have to allow it; below the 60 s that clients give a call. */
export const MODEL_TIMEOUT_MS = 45_000;

const request = (system: string, user: string) => ({
  systemPrompt: system,
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: user } }],
  maxTokens: MAX_TOKENS,
  temperature: 0,
});

/** Absent where the client lends none. */
export function clientModel(ctx: ServerContext, { sampling }: ClientCapabilities): ClientModel | undefined {
  if (sampling === undefined) return undefined;
  const envelope: Readonly<Record<string, unknown>> = ctx.mcpReq.envelope ?? {};
  const modern = envelope[CLIENT_CAPABILITIES_META_KEY] !== undefined;
  return {
    ...(!modern && {
      async ask(system: string, user: string, signal: AbortSignal) {
        const options = { timeout: MODEL_TIMEOUT_MS, signal };
        return answerOf(await ctx.mcpReq.requestSampling(request(system, user), options));
      },
    }),
    answer(key) {
      const response = inputResponse(ctx.mcpReq.inputResponses, key);
      return response.kind === 'sampling' ? answerOf(response.result) : undefined;
    },
    question: (system, user) => inputRequired.createMessage(request(system, user)),
  };
}

type Sampled = Pick<CreateMessageResult, 'model'> & { readonly content: unknown };

/** All text of the answer; none when it is an image or a tool call. */
function answerOf({ content, model }: Sampled): ModelAnswer {
  const blocks = (Array.isArray(content) ? content : [content]) as { type?: unknown; text?: unknown }[];
  const text = blocks.flatMap((block) =>
    block?.type === 'text' && typeof block.text === 'string' ? [block.text] : [],
  );
  return { text: text.join('\n'), model: typeof model === 'string' ? model : '' };
}
