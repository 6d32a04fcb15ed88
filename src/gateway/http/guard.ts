import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors.ts';
import { bareUrl } from './bare-url.ts';
import { LOOPBACK, type ServedHosts } from './served-hosts.ts';

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses requests that a foreign web page sent through a browser (DNS rebinding): Host must be a name of ours, and Origin
 * that of a page of this server or a configured one; other programs of this machine serve pages on other ports. Programs
 * send no Origin, so a missing one passes. Throws AUTH_003.
 */
export function createGuard(options: {
  hosts: ServedHosts;
  allowedOrigins: readonly string[];
  /** Whether the socket speaks TLS. */
  tls?: unknown;
}): (request: FastifyRequest) => void {
  const { hosts } = options;
  const origins = new Set(options.allowedOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  /** Loaded from the name and port that it calls, or from this machine where the socket listens. */
  const isOwnPage = (origin: string, host: string, port: number | undefined) => {
    const page = /^https?:\/\//i.test(origin) ? bareUrl(origin) : null;
    if (page === null || !hosts.hasName(page.hostname)) return false;
    const same = page.host === bareUrl(`${page.protocol}//${host}`)?.host;
    if (!LOOPBACK.includes(page.hostname)) return same;
    // A port may be forwarded to the socket; pages of the other scheme on this machine are not ours.
    if (page.protocol !== (options.tls === undefined ? 'http:' : 'https:')) return false;
    return same || Number(page.port || (options.tls === undefined ? 80 : 443)) === port;
  };

  return (request) => {
    const { host, origin } = request.headers;
    if (hasTwoHosts(request.raw.rawHeaders)) {
      throw new AppError('AUTH_003', {
        message: 'The request names more than one Host.',
        advice: 'Send one Host header.',
        details: { header: 'Host' },
      });
    }
    if (!hosts.has(host ?? '')) {
      throw new AppError('AUTH_003', {
        message: 'This Host name is not served here.',
        advice: 'Use the address that the server printed, or add the name to H200_ALLOWED_HOSTS.',
        details: { header: 'Host' },
      });
    }
    // A target with a scheme names the host itself, and counts before the header (RFC 9112, 3.2.2).
    const { url = '' } = request.raw;
    if (!url.startsWith('/') && /^[a-z][a-z0-9+.-]*:/i.test(url) && !hosts.hasName(authority(url))) {
      throw new AppError('AUTH_003', {
        message: 'The address of the request names a host that is not served here.',
        advice: 'Send the path alone, or the address that the server printed.',
        details: { header: 'request target' },
      });
    }
    if (origin === undefined || origins.has(origin.toLowerCase())) return;
    if (isOwnPage(origin, host ?? '', request.raw.socket.localPort)) return;
    throw new AppError('AUTH_003', {
      message: 'Web pages of this origin may not call this server.',
      advice: 'Add the origin to H200_ALLOWED_ORIGINS if it is yours.',
      details: { header: 'Origin' },
    });
  };
}

function hasTwoHosts(raw: readonly string[]): boolean {
  let hosts = 0;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]?.length === 4 && raw[i]?.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

/** The host name that an absolute request target asks, null where it is no plain http address. */
function authority(target: string): string | null {
  const origin = /^https?:\/\/[^/?#\\]+/i.exec(target)?.[0];
  return origin === undefined ? null : hostname(origin);
}

/** Host name of a URL without its port, lower case; null when it is none. */
const hostname = (url: string): string | null => bareUrl(url)?.hostname ?? null;
