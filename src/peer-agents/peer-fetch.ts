import type { PeerSettings } from '../contract/peer-settings.ts';
import { AppError } from '../errors.ts';

export interface PeerLimits {
  /** From the request to the last byte of its answer, ms. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export const LIMITS: PeerLimits = { timeoutMs: 30_000, maxBytes: 8 * 2 ** 20 };

/**
 * `fetch` for one peer. The operator has named its host: requests go to that origin and to no other, whatever card, answer or
 * redirect says, so that no stranger chooses whom this server calls or who sees the token.
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
    for (const [name, value] of Object.entries(await authorization())) headers.set(name, value);
    const response = await fetch(url, { ...init, headers, signal: stop, redirect: 'manual' });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      throw peerFailed('It redirects to another address.');
    }
    const body = await readAtMost(response, limits.maxBytes);
    const { status, statusText } = response;
    const bare = status === 204 || status === 205;
    return new Response(bare ? null : body, { status, statusText, headers: response.headers });
  };
}

async function readAtMost({ body }: Response, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body ?? []) {
    total += chunk.length;
    if (total > most) throw peerFailed(`Its answer is larger than ${most} bytes.`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, total));
}

export const peerFailed = (message: string, cause?: unknown) =>
  new AppError('DELEGATION_004', { message: `The peer cannot be used: ${message}`, cause });
