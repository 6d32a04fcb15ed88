import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from 'undici';
import { undici } from './undici.ts';
import { unusableHost } from './url.ts';

/** All addresses of a host name. */
export type Lookup = (hostname: string) => Promise<readonly { address: string; family: number }[]>;

export interface DialPolicy {
  readonly lookup: Lookup;
  readonly isAllowedAddress: (address: string) => boolean;
  /** Certificate authority besides the built-in ones, PEM. */
  readonly ca: string | undefined;
  readonly timeoutMs: number;
  /** A connection serves one call after the other, to the address that was checked when it was made. */
  readonly keepAlive?: boolean;
  /** A refused host name is told a whole number of these after its look-up began: how long that took says whether it is known. */
  readonly refuseEveryMs: number;
  /** Ends the wait for that moment. */
  readonly signal: AbortSignal;
  /** Told when a look-up begins, and when its host is accepted. */
  readonly onLooking: (looking: boolean) => void;
}

export const resolveAll: Lookup = (hostname) => systemLookup(hostname, { all: true, verbatim: true });

/**
 * An agent whose connections go only to addresses that were checked: the lookup that feeds the socket does the check,
 * and the connected peer is compared again, so a name that changes between check and dial gains nothing.
 */
export function createAgent(policy: DialPolicy): Agent {
  const { Agent, buildConnector } = undici();
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
    pipelining: policy.keepAlive === true ? 1 : 0,
    connect: (options, callback) =>
      connect(options, (error, socket) => {
        if (error !== null) return callback(error, null);
        const peer = socket.remoteAddress;
        if (peer !== undefined && policy.isAllowedAddress(plain(peer))) return callback(null, socket);
        socket.destroy();
        callback(unusableHost(), null);
      }),
  });
}

/** One forbidden address among those of a name refuses the name. */
function checkedLookup(policy: DialPolicy): LookupFunction {
  return (hostname, options, callback) => {
    const started = performance.now();
    policy.onLooking(true);
    const refuseLater = (cause?: unknown) => later(policy, started).then(() => callback(unusableHost(cause), ''));
    policy.lookup(hostname).then((found) => {
      const addresses = found.map(({ address }) => ({ address, family: isIP(address) }));
      const allowed = addresses.every(({ address }) => policy.isAllowedAddress(address));
      if (addresses.length === 0 || !allowed) return refuseLater();
      policy.onLooking(false);
      if (options.all) return callback(null, addresses);
      callback(null, addresses[0]!.address, addresses[0]!.family);
    }, refuseLater);
  };
}

async function later({ refuseEveryMs, signal }: DialPolicy, started: number): Promise<void> {
  const took = performance.now() - started;
  const wait = Math.ceil(took / refuseEveryMs) * refuseEveryMs - took;
  await sleep(wait, undefined, { signal }).catch(() => {});
}

/** The peer of a socket that listens on both families is told as IPv4-mapped; the dialled address is the IPv4 one. */
function plain(peer: string): string {
  return peer.startsWith('::ffff:') && isIP(peer.slice(7)) === 4 ? peer.slice(7) : peer;
}
