import type { Server as HttpServer } from 'node:http';
import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';

interface Pair {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** The certificate of the server, which may be renewed while it runs. */
export interface TlsSource {
  readonly current: Pair;
  onRenewal(listener: (pair: Pair) => void): void;
}

/** For a client to say hello in, ms. */
const HANDSHAKE_MS = 10_000;

const contextOf = ({ cert, key }: Pair): SecureContextOptions => ({ cert, key, minVersion: 'TLSv1.3' });

export const tlsOptions = ({ current }: TlsSource): TlsOptions => ({
  ...contextOf(current),
  handshakeTimeout: HANDSHAKE_MS,
});

/** Connections that are open keep the certificate that they began with. */
export function renewWith(tls: TlsSource, server: HttpServer): void {
  tls.onRenewal((pair) => (server as unknown as Server).setSecureContext(contextOf(pair)));
}
