import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Metrics } from '../../telemetry/metrics.ts';
import { whenClosed } from '../when-closed.ts';
import { sayWithAnswer } from './every-answer.ts';

/** The client went away before the answer was complete. */
const CLIENT_CLOSED = 499;
const MOST_LISTENERS = 20;
export const UNCOUNTED = new Set(['/health', '/api/health', '/api/v1/health', '/healthz', '/readyz', '/metrics']);
const EVENT_STREAM = 'text/event-stream';

/** Whoever listens stays: how long that lasts is not how long an answer takes. */
export const isListening = ({ method, headers }: FastifyRequest): boolean =>
  headers.upgrade !== undefined || (method === 'GET' && (headers.accept?.includes(EVENT_STREAM) ?? false));

const refused = new WeakSet<FastifyReply['raw']>();
/** That it is turned away for overload, which is no failure of the server. */
export const countAsRefused = ({ raw }: FastifyReply): void => void refused.add(raw);

/** Sets the headers that every answer has, also one that a protocol writes by itself, and counts the request. */
export function observe(request: FastifyRequest, reply: FastifyReply, metrics: Metrics): void {
  const started = performance.now();
  const { raw } = reply;
  // Each part of the server that must know when an answer ends listens for itself: a dozen, whatever is asked.
  raw.setMaxListeners(MOST_LISTENERS);
  const said: Record<string, string> = {
    'x-request-id': request.id,
    'x-content-type-options': 'nosniff',
    // Answers are somebody's: no browser keeps them on its disk, no proxy for another. Files that are everybody's, and pages, say so themselves.
    'cache-control': 'private, no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  };
  let type = '';
  sayWithAnswer(raw, said, (told) => {
    type = told;
    said['x-process-time'] = ((performance.now() - started) / 1000).toFixed(3);
  });
  const url = request.routeOptions.url ?? '';
  if (UNCOUNTED.has(url)) return;
  whenClosed(raw, () => {
    const status = raw.writableFinished ? raw.statusCode : CLIENT_CLOSED;
    metrics.requests.inc({ status: String(status) });
    if (status >= 500 && refused.has(raw)) metrics.requestsTurnedAway.inc();
    metrics.lastRequest.set(Date.now() / 1000);
    const isStream = request.method === 'GET' && type.startsWith(EVENT_STREAM);
    if (isStream || isListening(request)) return;
    metrics.requestDuration.observe((performance.now() - started) / 1000);
  });
}
