import type { PeerSettings } from '../contract/peer-settings.ts';
import { AppError } from '../errors.ts';
import { striker, struckBody } from '../outgoing/strike-credential.ts';
import { traceparent } from '../telemetry/trace/spans.ts';

export interface PeerLimits {
  /** From the request to the last byte of its answer, ms. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export const LIMITS: PeerLimits = { timeoutMs: 30_000, maxBytes: 8 * 2 ** 20 };

/**
 * `fetch` for one peer. The operator has named its host: requests go to that origin and to no other, whatever card, answer or
 * redirect says, so that no stranger chooses whom this server calls or who sees the token. The token is struck out of answers:
 * those who ask here may read them.
 */
export function peerFetch(
  { card_url }: Pick<PeerSettings, 'card_url'>,
  authorization: () => Promise<Readonly<Record<string, string>>>,
  signal: AbortSignal,
  limits: PeerLimits = LIMITS,
): typeof fetch {
  const { origin } = new URL(card_url);
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.origin !== origin) throw peerFailed('Its card or its answer leads to another address.');
    const stop = AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)]);
    const headers = new Headers(init.headers);
    const credentials = Object.entries(await authorization());
    for (const [name, value] of credentials) headers.set(name, value);
    const trace = traceparent();
    if (trace !== undefined) headers.set('traceparent', trace);
    const strike = striker(credentials.map(([, value]) => value.replace(/^Bearer /, '')));
    const response = await fetch(url, { ...init, headers, signal: stop, redirect: 'manual' });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw peerFailed('It redirects to another address.');
    }
    const body = await readAtMost(response, limits.maxBytes);
    const { status } = response;
    const bare = status === 204 || status === 205;
    return new Response(bare ? null : struckBody(body, strike), {
      status,
      statusText: strike(response.statusText),
      headers: [...response.headers].map(([name, value]) => [name, strike(value)]),
    });
  };
}

async function readAtMost({ body }: Response, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > most) throw peerFailed(`Its answer is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, total).toString('utf8');
}

export const peerFailed = (message: string, cause?: unknown) =>
  new AppError('DELEGATION_004', { message: `The peer cannot be used: ${message}`, cause });
