import { type Agent, type Dispatcher, request } from 'undici';
import { AppError } from '../errors.ts';
import { type Ended, Guard, type GuardOptions } from '../network/guard.ts';
import { refuse } from '../network/url.ts';
import { tooLarge } from './too-large.ts';

export type FetchOptions = Partial<Omit<GuardOptions, 'keepAlive'>> & { readonly maxRedirects?: number };

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const HEADERS = {
  accept: 'image/jpeg, image/png, image/webp',
  'accept-encoding': 'identity',
  'user-agent': 'h200-mug',
};

/** Fetches an image from the public internet, no redirect leads elsewhere; never more than `maxBytes` are held. */
export async function download(
  address: string,
  maxBytes: number,
  { maxRedirects = 3, timeoutMs = 10_000, ...options }: FetchOptions = {},
  signal?: AbortSignal,
): Promise<Buffer> {
  const guard = new Guard({ ...options, timeoutMs });
  const first = guard.check(address);
  return await guard.exchange(
    (dispatcher, stop) => follow(first, guard, maxRedirects, maxBytes, dispatcher, stop),
    (thrown, ended) => explain(thrown, ended, timeoutMs),
    signal,
  );
}

async function follow(
  first: URL,
  guard: Guard,
  maxRedirects: number,
  maxBytes: number,
  dispatcher: Agent,
  signal: AbortSignal,
): Promise<Buffer> {
  let url = first;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await request(url, { dispatcher, signal, headers: HEADERS });
    if (!REDIRECTS.has(response.statusCode)) return await readBody(response, maxBytes);
    discard(response);
    const location = single(response.headers.location);
    const next = location === undefined ? null : URL.parse(location, url.href);
    if (next === null) throw unreachable('The address redirects to nowhere.');
    // A redirect of the server's choosing: refused like any address, but not quoted.
    url = guard.check(next.href);
  }
  throw refuse(`The address redirects more than ${maxRedirects} times.`);
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<Buffer> {
  try {
    if (response.statusCode !== 200) {
      throw unreachable('The host did not deliver the image.', { http_status: response.statusCode });
    }
    const encoding = single(response.headers['content-encoding'])?.toLowerCase() ?? 'identity';
    if (encoding !== 'identity') throw unreachable('The host sent a compressed answer although none was asked for.');
    if (Number(single(response.headers['content-length']) ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const chunks: Buffer[] = [];
    let total = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (total > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks, total);
  } finally {
    discard(response);
  }
}

function discard(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => {});
  response.body.destroy();
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function explain(error: unknown, { late, cancelled }: Ended, timeoutMs: number): AppError {
  if (cancelled) return new AppError('ANALYSIS_006', { cause: error });
  if (late) return unreachable(`The image did not arrive within ${timeoutMs} ms.`, {}, error);
  if (error instanceof AppError) return error;
  return unreachable('The image could not be fetched from its address.', {}, error);
}

function unreachable(message: string, details: Record<string, unknown> = {}, cause?: unknown): AppError {
  return new AppError('VALIDATION_006', {
    message,
    advice: 'Check that the address opens without a login, or pass the image as a file, a data URL or base64.',
    details,
    cause,
  });
}
