import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { AppError } from '../../errors.ts';
import { privateHost } from './url.ts';

/** All addresses of a host name. */
export type Lookup = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface DialPolicy {
  readonly lookup: Lookup;
  readonly isAllowedAddress: (address: string) => boolean;
  /** Certificate authority besides the built-in ones, PEM. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
}

export const resolveAll: Lookup = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/**
 * An agent whose connections go only to addresses that were checked: the lookup that feeds the socket does the check,
 * and the connected peer is compared again, so a name that changes between check and dial gains nothing.
 */
export function createAgent(policy: DialPolicy): Agent {
  const connect = buildConnector({
    lookup: checkedLookup(policy),
    timeout: policy.timeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
    ...(policy.ca !== undefined && { ca: policy.ca }),
  });
  return new Agent({
    headersTimeout: policy.timeoutMs,
    bodyTimeout: policy.timeoutMs,
    maxHeaderSize: 16_384,
    pipelining: 0,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        const peer = socket.remoteAddress;
        if (peer !== undefined && policy.isAllowedAddress(plain(peer))) return callback(null, socket);
        socket.destroy();
        callback(privateHost(), null);
      }),
  });
}

/** One forbidden address among those of a name refuses the name. */
function checkedLookup(policy: DialPolicy): LookupFunction {
  return (hostname, options, callback) => {
    policy.lookup(hostname).then(
      (found) => {
        const addresses = found.map(({ address }) => ({ address, family: isIP(address) }));
        if (addresses.length === 0) return callback(notFound(), '');
        if (!addresses.every(({ address }) => policy.isAllowedAddress(address))) return callback(privateHost(), '');
        if (options.all) return callback(null, addresses);
        callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (cause) => callback(notFound(cause), ''),
    );
  };
}

/** The peer of a socket that listens on both families is told as IPv4-mapped; the dialled address is the IPv4 one. */
function plain(peer: string): string {
  return peer.startsWith('::ffff:') && isIP(peer.slice(7)) === 4 ? peer.slice(7) : peer;
}

function notFound(cause?: unknown): AppError {
  return new AppError('VALIDATION_006', {
    message: 'The host of the address cannot be found.',
    advice: 'Check the address, or pass the image as a file, a data URL or base64.',
    cause,
  });
}
