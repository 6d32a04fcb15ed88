import { type Agent, type Dispatcher, request } from 'undici';
import { AppError } from '../../errors.ts';
import { tooLarge } from '../too-large.ts';
import { isPublicAddress } from './address.ts';
import { createAgent, type Lookup, resolveAll } from './dial.ts';
import { checkUrl, refuse, type UrlPolicy, unusableHost } from './url.ts';

export interface FetchOptions {
  /** Longest time from the first look-up to the last byte. */
  readonly timeoutMs?: number;
  readonly maxRedirects?: number;
  readonly allowHttp?: boolean;
  /** Ports besides 443. */
  readonly extraPorts?: readonly number[];
  /** The four below exist for tests against a local server; the defaults refuse every private address. */
  readonly lookup?: Lookup;
  readonly isAllowedAddress?: (address: string) => boolean;
  readonly ca?: string;
  readonly refuseEveryMs?: number;
}

/** A second covers nearly every look-up, of a name that is known and of one that is not. */
const REFUSE_EVERY_MS = 1000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const HEADERS = {
  accept: 'image/jpeg, image/png, image/webp',
  'accept-encoding': 'identity',
  'user-agent': 'h200-mug',
};

/** Fetches an image from the public internet under the policy above; never more than `maxBytes` are held. */
export async function download(
  address: string,
  maxBytes: number,
  options: FetchOptions = {},
  signal?: AbortSignal,
): Promise<Buffer> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const isAllowedAddress = options.isAllowedAddress ?? isPublicAddress;
  const policy: UrlPolicy = {
    allowHttp: options.allowHttp ?? false,
    extraPorts: options.extraPorts ?? [],
    isAllowedAddress,
    allowInternalNames: options.lookup !== undefined,
  };
  const first = checkUrl(address, policy);
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([signal, deadline]) : deadline;
  let looking = false;
  const agent = createAgent({
    lookup: options.lookup ?? resolveAll,
    isAllowedAddress,
    ca: options.ca,
    timeoutMs,
    refuseEveryMs: options.refuseEveryMs ?? REFUSE_EVERY_MS,
    signal: stop,
    onLooking: (now) => {
      looking = now;
    },
  });
  // undici hears of the signal only once it is connected; a name that never comes, or a host that is silent, is not.
  const ended = Promise.withResolvers<never>();
  const end = () => ended.reject(stop.reason);
  try {
    stop.throwIfAborted();
    stop.addEventListener('abort', end, { once: true });
    return await Promise.race([follow(first, policy, options.maxRedirects ?? 3, maxBytes, agent, stop), ended.promise]);
  } catch (error) {
    if (deadline.aborted && looking && !signal?.aborted) throw unusableHost(error);
    throw explain(error, deadline.aborted, signal?.aborted ?? false, timeoutMs);
  } finally {
    stop.removeEventListener('abort', end);
    agent.destroy().catch(() => {});
  }
}

async function follow(
  first: URL,
  policy: UrlPolicy,
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
    url = checkUrl(next.href, policy);
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

function explain(error: unknown, late: boolean, cancelled: boolean, timeoutMs: number): AppError {
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
