import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Metrics } from '../metrics.ts';
import type { Point } from './point.ts';

/** Of sums by model. */
export const modelKey = (model: string): string => `model ${model}`;

type Totals = Readonly<Record<string, number>>;

/** Counts of the process as differences from one look to the next. */
export class Sampler {
  private readonly metrics: Metrics;
  private readonly lag = monitorEventLoopDelay({ resolution: 20 });
  private before: Totals = {};

  constructor(metrics: Metrics) {
    this.metrics = metrics;
    this.lag.enable();
  }

  /** What happened since the last look. */
  async take(): Promise<Omit<Point, 't'>> {
    const now = await totalsOf(this.metrics);
    const sums: Record<string, number> = {};
    for (const [key, value] of Object.entries(now)) {
      const more = value - (this.before[key] ?? 0);
      if (more > 0) sums[key] = more;
    }
    this.before = now;
    const { rss, heapUsed } = process.memoryUsage();
    const peaks: Record<string, number> = { rss, heap: heapUsed, queue: await queueOf(this.metrics) };
    if (this.lag.count > 0) peaks.lag_ms = this.lag.percentile(99) / 1e6;
    this.lag.reset();
    return { sums, peaks };
  }

  close(): void {
    this.lag.disable();
  }
}

async function totalsOf(metrics: Metrics): Promise<Totals> {
  const totals: Record<string, number> = {};
  const add = (key: string, value: number) => {
    totals[key] = (totals[key] ?? 0) + value;
  };
  for (const { labels, value } of (await metrics.requests.get()).values) {
    add('requests', value);
    add(`requests.${String(labels.status).charAt(0)}xx`, value);
  }
  for (const { labels, value } of (await metrics.analyses.get()).values) add(`analyses.${labels.status}`, value);
  for (const { labels, value } of (await metrics.feedback.get()).values) add(`feedback.${labels.is_correct}`, value);
  for (const { value } of (await metrics.cacheHits.get()).values) add('cache.hits', value);
  for (const { value } of (await metrics.cacheMisses.get()).values) add('cache.misses', value);
  for (const { value } of (await metrics.ruleExecutions.get()).values) add('rules', value);
  for (const { metricName = '', labels, value } of (await metrics.requestDuration.get()).values) {
    if (metricName.endsWith('_bucket')) add(`latency.le.${labels.le}`, value);
    else add(metricName.endsWith('_sum') ? 'latency.s' : 'latency.n', value);
  }
  for (const { metricName = '', labels: given, value } of (await metrics.analysisDuration.get()).values) {
    const labels: { readonly model?: string | number; readonly le?: string | number } = given;
    const key = modelKey(String(labels.model));
    if (metricName.endsWith('_bucket')) add(`${key}.le.${labels.le}`, value);
    else add(metricName.endsWith('_sum') ? `${key}.s` : `${key}.n`, value);
  }
  for (const { metricName = '', value } of (await metrics.inference.get()).values) {
    if (!metricName.endsWith('_bucket')) add(metricName.endsWith('_sum') ? 'inference.s' : 'inference.n', value);
  }
  return totals;
}

async function queueOf(metrics: Metrics): Promise<number> {
  return (await metrics.queueDepth.get()).values.reduce((sum, { value }) => sum + value, 0);
}
