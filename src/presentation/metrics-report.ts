import * as z from 'zod';
import type { CallContext } from '../contract/call-context.ts';
import type { Services } from '../services.ts';
import type { MetricsSnapshot } from '../telemetry/metrics.ts';

const Milliseconds = z.number().nullable();
/** The metrics snapshot with the model in use. Nothing here is an estimate. */
export const MetricsReport = z.strictObject({
  uptime_s: z.number(),
  requests: z.record(z.string(), z.number()),
  analyses: z.strictObject({ success: z.number(), error: z.number(), timeout: z.number() }),
  inference_ms: z.strictObject({ count: z.number(), mean: Milliseconds }),
  cache: z.strictObject({
    hits: z.number(),
    misses: z.number(),
    hit_rate: z.number().nullable(),
    layers: z.record(z.string(), z.unknown()),
  }),
  rule_executions: z.number(),
  queue_depth: z.number(),
  event_loop_lag_ms: z.strictObject({ p50: Milliseconds, p99: Milliseconds }),
  store: z.strictObject({ backend: z.string(), state: z.string() }).nullable().describe('of the records'),
  memory: z.strictObject({ rss_bytes: z.number(), heap_used_bytes: z.number() }),
  model: z
    .strictObject({
      name: z.string(),
      state: z.string(),
      provider: z.string().nullable(),
      load_ms: Milliseconds,
      median_ms: Milliseconds,
      p95_ms: Milliseconds,
      error: z.string().nullable(),
    })
    .nullable()
    .describe('null: none installed'),
});

export async function metricsReport(services: Services, ctx: CallContext): Promise<z.infer<typeof MetricsReport>> {
  const snapshot = await services.measured.snapshot(ctx);
  const selected = services.models(ctx).find((model) => model.selected);
  return {
    ...snapshot,
    requests: { ...snapshot.requests },
    cache: cacheReport(snapshot.cache),
    model: selected
      ? {
          name: selected.name,
          state: selected.state,
          provider: selected.provider,
          load_ms: selected.load_ms,
          median_ms: selected.inference.median_ms,
          p95_ms: selected.inference.p95_ms,
          error: selected.error,
        }
      : null,
  };
}

/** `hits` and `misses` are of analyses; of a layer they are of all that it keeps. */
function cacheReport({ layers, ...analyses }: MetricsSnapshot['cache']): z.infer<typeof MetricsReport>['cache'] {
  if (layers === null) return { ...analyses, layers: {} };
  const { memory, shared, hotKeys } = layers;
  return { ...analyses, layers: { memory, redis: shared, hot_keys: hotKeys.map(shown) } };
}

/** Not the whole hash of an image that may be somebody else's. */
function shown({ key, hits }: { readonly key: string; readonly hits: number }) {
  const [kind, subject = ''] = key.split(':');
  return { key: `${kind}:${subject.slice(0, 12)}`, hits };
}
