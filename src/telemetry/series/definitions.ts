import type { SeriesName } from '../../contract/series.ts';
import { SECONDS } from '../metrics.ts';
import type { Point } from './point.ts';
import { COUNTED, verdictKey } from './rule-verdicts.ts';
import { modelKey } from './sampler.ts';

export interface Definition {
  readonly unit: string;
  readonly columns: readonly string[];
  /** In the order of the columns; null: nothing to measure by. */
  readonly values: (point: Point) => readonly (number | null)[];
  /** Why there is never a value. */
  readonly never?: string;
}

const count = ({ sums }: Point, key: string): number => sums[key] ?? 0;
const peak = ({ peaks }: Point, key: string): number | null => peaks[key] ?? null;
const ratio = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);

const NO_GPU = 'no GPU is measured by this server';
const NO_FLEET = 'it is not kept as a series; GET /api/v1/servers/cost tells it';
const never = (unit: string, reason: string): Definition => ({ unit, columns: [], values: () => [], never: reason });

export const DEFINITIONS: Readonly<Record<SeriesName, Definition>> = {
  requests: {
    unit: 'requests',
    columns: ['total', 'client_errors', 'server_errors'],
    values: (p) => [count(p, 'requests'), count(p, 'requests.4xx'), count(p, 'requests.5xx')],
  },
  latency: {
    unit: 'ms',
    columns: ['mean', 'p50', 'p95', 'p99'],
    values: (p) => [
      inMs(ratio(count(p, 'latency.s'), count(p, 'latency.n'))),
      ...[0.5, 0.95, 0.99].map((q) => inMs(quantile(p, 'latency', q))),
    ],
  },
  analyses: {
    unit: 'analyses',
    columns: ['success', 'error', 'timeout'],
    values: (p) => [count(p, 'analyses.success'), count(p, 'analyses.error'), count(p, 'analyses.timeout')],
  },
  inference: {
    unit: 'ms',
    columns: ['mean', 'runs'],
    values: (p) => [inMs(ratio(count(p, 'inference.s'), count(p, 'inference.n'))), count(p, 'inference.n')],
  },
  cache: {
    unit: 'look-ups',
    columns: ['hits', 'misses', 'hit_rate'],
    values: (p) => {
      const [hits, misses] = [count(p, 'cache.hits'), count(p, 'cache.misses')];
      return [hits, misses, ratio(hits, hits + misses)];
    },
  },
  rules: { unit: 'rules evaluated', columns: ['total'], values: (p) => [count(p, 'rules')] },
  feedback: {
    unit: 'judgements',
    columns: ['right', 'wrong'],
    values: (p) => [count(p, 'feedback.true'), count(p, 'feedback.false')],
  },
  memory: {
    unit: 'bytes, the most of any server',
    columns: ['rss', 'heap_used'],
    values: (p) => [peak(p, 'rss'), peak(p, 'heap')],
  },
  event_loop_lag: { unit: 'ms, the most of any server', columns: ['p99'], values: (p) => [peak(p, 'lag_ms')] },
  queue_depth: {
    unit: 'analyses waiting, seen once a minute',
    columns: ['most'],
    values: (p) => [peak(p, 'queue')],
  },
  gpu_utilization: never('ratio', NO_GPU),
  gpu_memory: never('bytes', NO_GPU),
  gpu_temperature: never('degrees Celsius', NO_GPU),
  cost: never('USD', NO_FLEET),
};

/** Of the objects and pairs that the rule speaks of, as in its statistics. */
export const ofRule = (ruleId: string): Definition => ({
  unit: 'verdicts',
  columns: COUNTED,
  values: (p) => COUNTED.map((verdict) => count(p, verdictKey(ruleId, verdict))),
});

/** Of analyses that were computed: one from the cache takes no model. */
export const ofModel = (model: string): Definition => {
  const key = modelKey(model);
  return {
    unit: 'ms',
    columns: ['analyses', 'mean', 'p50', 'p95', 'p99'],
    values: (p) => [
      count(p, `${key}.n`),
      inMs(ratio(count(p, `${key}.s`), count(p, `${key}.n`))),
      ...[0.5, 0.95, 0.99].map((q) => inMs(quantile(p, key, q))),
    ],
  };
};

/** Within the bucket as Prometheus' histogram_quantile puts it; null without values, or beyond the last bound. */
function quantile(point: Point, name: string, q: number): number | null {
  const wanted = count(point, `${name}.n`) * q;
  if (wanted === 0) return null;
  let [lower, below] = [0, 0];
  for (const bound of SECONDS) {
    const reached = count(point, `${name}.le.${bound}`);
    if (reached >= wanted) return lower + ((bound - lower) * (wanted - below)) / (reached - below);
    [lower, below] = [bound, reached];
  }
  return null;
}
