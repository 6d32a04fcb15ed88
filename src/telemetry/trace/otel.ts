import { SpanKind as Kind, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span, SpanKind, Tracer } from './spans.ts';

export interface TracingSettings {
  /** Of the collector, without `/v1/traces`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly version: string;
  /** Of the traces that begin here, 0 to 1. */
  readonly share: number;
}

export interface OpenTracing extends Tracer {
  /** Sends what waits, for so long at most. */
  close(ms: number): Promise<void>;
}

/** Spans that wait for the collector; more are dropped. */
const MOST_WAITING = 2048;
const EVERY_MS = 1000;
const EXPORT_MS = 5000;
/** Batches on their way at once. */
const AT_ONCE = 2;
const LIMITS = { attributeCountLimit: 32, attributeValueLengthLimit: 200, eventCountLimit: 16, linkCountLimit: 4 };

const KINDS: Readonly<Record<SpanKind, Kind>> = {
  internal: Kind.INTERNAL,
  server: Kind.SERVER,
  client: Kind.CLIENT,
  producer: Kind.PRODUCER,
  consumer: Kind.CONSUMER,
};

export const tracesUrl = (endpoint: string): string => `${endpoint.replace(/\/+$/, '')}/v1/traces`;

/** OpenTelemetry's SDK, for us alone: nothing is registered for other packages of the process. */
export function openOtel({ endpoint, headers, service, version, share }: TracingSettings): OpenTracing {
  const exporter = new OTLPTraceExporter({
    url: tracesUrl(endpoint),
    headers: { ...headers },
    timeoutMillis: EXPORT_MS,
    concurrencyLimit: AT_ONCE,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanLimits: LIMITS,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MOST_WAITING,
        scheduledDelayMillis: EVERY_MS,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('h200-mug', version);
  return {
    begin(name, { kind = 'internal', attributes = {} }, parent) {
      const context =
        parent === null
          ? ROOT_CONTEXT
          : trace.setSpanContext(ROOT_CONTEXT, {
              traceId: parent.traceId,
              spanId: parent.spanId,
              traceFlags: parent.flags,
              isRemote: true,
            });
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes } }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        ids: { traceId, spanId, flags: traceFlags },
        set: (more) => void span.setAttributes({ ...more }),
        fail: (code) => void span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', code),
        end: () => span.end(),
      } satisfies Span;
    },
    async close(ms) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, ms).unref());
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}
