import { type Agent, request } from 'undici';
import { isPublicAddress } from '../../image/network/address.ts';
import { createAgent, type Lookup, resolveAll } from '../../image/network/dial.ts';
import { readRetryAfter } from '../../outgoing/retry-after.ts';
import { DeliveryError, SEND_MS } from '../outbox/target.ts';

export interface PostOptions {
  /** The operator's own network may be called, and in it also without TLS. */
  readonly allowPrivate: boolean;
  /** The two below exist for tests. */
  readonly lookup?: Lookup;
  readonly ca?: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** What the receiver asks to be waited, ms; null: nothing. */
  readonly retryAfterMs: number | null;
}

export interface Call {
  readonly method?: 'POST' | 'GET';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Of an answer, bytes. */
const MAX_ANSWER = 256 * 1024;

/**
 * Calls addresses that the operator configured. Connections go to checked addresses only, redirects are not followed, a call
 * takes ten seconds at most, and no text of an error names the address: those of targets are secrets.
 */
export class Poster {
  private readonly options: PostOptions;
  private readonly agent: Agent;

  constructor(options: PostOptions) {
    this.options = options;
    const isAllowedAddress = options.allowPrivate ? () => true : isPublicAddress;
    this.agent = createAgent({
      lookup: options.lookup ?? resolveAll,
      isAllowedAddress,
      ca: options.ca,
      timeoutMs: SEND_MS,
      keepAlive: true,
      refuseEveryMs: 1,
      signal: new AbortController().signal,
      onLooking: () => undefined,
    });
  }

  /** Throws DeliveryError where there is no answer. */
  async call(address: string, { method = 'POST', headers, body }: Call, signal: AbortSignal): Promise<Answer> {
    const url = this.checked(address);
    const response = await request(url, {
      method,
      dispatcher: this.agent,
      signal,
      headers: { 'user-agent': 'h200-mug', ...headers },
      ...(body !== undefined && { body }),
    }).catch((thrown: unknown) => Promise.reject(noAnswer(thrown)));
    const { statusCode: status } = response;
    const retryAfterMs = readRetryAfter(response.headers['retry-after'], Date.now());
    return { status, text: await readText(response.body).catch(() => ''), retryAfterMs };
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private checked(address: string): URL {
    const url = URL.parse(address);
    if (url === null || !/^https?:$/.test(url.protocol)) throw new DeliveryError('its address is malformed');
    if (url.protocol === 'http:' && !this.options.allowPrivate) {
      throw new DeliveryError('its address is not https (H200_NOTIFY_PRIVATE=true allows http in the own network)');
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!this.options.allowPrivate && /^[\d.]+$|:/.test(host) && !isPublicAddress(host)) throw privateHost();
    return url;
  }
}

const privateHost = (cause?: unknown) =>
  new DeliveryError('its host cannot be found, or lies in a private network (H200_NOTIFY_PRIVATE=true allows that)', {
    cause,
  });

/** Throws DeliveryError for every answer that is no success. */
export function demandSuccess({ status, retryAfterMs }: Answer): void {
  if (status >= 200 && status < 300) return;
  const reason =
    status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
  throw new DeliveryError(reason, { isFinal: REFUSED.has(status), retryAfterMs });
}

/** Of the message itself; everything else may be put right at the receiver or in the configuration. */
const REFUSED = new Set([400, 406, 411, 413, 414, 415, 416, 417, 418, 422, 431]);

function noAnswer(thrown: unknown): DeliveryError {
  const { code, name } = (thrown ?? {}) as { code?: unknown; name?: unknown };
  if (code === 'VALIDATION_007') return privateHost(thrown);
  if (name === 'AbortError' || name === 'TimeoutError' || `${code}`.includes('TIMEOUT')) {
    return new DeliveryError(`gave no answer within ${SEND_MS / 1000} s`, { cause: thrown });
  }
  const known = typeof code === 'string' && /^[A-Z0-9_]{2,40}$/.test(code) ? ` (${code})` : '';
  return new DeliveryError(`could not be reached${known}`, { cause: thrown });
}

async function readText(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > MAX_ANSWER) {
      body.destroy();
      break;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
