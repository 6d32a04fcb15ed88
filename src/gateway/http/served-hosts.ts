import { bareUrl } from './bare-url.ts';

export const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface HostRules {
  readonly host: string;
  readonly allowedHosts: readonly string[];
}

/** Names that this server answers to, whatever the port. */
export class ServedHosts {
  private readonly names: ReadonlySet<string>;

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
    return this.hasName(bareUrl(`http://${host}`)?.hostname ?? null) || this.names.has(host.toLowerCase());
  }
}
