import { AppError } from '../errors.ts';
import { Guard, type GuardOptions } from '../network/guard.ts';
import { undici } from '../network/undici.ts';
import type { WebPost } from '../ports/web-post.ts';
import { readRetryAfter } from './retry-after.ts';

const TIMEOUT_MS = 15_000;
/** Longest wait that a host may ask for, seconds. */
const MOST_RETRY_S = 300;

export interface WebPostOptions extends Partial<Omit<GuardOptions, 'keepAlive'>> {
  /** Hosts, with their port where it is another than the scheme's, that may be called wherever they are, also without TLS. */
  readonly hosts?: readonly string[];
}

/** Posts under the rules that images are fetched by: checked as text, and again as the address that is dialled. */
export function createWebPost({ hosts = [], ...options }: WebPostOptions = {}): WebPost {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const strict = new Guard({ ...options, timeoutMs });
  const inside = new Guard({
    ...options,
    ...{ timeoutMs, allowHttp: true, extraPorts: 'any', allowInternalNames: true },
    isAllowedAddress: () => true,
  });
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  const guardFor = (address: string) => (known.has(URL.parse(address)?.host ?? '') ? inside : strict);
  return {
    check: (url) => void guardFor(url).check(url),
    async send(address, { headers, body }, signal) {
      const guard = guardFor(address);
      const url = guard.check(address);
      return await guard.exchange(
        async (dispatcher, stop) => {
          const response = await undici().request(url, { dispatcher, method: 'POST', signal: stop, headers, body });
          response.body.on('error', () => {});
          response.body.destroy();
          return { status: response.statusCode, retryAfterS: secondsOf(response.headers['retry-after']) };
        },
        (cause) =>
          cause instanceof AppError
            ? cause
            : new AppError('VALIDATION_006', { message: 'The address took no message.', cause }),
        signal,
      );
    },
  };
}

function secondsOf(header: string | string[] | undefined): number | null {
  const asked = readRetryAfter(header, Date.now());
  return asked === null ? null : Math.min(Math.ceil(asked / 1000), MOST_RETRY_S);
}
