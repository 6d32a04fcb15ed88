import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { AppError } from '../../errors.ts';
import type { Log } from '../../telemetry/log.ts';
import { clientOf } from './client-of.ts';

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Whether an address lies in one of the networks; IPv4 in the clothes of IPv6 (::ffff:10.0.0.1) is IPv4 on either side. */
export function inNetworks(networks: readonly string[]): (address: string | undefined) => boolean {
  const all = networks.map(networkOf);
  return (address = '') => {
    const text = address.split('%')[0] ?? '';
    if (!ipaddr.isValid(text)) return false;
    const ip = ipaddr.process(text);
    return all.some(([base, bits]) => base.kind() === ip.kind() && ip.match(base, bits));
  };
}

function networkOf(text: string): Network {
  const [address = '', given] = text.split('/');
  const written = ipaddr.parse(address);
  const base = ipaddr.process(address);
  const most = base.kind() === 'ipv4' ? 32 : 128;
  const mapped = written.kind() === 'ipv6' && base.kind() === 'ipv4';
  return [base, given === undefined ? most : Math.max(0, Number(given) - (mapped ? 96 : 0))];
}

export interface AddressRules {
  /** Networks that may call; absent or empty: all. */
  readonly allowedIps?: readonly string[];
  /** Health is answered to all the same. */
  readonly healthFromAnywhere?: boolean;
}

/**
 * Refuses requests from elsewhere before anything else is looked at, whatever they carry. The address is that of the socket, or what
 * a trusted proxy says. Throws AUTH_003.
 */
export function createAddressGuard(
  { allowedIps = [], healthFromAnywhere = false }: AddressRules,
  health: ReadonlySet<string>,
  log: Log,
): (request: FastifyRequest) => void {
  if (allowedIps.length === 0) return () => {};
  const allowed = inNetworks(allowedIps);
  return (request) => {
    if (allowed(request.ip)) return;
    if (healthFromAnywhere && health.has(request.routeOptions.url ?? '')) return;
    log.warn({ client: clientOf(request) }, 'a request came from an address that is not allowed');
    throw new AppError('AUTH_003', {
      message: 'This address may not call this server.',
      advice: 'Call from an address of H200_ALLOWED_IPS, or add yours to it.',
    });
  };
}
