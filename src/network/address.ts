import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Addresses outside the special ranges that still reach a cloud's own services: Azure's host agent. */
const DENIED = new Set(['168.63.129.16']);
/** Everything that the registries have given out so far: 2000::/3 (IANA IPv6 global unicast). */
const GLOBAL_IPV6 = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number];

/**
 * True for an address of the public internet. Private, loopback, link-local, shared (100.64/10), metadata, multicast,
 * reserved, and every IPv6 form that carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo, ISATAP) are not.
 */
export function isPublicAddress(address: string): boolean {
  // Node's own test first: ipaddr.js also reads short forms such as 127.1, which nobody dials.
  if (isIP(address) === 0 || DENIED.has(address)) return false;
  const ip = ipaddr.parse(address);
  if (ip.range() !== 'unicast') return false;
  if (ip instanceof ipaddr.IPv4) return true;
  const isatap = (ip.parts[4]! & 0xfdff) === 0 && ip.parts[5] === 0x5efe;
  return ip.match(GLOBAL_IPV6) && !isatap;
}
