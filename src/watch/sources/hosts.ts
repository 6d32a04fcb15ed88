import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { isPublicAddress } from '../../network/address.ts';
import { unusableHost } from '../../network/url.ts';

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Ranges of house networks: what a listed name may stand for. A cloud's own addresses (link-local) are none of them. */
const HOUSE: ReadonlySet<string> = new Set(['private', 'uniqueLocal', 'carrierGradeNat']);

/** Hosts of the operator's own network that cameras may be at: names, addresses, and ranges such as 192.168.1.0/24. */
export class CameraHosts {
  private readonly names: ReadonlySet<string>;
  private readonly ranges: readonly Range[];

  constructor(listed: readonly string[]) {
    this.names = new Set(listed.map((one) => one.toLowerCase()));
    this.ranges = listed.flatMap((one): Range[] => {
      const address = one.replace(/^\[|\]$/g, '');
      if (isIP(address) !== 0) return [[ipaddr.parse(address), isIP(address) === 4 ? 32 : 128]];
      return ipaddr.isValidCIDR(one) ? [ipaddr.parseCIDR(one)] : [];
    });
  }

  hasDevice(device: string): boolean {
    return this.names.has(device.toLowerCase());
  }

  /** Whether the operator named it. */
  isListed(hostname: string): boolean {
    const host = bare(hostname);
    return isIP(host) === 0 ? this.names.has(host) : this.inRange(host);
  }

  /** What a host's name may stand for. */
  isAllowedAddress(hostname: string, address: string): boolean {
    const host = bare(hostname);
    if (isIP(address) === 0) return false;
    if (this.inRange(address)) return isIP(host) !== 0 || this.names.has(host) || isPublicAddress(address);
    if (isPublicAddress(address)) return true;
    if (!this.names.has(host)) return false;
    const range = ipaddr.process(address).range();
    return HOUSE.has(range) || (range === 'loopback' && host === 'localhost');
  }

  /** One address of a host, all of whose addresses are allowed. VALIDATION_007. */
  async addressOf(hostname: string): Promise<string> {
    const host = bare(hostname);
    if (isIP(host) !== 0) {
      if (!this.isAllowedAddress(host, host)) throw unusableHost();
      return host;
    }
    const found = await lookup(host, { all: true, verbatim: true }).catch((cause: unknown) => {
      throw unusableHost(cause);
    });
    if (found.length === 0 || !found.every(({ address }) => this.isAllowedAddress(host, address))) {
      throw unusableHost();
    }
    return found[0]!.address;
  }

  private inRange(address: string): boolean {
    const ip = ipaddr.process(address);
    return this.ranges.some(([range, bits]) => ip.kind() === range.kind() && ip.match([range, bits] as never));
  }
}

const bare = (hostname: string) =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
