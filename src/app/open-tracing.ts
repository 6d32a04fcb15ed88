import type { Config } from '../config/config.ts';
import { traceTo } from '../telemetry/trace/spans.ts';
import { VERSION } from '../version.ts';

export interface Tracing {
  /** Sends what waits, and ends it. */
  close(): Promise<void>;
}

/** What the collector gets of the last second, ms. */
const LAST_MS = 1000;

export type TracingConfig = Pick<
  Config,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_SERVICE_NAME' | 'OTEL_TRACES_SAMPLER_ARG'
>;

/** Traces to the collector of the configuration; without one nothing of it is loaded. */
export async function openTracing(config: TracingConfig): Promise<Tracing> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return { async close() {} };
  const { openOtel } = await import('../telemetry/trace/otel.ts');
  const otel = openOtel({
    endpoint,
    headers: tracingHeaders(config),
    service: config.OTEL_SERVICE_NAME,
    version: VERSION,
    share: config.OTEL_TRACES_SAMPLER_ARG,
  });
  const stop = traceTo(otel);
  return {
    async close() {
      stop();
      await otel.close(LAST_MS);
    },
  };
}

/** `name=value`, percent-encoded, as OpenTelemetry has it. */
export function tracingHeaders({ OTEL_EXPORTER_OTLP_HEADERS: given = [] }: TracingConfig): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), decoded(pair.slice(at + 1))];
    }),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
