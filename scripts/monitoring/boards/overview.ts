import { board } from './board.ts';

const stat = { kind: 'stat', width: 4, height: 5 } as const;
const time = { kind: 'timeseries' } as const;

/** Is it well, and if not, where? */
export const overview = board({
  uid: 'h200-overview',
  title: 'H200 overview',
  about: 'Whether the service is well: requests, analyses, cache, stores, machine.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          ...stat,
          title: 'Servers up',
          about: 'Servers that Prometheus reaches.',
          unit: 'none',
          limits: { yellow: 1, red: 1, falls: true },
          queries: [{ expr: 'sum(up{job="h200"})', legend: 'up' }],
        },
        {
          ...stat,
          title: 'Alerts',
          about: 'Alerts that fire.',
          unit: 'none',
          limits: { yellow: 1, red: 3 },
          queries: [{ expr: 'count(ALERTS{alertstate="firing"}) or vector(0)', legend: 'firing' }],
        },
        {
          ...stat,
          title: 'Requests',
          about: 'Requests a second, over 5 minutes.',
          unit: 'reqps',
          queries: [{ expr: 'h200:request_rate:5m', legend: 'requests' }],
        },
        {
          ...stat,
          title: 'Errors',
          about: 'Share of the requests that failed (5xx). Target: 1 %.',
          unit: 'percentunit',
          limits: { yellow: 0.01, red: 0.1 },
          queries: [{ expr: 'h200:error_rate:5m', legend: 'errors' }],
        },
        {
          ...stat,
          title: 'p95',
          about: '95 % of the requests are answered faster. Target: 200 ms.',
          unit: 's',
          limits: { yellow: 0.2, red: 1 },
          queries: [{ expr: 'h200:p95_latency:5m', legend: 'p95' }],
        },
        {
          ...stat,
          title: 'Cache hits',
          about: 'Share of the analyses that the cache answered. Target: 85 %.',
          unit: 'percentunit',
          limits: { yellow: 0.85, red: 0.8, falls: true },
          queries: [{ expr: 'h200:cache_hit_ratio:5m', legend: 'hits' }],
        },
      ],
    },
    {
      title: 'Requests',
      panels: [
        {
          ...time,
          title: 'Requests by status',
          about: 'A second, by HTTP status.',
          unit: 'reqps',
          queries: [{ expr: 'sum by (status) (rate(h200_requests_total[5m]))', legend: '{{status}}' }],
        },
        {
          ...time,
          title: 'Latency',
          about: 'Time to answer; streams are left out.',
          unit: 's',
          limits: { yellow: 0.2, red: 1 },
          queries: [
            { expr: 'h200:p50_latency:5m', legend: 'p50' },
            { expr: 'h200:p95_latency:5m', legend: 'p95' },
            { expr: 'h200:p99_latency:5m', legend: 'p99' },
          ],
        },
        {
          ...time,
          title: 'Share of errors',
          about: '5xx, over 5 minutes, an hour and six hours.',
          unit: 'percentunit',
          limits: { yellow: 0.01, red: 0.1 },
          queries: [
            { expr: 'h200:error_rate:5m', legend: '5 min' },
            { expr: 'h200:error_rate:1h', legend: '1 h' },
            { expr: 'h200:error_rate:6h', legend: '6 h' },
          ],
        },
      ],
    },
    {
      title: 'Analyses',
      panels: [
        {
          ...time,
          title: 'Analyses',
          about: 'A second, by how they came out, and those that the cache answered.',
          unit: 'ops',
          queries: [
            { expr: 'sum by (status) (rate(h200_analyses_total[5m]))', legend: '{{status}}' },
            { expr: 'sum(rate(h200_cache_hits_total[5m]))', legend: 'from the cache' },
          ],
        },
        {
          ...time,
          title: 'Waiting',
          about: 'Analyses that wait for their turn, by priority, that run, and that were turned away in five minutes.',
          unit: 'none',
          queries: [
            { expr: 'max by (priority) (h200_queue_depth)', legend: '{{priority}}' },
            { expr: 'sum(h200_analyses_running)', legend: 'running' },
            { expr: 'sum(increase(h200_analyses_turned_away_total[5m]))', legend: 'turned away' },
          ],
        },
        {
          ...time,
          title: 'Model runs',
          about: 'Time of a run of the model.',
          unit: 's',
          limits: { yellow: 1, red: 2 },
          queries: [
            { expr: 'h200:inference:p95_5m', legend: 'p95' },
            {
              expr: 'sum(rate(h200_model_inference_duration_seconds_sum[5m])) / (sum(rate(h200_model_inference_duration_seconds_count[5m])) > 0)',
              legend: 'mean',
            },
          ],
        },
        {
          ...time,
          kind: 'state-timeline',
          title: 'Models',
          about: '1 for the state that a model is in.',
          unit: 'none',
          queries: [{ expr: 'max by (model, state) (h200_model_state) == 1', legend: '{{model}} {{state}}' }],
        },
        {
          ...time,
          title: 'Cold starts and failures to load',
          about: 'Analyses that waited for a model to load, and loads that failed, within 5 minutes.',
          unit: 'none',
          queries: [
            { expr: 'sum(increase(h200_cold_starts_total[5m]))', legend: 'cold starts' },
            { expr: 'sum(increase(h200_model_load_failures_total[5m]))', legend: 'failed loads' },
          ],
        },
        {
          ...time,
          title: 'Cache',
          about: 'Entries and hits of each layer.',
          unit: 'ops',
          queries: [
            { expr: 'sum by (layer) (rate(h200_cache_layer_hits_total[5m]))', legend: 'hits {{layer}}' },
            { expr: 'sum by (layer) (rate(h200_cache_layer_misses_total[5m]))', legend: 'misses {{layer}}' },
          ],
        },
      ],
    },
    {
      title: 'Stores and messages',
      panels: [
        {
          ...time,
          kind: 'state-timeline',
          title: 'Stores',
          about: 'The state that the stores of records and of photos are in.',
          unit: 'none',
          queries: [
            { expr: 'max by (backend, state) (h200_store_state) == 1', legend: 'records: {{backend}} {{state}}' },
            { expr: 'max by (backend, state) (h200_blob_store_state) == 1', legend: 'photos: {{backend}} {{state}}' },
          ],
        },
        {
          ...time,
          title: 'Redis',
          about: '1 while Redis answers; whether rate limits are shared.',
          unit: 'none',
          max: 1,
          nothing: 'no Redis is configured',
          queries: [
            { expr: 'min(h200_redis_up)', legend: 'answers' },
            { expr: 'min(h200_rate_limit_shared)', legend: 'shares limits' },
          ],
        },
        {
          ...time,
          title: 'Messages',
          about: 'That wait, and deliveries that failed within 5 minutes.',
          unit: 'none',
          nothing: 'no target is configured',
          queries: [
            { expr: 'max by (target) (h200_outbox_depth)', legend: 'waiting {{target}}' },
            { expr: 'sum by (target) (increase(h200_webhook_failures_total[5m]))', legend: 'failed {{target}}' },
          ],
        },
      ],
    },
    {
      title: 'Processes and machines',
      panels: [
        {
          ...time,
          title: 'Memory of the processes',
          about: 'Resident memory.',
          unit: 'bytes',
          queries: [{ expr: 'process_resident_memory_bytes{job=~"h200.*"}', legend: '{{job}} {{instance}}' }],
        },
        {
          ...time,
          title: 'Processors of the processes',
          about: 'Cores in use.',
          unit: 'none',
          queries: [{ expr: 'rate(process_cpu_seconds_total{job=~"h200.*"}[5m])', legend: '{{job}} {{instance}}' }],
        },
        {
          ...time,
          title: 'Event loop',
          about: '99th percentile of its delay since the start of the process.',
          unit: 's',
          queries: [{ expr: 'h200_event_loop_lag_seconds', legend: '{{job}} {{instance}}' }],
        },
        {
          ...time,
          title: 'Machine',
          about: 'Of node_exporter.',
          unit: 'percentunit',
          max: 1,
          nothing: 'no node_exporter',
          queries: [
            { expr: 'h200:cpu_usage:ratio', legend: 'processors {{instance}}' },
            { expr: 'h200:memory_usage:ratio', legend: 'memory {{instance}}' },
          ],
        },
        {
          ...time,
          title: 'Disks',
          about: 'Of node_exporter.',
          unit: 'percentunit',
          max: 1,
          limits: { yellow: 0.8, red: 0.9 },
          nothing: 'no node_exporter',
          queries: [{ expr: 'h200:disk_usage:ratio', legend: '{{instance}} {{mountpoint}}' }],
        },
        {
          ...time,
          kind: 'table',
          title: 'Alerts that fire',
          about: 'docs/alerts.md says what to do.',
          unit: 'none',
          nothing: 'none',
          queries: [{ expr: 'ALERTS{alertstate="firing"}', legend: '' }],
        },
      ],
    },
  ],
});
