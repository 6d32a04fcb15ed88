import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

/**
 * Who a request counts for: its address, as the socket or a trusted proxy tells it. Of IPv6 the network of a subscriber (/64),
 * because one machine has all of its addresses.
 */
export const clientOf = ({ ip, socket }: Pick<FastifyRequest, 'ip' | 'socket'>): string =>
  clientAt(ip) ?? clientAt(socket.remoteAddress) ?? 'unknown';

/** Null for what is no address. */
export function clientAt(address: string | undefined): string | null {
  if (address === undefined || address.length > LONGEST) return null;
  const known = clients.get(address);
  if (known !== undefined) return known;
  const client = readClient(address);
  if (client !== null) clients.set(address, client);
  return client;
}

/** With the zone of a link-local address. */
const LONGEST = 100;
const clients = new LRUCache<string, string>({ max: 1000 });

function readClient(address: string): string | null {
  if (!ipaddr.isValid(address)) return null;
  const ip = ipaddr.process(address.split('%')[0] ?? '');
  if (ip instanceof ipaddr.IPv4) return ip.toString();
  return `${ip.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`;
}
