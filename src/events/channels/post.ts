import { AppError } from '../../errors.ts';
import type { Lookup } from '../../network/dial.ts';
import { type Ended, Guard } from '../../network/guard.ts';
import { undici } from '../../network/undici.ts';
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
  private readonly guard: Guard;

  constructor(options: PostOptions) {
    this.options = options;
    const { allowPrivate, lookup, ca } = options;
    this.guard = new Guard({
      timeoutMs: SEND_MS,
      keepAlive: true,
      extraPorts: 'any',
      allowHttp: allowPrivate,
      ...(allowPrivate && { allowInternalNames: true, isAllowedAddress: () => true }),
      ...(lookup !== undefined && { lookup }),
      ...(ca !== undefined && { ca }),
    });
  }

  /** Throws DeliveryError where there is no answer. */
  async call(address: string, { method = 'POST', headers, body }: Call, signal: AbortSignal): Promise<Answer> {
    const url = this.checked(address);
    const response = await this.guard.exchange(
      (dispatcher, stop) =>
        undici().request(url, {
          method,
          dispatcher,
          signal: stop,
          headers: { 'user-agent': 'h200-mug', ...headers },
          ...(body !== undefined && { body }),
        }),
      noAnswer,
      signal,
    );
    const { statusCode: status } = response;
    const retryAfterMs = readRetryAfter(response.headers['retry-after'], Date.now());
    // Who has said its status has the message, however long the rest takes.
    return { status, text: await readText(response.body).catch(() => ''), retryAfterMs };
  }

  async close(): Promise<void> {
    await this.guard.close();
  }

  private checked(address: string): URL {
    const { protocol = '', username = '', password = '' } = URL.parse(address) ?? {};
    if (!/^https?:$/.test(protocol)) throw new DeliveryError('its address is malformed');
    if (username !== '' || password !== '') throw new DeliveryError('its address holds a user name or password');
    if (protocol === 'http:' && !this.options.allowPrivate) {
      throw new DeliveryError('its address is not https (H200_NOTIFY_PRIVATE=true allows http in the own network)');
    }
    try {
      return this.guard.check(address);
    } catch (thrown) {
      throw noAnswer(thrown, { late: false, cancelled: false });
    }
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

function noAnswer(thrown: unknown, { late, cancelled }: Ended): DeliveryError {
  if (thrown instanceof AppError) return privateHost(thrown);
  const { code, name } = (thrown ?? {}) as { code?: unknown; name?: unknown };
  if (late || cancelled || name === 'AbortError' || `${code}`.includes('TIMEOUT')) {
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
