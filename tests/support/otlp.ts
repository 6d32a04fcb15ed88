import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty: none. */
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
}

type Value = { stringValue?: string; intValue?: string | number; doubleValue?: number; boolValue?: boolean };
type Pair = { key: string; value: Value };

interface Export {
  resourceSpans: {
    resource: { attributes: Pair[] };
    scopeSpans: {
      spans: {
        name: string;
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        attributes: Pair[];
        status?: { code?: number };
      }[];
    }[];
  }[];
}

/** A collector of OpenTelemetry: takes OTLP over HTTP with JSON, as the specification writes it. */
export class Collector {
  readonly spans: SeenSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  private server: Server | null = null;

  async start(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const isTraces = request.method === 'POST' && request.url === '/v1/traces';
        if (!isTraces || !request.headers['content-type']?.startsWith('application/json')) {
          response.writeHead(404).end();
          return;
        }
        this.headers.push(request.headers);
        this.take(JSON.parse(Buffer.concat(chunks).toString()) as Export);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}`;
  }

  /** Of one trace, by name. */
  of(traceId: string): SeenSpan[] {
    return this.spans.filter((one) => one.traceId === traceId);
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  private take({ resourceSpans }: Export): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const { 'service.name': service = '' } = attributesOf(resource.attributes);
      for (const { name, traceId, spanId, parentSpanId = '', attributes, status } of scopeSpans.flatMap(
        ({ spans }) => spans,
      )) {
        if (!/^[0-9a-f]{32}$/.test(traceId) || !/^[0-9a-f]{16}$/.test(spanId)) throw new Error(`no ids: ${name}`);
        const failed = status?.code === 2;
        this.spans.push({
          service: String(service),
          name,
          traceId,
          spanId,
          parentSpanId,
          attributes: attributesOf(attributes),
          failed,
        });
      }
    }
  }
}

const attributesOf = (pairs: readonly Pair[]) =>
  Object.fromEntries(
    pairs.map(({ key, value: { stringValue, intValue, doubleValue, boolValue } }) => [
      key,
      stringValue ?? (intValue === undefined ? undefined : Number(intValue)) ?? doubleValue ?? boolValue ?? '',
    ]),
  );

/** Names from a span up to the one that is not among them. */
export function wayUp(spans: readonly SeenSpan[], from: SeenSpan): string[] {
  const above = spans.find(({ spanId }) => spanId === from.parentSpanId);
  return above === undefined ? [from.name] : [from.name, ...wayUp(spans, above)];
}

/** Another trace at every call, as a client writes it. */
export function newTrace(flags = '01'): {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceparent: string;
} {
  const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
  const [traceId, spanId] = [hex(16), hex(8)];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}
