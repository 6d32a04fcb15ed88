import type { Dashboard, Series, SeriesName, Steps } from '../../pages/overview/figures.ts';
import { on } from '../mock.ts';

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const analysis = (id: string, minutes: number, violated: number): Dashboard['recent_activity'][number] => ({
  analysis_id: id,
  timestamp: ago(minutes),
  image: { width: 960, height: 720 },
  model: 'desk-detector',
  mugs: 1,
  objects: 6,
  findings: { violated, uncertain: 1, satisfied: 2, not_applicable: 1 },
});

export const RECENT = [analysis('ana_mocked1', 2, 1), analysis('ana_mocked2', 31, 0), analysis('ana_mocked3', 90, 2)];

/** A server that has run for a day, without GPU. */
export const DASHBOARD = {
  health: {
    status: 'degraded',
    version: '0.0.0-mocked',
    uptime_s: 90_000,
    checks: {
      store: {
        ok: true,
        backend: 'embedded',
        state: 'connected',
        latency_ms: 1,
        error: null,
        damaged: false,
        unreadable_records: 0,
      },
      photos: { ok: true, backend: 'disk', state: 'connected' },
      queue: null,
      cache: { ok: false, redis: 'disconnected' },
      messages: [{ target: 'slack', state: 'retrying', last_success_at: null }],
      model: { ok: true, name: 'desk-detector', state: 'READY', error: null },
    },
  },
  gpu: { utilization: null, memory_bytes: null, temperature_c: null, reason: 'no GPU is measured by this server' },
  performance: {
    uptime_s: 90_000,
    requests: { '200': 4000 },
    analyses: { success: 120, error: 1, timeout: 0 },
    inference_ms: { count: 500, mean: 120 },
    cache: { hits: 60, misses: 60, hit_rate: 0.5, layers: {} },
    rule_executions: 700,
    queue_depth: 0,
    event_loop_lag_ms: { p50: 10, p99: 31 },
    store: { backend: 'embedded', state: 'connected' },
    memory: { rss_bytes: 380_000_000, heap_used_bytes: 60_000_000 },
    model: {
      name: 'desk-detector',
      state: 'READY',
      provider: 'cpu',
      load_ms: 180,
      median_ms: 121,
      p95_ms: 240,
      error: null,
    },
  },
  cost: { total_usd: 6.5175, per_hour_now: 3.99, reason: null },
  recent_activity: RECENT,
};

const COLUMNS: Partial<Record<SeriesName, readonly [string, readonly string[]]>> = {
  latency: ['ms', ['mean', 'p95']],
  requests: ['requests', ['total', 'client_errors', 'server_errors']],
  analyses: ['analyses', ['success', 'error', 'timeout']],
  inference: ['ms', ['mean', 'runs']],
  cache: ['look-ups', ['hits', 'misses', 'hit_rate']],
  rules: ['rules evaluated', ['total']],
  queue_depth: ['analyses waiting', ['most']],
  feedback: ['judgements', ['right', 'wrong']],
  memory: ['bytes', ['rss', 'heap_used']],
  event_loop_lag: ['ms', ['p99']],
};

const series = (name: SeriesName): Series => ({ name, ...steps(...(COLUMNS[name] ?? ['', []])) });

/** Waves with a gap, in which nobody measured. */
function steps(unit: string, columns: readonly string[]): Steps {
  const size = unit === 'bytes' ? 2e8 : 40;
  const points = Array.from({ length: 60 }, (_, i) => ({
    time: ago(60 - i),
    values:
      columns.length === 0 || (i > 20 && i < 26)
        ? null
        : Object.fromEntries(
            columns.map((column, k) => [
              column,
              column === 'hit_rate' ? 0.5 : Math.round(size * (1 + k / 2) * (1.5 + Math.sin(i / 6 + k))),
            ]),
          ),
  }));
  const reason = columns.length === 0 ? 'no GPU is measured by this server' : null;
  return {
    unit,
    time_range: '1h',
    step_s: 60,
    columns: [...columns],
    points,
    servers: 1,
    complete: true,
    reason,
  };
}

export function mockArea(): void {
  on('GET /api/v1/dashboard', () => ({ body: DASHBOARD }));
  on('GET /api/v1/dashboard/metrics/:name', ({ params }) => ({ body: series(params.name as SeriesName) }));
  on('GET /api/v1/dashboard/metrics/:name/csv', () => ({
    body: 'time,mean\n',
    headers: { 'content-type': 'text/csv' },
  }));
  on('GET /api/v1/models/:model/metrics', ({ params }) => ({
    body: { model: params.model, ...steps('ms', ['analyses', 'mean', 'p50', 'p95', 'p99']) },
  }));
  on('GET /api/v1/rules/:rule_id/metrics', ({ params }) => ({
    body: { rule_id: params.rule_id, ...steps('verdicts', ['violated', 'uncertain', 'satisfied']) },
  }));
  on('GET /api/v1/models', () => ({
    body: [
      { name: 'desk-detector', title: 'Our small desk detector', licence: 'MIT', installed: true, selected: true },
    ],
  }));
}
