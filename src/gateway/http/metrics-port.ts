import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from '../../telemetry/metrics.ts';
import { bareUrl } from './bare-url.ts';
import { listenError } from './listen.ts';
import { LOOPBACK } from './served-hosts.ts';
import { shareSockets } from './share-sockets.ts';

export interface MetricsPort {
  readonly port: number;
  close(): Promise<void>;
}

/** Prometheus and a few who look. */
const MOST_CONNECTIONS = 32;
const MOST_MS = 10_000;
/** A scrape says all that it has to say at once. */
const HEADERS_MS = 2000;
/** How often Node looks for those that do not. */
const LOOK_MS = 500;

const TIMES = { requestTimeout: MOST_MS, headersTimeout: HEADERS_MS, connectionsCheckingInterval: LOOK_MS };

/** `GET /metrics` without a token on a port of its own, and nothing else. Throws ListenError. */
export async function openMetricsPort(
  metrics: Pick<Metrics, 'registry' | 'exposition'>,
  host: string,
  port: number,
): Promise<MetricsPort> {
  const server = createServer(TIMES, (request, response) => {
    const { path, allowed } = asked(request);
    if (isLoopback(host) && !isLoopback(bareUrl(`http://${request.headers.host}`)?.hostname ?? '')) {
      // A name that a page of somebody else's had lead here.
      response.writeHead(403, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('This port is asked by the names of this machine alone\n');
      return;
    }
    if (path !== '/metrics' || !allowed) {
      response.writeHead(path !== '/metrics' ? 404 : 405, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('GET /metrics is all there is\n');
      return;
    }
    metrics.exposition().then(
      (text) => {
        response.writeHead(200, { 'content-type': metrics.registry.contentType, 'x-content-type-options': 'nosniff' });
        response.end(request.method === 'HEAD' ? undefined : text);
      },
      () => response.writeHead(500).end(),
    );
  });
  shareSockets(server, MOST_CONNECTIONS, () => false);
  server.on('clientError', (_error, socket) => socket.destroy());
  await listen(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const isLoopback = (name: string) =>
  LOOPBACK.includes(name.toLowerCase()) || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);

/** A page of somebody else's that a browser takes for this host is no Prometheus. */
function asked({ url = '', method, headers }: IncomingMessage): { readonly path: string; readonly allowed: boolean } {
  const site = headers['sec-fetch-site'] ?? 'none';
  const isRead = method === 'GET' || method === 'HEAD';
  return { path: url.split('?')[0] ?? '', allowed: isRead && site === 'none' && headers.origin === undefined };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port) ?? cause));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      server.on('error', () => {});
      resolve();
    });
  });
}
