import { Agent, type Dispatcher, request } from 'undici';

export interface Message {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** There is no whole answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** Whether the request may have arrived. */
  readonly sent: boolean;
  constructor(message: string, sent: boolean, cause?: unknown) {
    super(message, { cause });
    this.sent = sent;
  }
}

const CONNECT_MS = 10_000;
const CONNECTIONS = 8;

/** Connections of its own for each purpose: streams of logs must not take those that a stop needs. */
export const openAgent = (connections = CONNECTIONS): Agent =>
  new Agent({ connect: { timeout: CONNECT_MS }, connections, pipelining: 1, keepAliveTimeout: 10_000 });

/** One request and its whole answer. Redirects are not followed. Throws NoAnswer. */
export async function send(
  agent: Agent,
  message: Message,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
  signal: AbortSignal,
): Promise<Answer> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const { statusCode, headers, body } = await begin(agent, message, stop);
  return { status: statusCode, headers, text: await readAtMost(body, maxBytes, stop) };
}

/** The answer's head; its body is the caller's to read and to destroy. */
export async function begin(agent: Agent, message: Message, stop: AbortSignal): Promise<Dispatcher.ResponseData> {
  const { method, url, headers, body } = message;
  // undici hears of the signal only once it is connected.
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(new NoAnswer('no answer came in time', true, stop.reason));
  if (stop.aborted) throw new NoAnswer('it was ended before it began', false, stop.reason);
  stop.addEventListener('abort', end, { once: true });
  const asked = request(url, {
    dispatcher: agent,
    method,
    headers,
    signal: stop,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(body !== undefined && { body }),
  });
  // Who gave up first leaves nobody to hear of the other.
  asked.catch(() => {});
  ended.promise.catch(() => {});
  try {
    const answer = await Promise.race([asked, ended.promise]);
    answer.body.on('error', () => {});
    return answer;
  } catch (thrown) {
    throw thrown instanceof NoAnswer ? thrown : noAnswer(thrown);
  } finally {
    stop.removeEventListener('abort', end);
  }
}

/** Failed before a byte of the request had left. */
const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|.*CERT.*|ERR_TLS\w*)$/;

function noAnswer(thrown: unknown): NoAnswer {
  const { code } = (thrown ?? {}) as { code?: unknown };
  const known = typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : '';
  const name = known === '' ? '' : ` (${known})`;
  return new NoAnswer(`it could not be reached${name}`, !NOT_SENT.test(known), thrown);
}

async function readAtMost(body: Dispatcher.ResponseData['body'], most: number, stop: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for await (const chunk of body) {
      total += chunk.length;
      if (total > most) throw new NoAnswer(`its answer is larger than ${most} bytes`, true);
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof NoAnswer) throw thrown;
    throw new NoAnswer(stop.aborted ? 'no whole answer came in time' : 'its answer broke off', true, thrown);
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks, total).toString('utf8');
}
