import type { FastifyInstance, FastifyRequest } from 'fastify';
import { beginSpan, isTraced, type Span, within } from '../../telemetry/trace/spans.ts';
import { readTraceparent } from '../../telemetry/trace/traceparent.ts';
import { whenClosed } from '../when-closed.ts';
import { isListening, UNCOUNTED } from './observe.ts';

const spans = new WeakMap<FastifyRequest, Span>();

/** One span for each request, within which all of it runs, from its first hook on; streams that last are none. */
export function traceRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, { raw }, done) => {
    if (!isTraced()) return done();
    const { url = '' } = request.routeOptions;
    const route = `${request.method} ${url}`;
    if (UNCOUNTED.has(url) || isListening(request)) return done();
    const span = beginSpan(url === '' ? request.method : route, {
      kind: 'server',
      parent: readTraceparent(request.headers.traceparent),
      attributes: { 'http.request.method': request.method, 'http.route': url, 'h200.request_id': request.id },
    });
    if (span === null) return done();
    spans.set(request, span);
    whenClosed(raw, () => {
      const status = raw.writableFinished ? raw.statusCode : 499;
      span.set({ 'http.response.status_code': status });
      if (status >= 500) span.fail(String(status));
      span.end();
    });
    within(span, done);
  });
  // The body arrives outside of it.
  app.addHook('preValidation', (request, _reply, done) => within(spans.get(request) ?? null, done));
}
