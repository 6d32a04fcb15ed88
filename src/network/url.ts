import { isIP } from 'node:net';
import { AppError } from '../errors.ts';

/** Names that only mean something inside a network (RFC 6761, 6762, 8375 and common practice). */
const INTERNAL = /(^|\.)(localhost|local|localdomain|internal|intranet|lan|home\.arpa|onion)$/;

export interface UrlPolicy {
  readonly allowHttp: boolean;
  /** Ports besides the scheme's own. */
  readonly extraPorts: readonly number[] | 'any';
  readonly isAllowedAddress: (address: string) => boolean;
  /** Names are looked up although they have no dot. */
  readonly allowInternalNames: boolean;
}

/** The URL, or VALIDATION_007 before any name is looked up. `named` is the text as the caller wrote it. */
export function checkUrl(text: string, policy: UrlPolicy): URL {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: URL parsing would drop them silently
  if (text.length > 2048 || /[\u0000-\u001f\u007f\\]/.test(text)) throw refuse('The address is malformed.');
  const url = URL.parse(text);
  if (url === null) throw refuse('The address is malformed.');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && policy.allowHttp)) {
    throw refuse('Only https addresses are allowed.');
  }
  if (url.username !== '' || url.password !== '') throw refuse('The address holds a user name or password.');
  if (url.port !== '' && policy.extraPorts !== 'any' && !policy.extraPorts.includes(Number(url.port)))
    throw refuse('The port is not allowed.');
  checkHost(url, text, policy);
  return url;
}

function checkHost(url: URL, text: string, policy: UrlPolicy): void {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(host) !== 0) {
    // Parsing turns 2130706433, 0x7f.1 and 127.1 into dotted form: an address must be written as it is dialled.
    const written = /^[a-z]+:\/\/\[?([^/?#\]]*?)\]?(:\d*)?([/?#]|$)/i.exec(text)?.[1]?.toLowerCase();
    if (isIP(host) === 4 && written !== host) throw refuse('The address of the host is written in an unusual way.');
    if (!policy.isAllowedAddress(host)) throw unusableHost();
    return;
  }
  if (policy.allowInternalNames) return;
  if (host === '' || !host.includes('.') || INTERNAL.test(host)) throw unusableHost();
}

/**
 * One answer for a host that does not exist and for one that may not be asked, also behind a redirect: a caller must not learn
 * which names this network knows.
 */
export function unusableHost(cause?: unknown): AppError {
  return refuse('The host of the address cannot be found, or it lies in a private or reserved network.', cause);
}

export function refuse(message: string, cause?: unknown): AppError {
  return new AppError('VALIDATION_007', {
    message,
    advice:
      'Check the address; use a public https address on port 443, a file inside an allowed folder, a data URL or base64.',
    cause,
  });
}
