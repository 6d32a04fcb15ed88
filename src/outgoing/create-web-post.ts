import { AppError } from '../errors.ts';
import { Guard, type GuardOptions } from '../network/guard.ts';
import { undici } from '../network/undici.ts';
import type { WebPost } from '../ports/web-post.ts';
import { readRetryAfter } from './retry-after.ts';

const TIMEOUT_MS = 15_000;
/** Longest wait that a host may ask for, seconds. */
const MOST_RETRY_S = 300;
const ADVICE =
  'Name a public https address on port 443; others are called where the operator lists their host in H200_CALLBACK_HOSTS.';

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
  const checked = (address: string) => {
    const guard = guardFor(address);
    try {
      return { guard, url: guard.check(address) };
    } catch (thrown) {
      throw advised(thrown);
    }
  };
  return {
    check: (address) => void checked(address),
    async send(address, { headers, body }, signal) {
      const { guard, url } = checked(address);
      return await guard.exchange(
        async (dispatcher, stop) => {
          const response = await undici().request(url, { dispatcher, method: 'POST', signal: stop, headers, body });
          response.body.on('error', () => {});
          response.body.destroy();
          return { status: response.statusCode, retryAfterS: secondsOf(response.headers['retry-after']) };
        },
        (cause) =>
          cause instanceof AppError
            ? advised(cause)
            : new AppError('VALIDATION_006', { message: 'The address took no message.', cause }),
        signal,
      );
    },
  };
}

/** A refused address is that of somebody who listens, not that of an image. */
function advised<T>(thrown: T): T | AppError {
  if (!(thrown instanceof AppError) || thrown.code !== 'VALIDATION_007') return thrown;
  const { message, cause } = thrown;
  return new AppError('VALIDATION_007', { message, advice: ADVICE, cause });
}

function secondsOf(header: string | string[] | undefined): number | null {
  const asked = readRetryAfter(header, Date.now());
  return asked === null ? null : Math.min(Math.ceil(asked / 1000), MOST_RETRY_S);
}
