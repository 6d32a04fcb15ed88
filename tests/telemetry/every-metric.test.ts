import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricsPort, openMetricsPort } from '../../src/gateway/http/metrics-port.ts';
import { FakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { realTime } from '../fakes/runpod/time.ts';
import { EXAMPLES, form, type RestServer, startRest } from '../gateway/rest/rest-server.ts';
import { brokenModel } from '../support/broken-model.ts';
import { Receiver, until } from '../support/receiver.ts';
import { scrape, seriesValue } from '../support/scrape.ts';

/** What notes on the monitoring contract call all that must be emitted, each with what makes it move. */
const API = '/api/v1';
const photo = (name: string) => readFileSync(join(EXAMPLES, `${name}.jpg`));
const analyse = ({ ask }: RestServer, name = 'mug-too-close', fields: Record<string, string> = {}) =>
  ask('POST', `${API}/analyze/with-feedback`, form(fields, [['image', 'desk.jpg', photo(name)]]));
const control = ({ ask }: RestServer, action: string) =>
  ask('POST', `${API}/servers/timed/control`, { action, wait_for_completion: true });

interface Move {
  readonly of: string;
  readonly labels?: Record<string, string>;
  /** Where it happens; absent: on the server that is well. */
  readonly on?: 'broken' | 'slow';
  readonly by: (server: RestServer) => Promise<unknown>;
  /** Absent: it must be more than before. */
  readonly until?: (before: number, after: number) => boolean;
}

const isRecent = (_: number, after: number) => Math.abs(after - Date.now() / 1000) < 120;

const MOVES: Record<string, Move> = {
  h200_requests_total: {
    of: 'h200_requests_total',
    labels: { status: '404' },
    by: ({ ask }) => ask('GET', '/nowhere'),
  },
  h200_request_duration_seconds: {
    of: 'h200_request_duration_seconds_count',
    by: ({ ask }) => ask('GET', `${API}/rules`),
  },
  h200_last_request_timestamp: {
    of: 'h200_last_request_timestamp',
    by: ({ ask }) => ask('GET', `${API}/rules`),
    until: isRecent,
  },
  h200_cold_starts_total: { of: 'h200_cold_starts_total', by: (server) => analyse(server, 'all-fine') },
  'h200_analyses_total{status="success"}': {
    of: 'h200_analyses_total',
    labels: { status: 'success' },
    by: (server) => analyse(server, 'mug-too-close'),
  },
  'h200_analyses_total{status="error"}': {
    of: 'h200_analyses_total',
    labels: { status: 'error' },
    on: 'broken',
    by: (server) => analyse(server),
  },
  'h200_analyses_total{status="timeout"}': {
    of: 'h200_analyses_total',
    labels: { status: 'timeout' },
    on: 'slow',
    by: (server) => analyse(server),
  },
  'h200_analyses_total{status="refused"}': {
    of: 'h200_analyses_total',
    labels: { status: 'refused' },
    by: ({ ask }) => ask('POST', `${API}/analyze/with-feedback`, form({}, [['image', 'x.jpg', Buffer.from('no')]])),
  },
  h200_cache_misses_total: { of: 'h200_cache_misses_total', by: (server) => analyse(server, 'mug-near-edge') },
  h200_cache_hits_total: {
    of: 'h200_cache_hits_total',
    by: async (server) => {
      await analyse(server, 'mug-near-edge');
      await analyse(server, 'mug-near-edge');
    },
  },
  h200_rule_executions_total: {
    of: 'h200_rule_executions_total',
    by: async (server) => {
      const text = 'Keep mugs at least 6 inches away from laptops';
      await server.ask('POST', `${API}/rules/natural-language`, { text, auto_enable: true });
      await analyse(server, 'coaster-and-mat');
    },
  },
  h200_model_inference_duration_seconds: {
    of: 'h200_model_inference_duration_seconds_count',
    by: (server) => analyse(server, 'shared-table'),
  },
  h200_model_confidence_score: {
    of: 'h200_model_confidence_score_count',
    by: (server) => analyse(server, 'shared-table', { confidence_threshold: '0.3' }),
  },
  h200_queue_depth: {
    of: 'h200_queue_depth',
    labels: { priority: 'normal' },
    by: async (server) => {
      let isOver = false;
      const some = Array.from({ length: 16 }, (_, n) =>
        analyse(server, 'all-fine', { confidence_threshold: `0.4${10 + n}` }),
      );
      const all = Promise.allSettled(some).then(() => {
        isOver = true;
      });
      let most = 0;
      while (!isOver && most === 0) {
        most = seriesValue(await scrape(metricsUrl('well')), 'h200_queue_depth', { priority: 'normal' }) ?? 0;
      }
      await all;
      expect(most).toBeGreaterThan(0);
    },
    until: (_, after) => after === 0,
  },
  h200_model_load_failures_total: {
    of: 'h200_model_load_failures_total',
    on: 'broken',
    // It is tried again 5 s after it failed.
    by: (server) =>
      until(async () => {
        await analyse(server);
        return (seriesValue(await scrape(metricsUrl('broken')), 'h200_model_load_failures_total') ?? 0) > 1;
      }, 25_000),
    until: (_, after) => after > 1,
  },
  h200_webhook_failures_total: {
    of: 'h200_webhook_failures_total',
    labels: { target: 'webhook' },
    by: (server) => analyse(server, 'mug-too-close', { confidence_threshold: '0.31' }),
  },
  h200_n8n_last_success_timestamp: {
    of: 'h200_n8n_last_success_timestamp',
    by: (server) => analyse(server, 'mug-too-close', { confidence_threshold: '0.32' }),
    until: isRecent,
  },
  h200_templated_api_failures_total: {
    of: 'h200_templated_api_failures_total',
    by: (server) => analyse(server, 'mug-too-close', { confidence_threshold: '0.33' }),
  },
  h200_scale_events_total: {
    of: 'h200_scale_events_total',
    by: ({ ask }) => ask('POST', `${API}/servers/deploy`, { type: 'timed', wait_for_completion: true }),
  },
  'h200_cost_usd_total{server_type}': {
    of: 'h200_cost_usd_total',
    labels: { server_type: 'timed' },
    by: (server) => control(server, 'stop'),
  },
  h200_event_loop_lag_seconds: {
    of: 'h200_event_loop_lag_seconds',
    by: async () => {
      const end = performance.now() + 300;
      while (performance.now() < end);
    },
    until: (_, after) => after > 0,
  },
};

/** The names of the monitoring contract. */
const CONTRACT = [
  'h200_requests_total',
  'h200_request_duration_seconds',
  'h200_analyses_total',
  'h200_cache_hits_total',
  'h200_cache_misses_total',
  'h200_cold_starts_total',
  'h200_last_request_timestamp',
  'h200_scale_events_total',
  'h200_model_load_failures_total',
  'h200_model_inference_duration_seconds',
  'h200_model_confidence_score',
  'h200_rule_executions_total',
  'h200_webhook_failures_total',
  'h200_n8n_last_success_timestamp',
  'h200_templated_api_failures_total',
  'h200_cost_usd_total',
  'h200_queue_depth',
  'h200_event_loop_lag_seconds',
];

const folder = mkdtempSync(join(tmpdir(), 'h200-metrics-'));
const servers = new Map<string, RestServer>();
const ports = new Map<string, MetricsPort>();
const metricsUrl = (name: string) => `http://127.0.0.1:${ports.get(name)!.port}/metrics`;
const [refusing, n8n, templated] = [new Receiver(), new Receiver(), new Receiver()];
let fake: FakeRunpod;

beforeAll(async () => {
  fake = await new FakeRunpod({ time: realTime(1000), rates: null }).listen();
  for (const one of [refusing, n8n, templated]) await one.start();
  refusing.behaviour = () => ({ status: 503 });
  templated.behaviour = () => ({ status: 503 });
  const messages = {
    WEBHOOK_URL: refusing.url,
    N8N_WEBHOOK_URL: n8n.url,
    TEMPLATED_API_KEY: 'a-key',
    TEMPLATED_API_URL: new URL('/', templated.url).href,
    H200_PUBLIC_URL: 'http://127.0.0.1:9',
    H200_NOTIFY_PRIVATE: 'true',
  };
  const well = { ...messages, ...fake.env, H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1', H200_WORKERS: '1' };
  const broken = { H200_MODELS_DIR: brokenModel(join(folder, 'models')) };
  for (const [name, env] of Object.entries({ well, broken, slow: { H200_TIMEOUT_MS: '100' } })) {
    const server = await startRest(env);
    servers.set(name, server);
    ports.set(name, await openMetricsPort(server.services.metrics, '127.0.0.1', 0));
  }
}, 60_000);
afterAll(async () => {
  for (const port of ports.values()) await port.close();
  for (const server of servers.values()) await server.close();
  for (const one of [refusing, n8n, templated]) await one.stop();
  await fake.close();
  rmSync(folder, { recursive: true, force: true });
});

it('the table has every name of the contract', () => {
  expect([...new Set(Object.values(MOVES).map(({ of }) => of.replace(/_count$/, '')))].toSorted()).toEqual(
    CONTRACT.toSorted(),
  );
});

describe('in a scrape of a running server', () => {
  it.each(Object.entries(MOVES))(
    '%s moves',
    { timeout: 90_000 },
    async (_name, { of, labels, on = 'well', by, ...is }) => {
      const server = servers.get(on)!;
      const read = async () => seriesValue(await scrape(metricsUrl(on)), of, labels);
      // What has happened never is not counted, and begins at nothing.
      const before = (await read()) ?? 0;
      await by(server);
      const moved = is.until ?? ((was: number, now: number) => now > was);
      await until(async () => moved(before, (await read()) ?? Number.NaN), 30_000);
    },
  );

  it('what an alert watches begins at 0, so that its first count is an increase', async () => {
    const samples = await scrape(metricsUrl('slow'));
    for (const name of [
      'h200_model_load_failures_total',
      'h200_templated_api_failures_total',
      'h200_scale_events_total',
    ]) {
      expect([name, seriesValue(samples, name)]).toEqual([name, 0]);
    }
    for (const status of ['error', 'refused']) expect(seriesValue(samples, 'h200_analyses_total', { status })).toBe(0);
  });
});

describe('the port of Prometheus', () => {
  it('has /metrics and nothing else, and no page of a browser reads it', async () => {
    const base = metricsUrl('slow');
    const status = async (path: string, init: RequestInit = {}) => (await fetch(new URL(path, base), init)).status;
    expect(await status('/metrics', { method: 'HEAD' })).toBe(200);
    expect(await status('/metrics', { method: 'POST', body: 'x' })).toBe(405);
    expect(await status('/metrics', { headers: { origin: 'https://evil.example' } })).toBe(405);
    expect(await status('/')).toBe(404);
    expect(await status('/api/v1/rules')).toBe(404);
    expect((await fetch(base)).headers.get('content-type')).toContain('version=0.0.4');
  });
});
