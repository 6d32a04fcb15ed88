import { LRUCache } from 'lru-cache';
import { bareUrl } from './bare-url.ts';

const LONGEST = 300;
export const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface HostRules {
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

/** Names that this server answers to, whatever the port. */
export class ServedHosts {
  private readonly names: ReadonlySet<string>;
  /** What was found of headers that came before. */
  private readonly asked = new LRUCache<string, boolean>({ max: 200 });

  constructor({ host, allowedHosts }: HostRules) {
    const bound = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
    this.names = new Set([...LOOPBACK, bound, ...allowedHosts].map((name) => name.toLowerCase()));
  }

  /** A name alone, in small letters. */
  hasName(name: string | null): boolean {
    return name !== null && this.names.has(name);
  }

  /** As it stands in a Host header: perhaps with a port. */
  has(host: string): boolean {
    const known = this.asked.get(host);
    if (known !== undefined) return known;
    const has = this.hasName(bareUrl(`http://${host}`)?.hostname ?? null) || this.names.has(host.toLowerCase());
    if (host.length <= LONGEST) this.asked.set(host, has);
    return has;
  }
}
