import { request } from 'undici';
import { AppError } from '../errors.ts';
import { isPublicAddress } from '../image/network/address.ts';
import { createAgent, resolveAll } from '../image/network/dial.ts';
import type { FetchOptions } from '../image/network/download.ts';
import { checkUrl, type UrlPolicy } from '../image/network/url.ts';
import type { WebPost } from '../ports/web-post.ts';
import { readRetryAfter } from './retry-after.ts';

const TIMEOUT_MS = 15_000;
const REFUSE_EVERY_MS = 1000;
/** Longest wait that a host may ask for, seconds. */
const MOST_RETRY_S = 300;

/** Posts under the rules that images are fetched by: checked as text, and again as the address that is dialled. */
export function createWebPost(options: Omit<FetchOptions, 'maxRedirects'> = {}): WebPost {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const isAllowedAddress = options.isAllowedAddress ?? isPublicAddress;
  const policy: UrlPolicy = {
    allowHttp: options.allowHttp ?? false,
    extraPorts: options.extraPorts ?? [],
    isAllowedAddress,
    allowInternalNames: options.lookup !== undefined,
  };
  return {
    check: (url) => void checkUrl(url, policy),
    async send(address, { headers, body }, signal) {
      const url = checkUrl(address, policy);
      const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const agent = createAgent({
        lookup: options.lookup ?? resolveAll,
        isAllowedAddress,
        ca: options.ca,
        timeoutMs,
        refuseEveryMs: options.refuseEveryMs ?? REFUSE_EVERY_MS,
        signal: stop,
        onLooking: () => {},
      });
      // undici hears of the signal only once it is connected.
      const ended = Promise.withResolvers<never>();
      const end = () => ended.reject(stop.reason);
      try {
        stop.throwIfAborted();
        stop.addEventListener('abort', end, { once: true });
        const asked = request(url, { dispatcher: agent, method: 'POST', signal: stop, headers, body });
        const response = await Promise.race([asked, ended.promise]);
        response.body.on('error', () => {});
        response.body.destroy();
        return { status: response.statusCode, retryAfterS: secondsOf(response.headers['retry-after']) };
      } catch (cause) {
        if (cause instanceof AppError) throw cause;
        throw new AppError('VALIDATION_006', { message: 'The address took no message.', cause });
      } finally {
        stop.removeEventListener('abort', end);
        agent.destroy().catch(() => {});
      }
    },
  };
}

function secondsOf(header: string | string[] | undefined): number | null {
  const asked = readRetryAfter(header, Date.now());
  return asked === null ? null : Math.min(Math.ceil(asked / 1000), MOST_RETRY_S);
}
