import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';
import { whenClosed } from '../when-closed.ts';

/** The client went away before the answer was complete. */
const CLIENT_CLOSED = 499;
const MOST_LISTENERS = 20;
export const UNCOUNTED = new Set(['/health', '/api/health', '/api/v1/health', '/healthz', '/readyz', '/metrics']);
export const STREAMS = new Set(['GET /mcp', 'GET /sse']);

/** Sets the headers that every answer has, also one that a protocol writes by itself, and counts the request. */
export function observe(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const started = performance.now();
  const { raw } = reply;
  const writeHead = raw.writeHead.bind(raw) as (...args: unknown[]) => typeof raw;
  // Each part of the server that must know when an answer ends listens for itself: a dozen, whatever is asked.
  raw.setMaxListeners(MOST_LISTENERS);
  raw.setHeader('x-request-id', request.id);
  raw.setHeader('x-content-type-options', 'nosniff');
  raw.writeHead = (...args: unknown[]) => {
    raw.setHeader('x-process-time', ((performance.now() - started) / 1000).toFixed(3));
    return writeHead(...args);
  };
  const url = request.routeOptions.url ?? '';
  if (UNCOUNTED.has(url)) return;
  whenClosed(raw, () => {
    const status = raw.writableFinished ? raw.statusCode : CLIENT_CLOSED;
    metrics.requests.inc({ status: String(status) });
    metrics.lastRequest.set(Date.now() / 1000);
    if (!STREAMS.has(`${request.method} ${url}`)) metrics.requestDuration.observe((performance.now() - started) / 1000);
  });
}
