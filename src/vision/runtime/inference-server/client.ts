import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import { quotedText } from '../../../plain-text.ts';
import { traceparent } from '../../../telemetry/trace/spans.ts';
import { HEADER_LENGTH, type Message, ModelConfiguration, ModelMetadata, parse, ServerMetadata } from './messages.ts';
import { ServerFailure } from './server-failure.ts';
import type { ServerStart } from './settings.ts';
import { WEIGHTS } from './weights.ts';

interface Reply {
  readonly body: Uint8Array;
  readonly headerLength: string | undefined;
}

/** Of an answer about the server or a model. */
const MOST_METADATA = 1_000_000;
/** The largest tensor of our models is 2.9 MB; what varies in size must end as well. */
const MOST_ANSWER = 32_000_000;
const TRIES = 2;
/** Longest pause before the second try, ms. */
const PAUSE_MS = 100;

/** HTTP with one inference server. Every call ends within `timeoutMs`; every failure is a ServerFailure. */
export class InferenceClient {
  private readonly start: ServerStart;
  private readonly base: string;
  private readonly agent: Agent;

  constructor(start: ServerStart) {
    this.start = start;
    this.base = start.url.replace(/\/+$/, '');
    this.agent = new Agent({ connections: start.requests, connect: { timeout: start.timeoutMs } });
  }

  /** What the server can; of one that does not say, nothing is known: null. */
  async server(): Promise<ServerMetadata | null> {
    const reply = await this.get('/v2').catch(unlessItIsThere);
    return reply && parse(ServerMetadata, reply.body, 'description');
  }

  async ready(model: string): Promise<void> {
    await this.get(`${path(model)}/ready`);
  }

  async model(model: string): Promise<ModelMetadata> {
    return parse(ModelMetadata, (await this.get(path(model))).body, 'description of the model');
  }

  /** Hash of the weights that it serves; null where it does not say. */
  async weights(model: string): Promise<string | null> {
    const reply = await this.get(`${path(model)}/config`).catch(unlessItIsThere);
    if (reply === null) return null;
    return parse(ModelConfiguration, reply.body, 'configuration').parameters[WEIGHTS]?.string_value ?? null;
  }

  infer(model: string, { headers, body }: Message): Promise<Reply> {
    return this.ask('POST', `${path(model)}/infer`, MOST_ANSWER, { headers, body });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private get(route: string): Promise<Reply> {
    return this.ask('GET', route, MOST_METADATA);
  }

  /** Reading and running change nothing on the server, so both may be asked again; the time limit is that of all tries. */
  private async ask(method: 'GET' | 'POST', route: string, most: number, message?: Message): Promise<Reply> {
    const signal = AbortSignal.timeout(this.start.timeoutMs);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.once(method, route, most, signal, message);
      } catch (error) {
        const failure = failureOf(error, signal);
        if (attempt === TRIES || !failure.passes) throw failure;
        await sleep(PAUSE_MS * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {
          throw failureOf(error, signal);
        });
      }
    }
  }

  private async once(
    method: 'GET' | 'POST',
    route: string,
    most: number,
    signal: AbortSignal,
    message: Message | undefined,
  ): Promise<Reply> {
    const { token } = this.start;
    const trace = traceparent();
    const answer = await request(`${this.base}${route}`, {
      method,
      dispatcher: this.agent,
      signal,
      // Compressed tensors take longer than they save (notes: 577 ms instead of 150).
      headers: {
        'accept-encoding': 'identity',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(trace !== undefined && { traceparent: trace }),
        ...message?.headers,
      },
      ...(message && { body: message.body }),
    });
    const body = await readAtMost(answer.body, most);
    if (answer.statusCode !== 200) throw refusal(answer.statusCode, body);
    const headerLength = answer.headers[HEADER_LENGTH];
    return { body, headerLength: Array.isArray(headerLength) ? headerLength.join() : headerLength };
  }
}

const path = (model: string) => `/v2/models/${encodeURIComponent(model)}`;

async function readAtMost(body: Dispatcher.ResponseData['body'], most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > most) throw new ServerFailure('unusable_answer', `it answers more than ${most / 1e6} MB`);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

function refusal(status: number, body: Uint8Array): ServerFailure {
  const said = quotedText(Buffer.from(body.subarray(0, 1000)).toString('utf8'), 200);
  const problem = `it answers ${status}: ${said}`;
  if (status === 401 || status === 403) return new ServerFailure('unauthorized', problem);
  if (status === 404) return new ServerFailure('model_not_served', problem);
  return new ServerFailure([429, 502, 503, 504].includes(status) ? 'overloaded' : 'refused', problem);
}

function failureOf(error: unknown, deadline: AbortSignal): ServerFailure {
  if (deadline.aborted) return new ServerFailure('deadline', 'it gave no answer in time', error);
  if (error instanceof ServerFailure) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return new ServerFailure('unreachable', `no connection, or it ended early (${code ?? 'no reason given'})`, error);
}

/** What is beside the protocol, or kept from us: null. */
function unlessItIsThere(error: unknown): null {
  if (error instanceof ServerFailure && ['model_not_served', 'unauthorized', 'refused'].includes(error.fault))
    return null;
  throw error;
}
