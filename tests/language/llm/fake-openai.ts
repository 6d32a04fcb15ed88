import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer of the fake. `content` is the assistant's text. */
export interface FakeAnswer {
  readonly status?: number;
  readonly content?: string;
  readonly refusal?: string;
  /** Sent instead of a chat completion. */
  readonly body?: string;
  readonly delayMs?: number;
}

export interface FakeRequest {
  readonly authorization: string | undefined;
  readonly body: {
    model: string;
    temperature?: number;
    messages: { role: string; content: string }[];
    response_format?: {
      type: string;
      json_schema?: { name: string; strict: boolean; schema: Record<string, unknown> };
    };
  };
}

export interface FakeOpenAi {
  readonly baseUrl: string;
  readonly requests: FakeRequest[];
  close(): Promise<void>;
}

/**
 * A fake of the paid OpenAI service, for tests only: `POST /v1/chat/completions` as its published API description has
 * it (object `chat.completion`, `choices[].message`, `usage`, errors as `{error: {message, type, code}}`). It gives the
 * listed answers in turn, the last one again and again.
 */
export async function startFakeOpenAi(...answers: readonly FakeAnswer[]): Promise<FakeOpenAi> {
  const requests: FakeRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
        response.writeHead(404).end();
        return;
      }
      const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      requests.push({ authorization: request.headers.authorization, body });
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? {};
      setTimeout(() => {
        response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
        response.end(answer.body ?? JSON.stringify(bodyOf(answer, body.model)));
      }, answer.delayMs ?? 0);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function bodyOf(answer: FakeAnswer, model: string): object {
  if ((answer.status ?? 200) >= 400) {
    return { error: { message: answer.content ?? 'SECRET REMOTE TEXT', type: 'fake_error', param: null, code: null } };
  }
  const message = { role: 'assistant', content: answer.content ?? null, refusal: answer.refusal ?? null };
  return {
    id: 'chatcmpl-fake',
    object: 'chat.completion',
    created: 1_760_000_000,
    model: `${model}-2026-01-01`,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: 700, completion_tokens: 90, total_tokens: 790 },
  };
}
