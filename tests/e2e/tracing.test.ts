import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../services/ports.ts';
import { startRedis } from '../services/redis-server.ts';
import { ROOT } from '../support/documents.ts';
import { Collector, newTrace, wayUp } from '../support/otlp.ts';
import { start, waitForLine } from '../support/program.ts';
import { until } from '../support/receiver.ts';
import { HAS_REDIS_SERVER } from '../support/redis.ts';
import { scrape, seriesValue } from '../support/scrape.ts';

const WAIT_MS = 60_000;

describe.skipIf(!HAS_REDIS_SERVER)('a server, a queue and a worker', { timeout: 3 * WAIT_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'h200-tracing-'));
  const programs: ChildProcess[] = [];
  const collector = new Collector();
  let url = '';
  let workerMetrics = '';

  beforeAll(async () => {
    await collector.start();
    const [redisPort, metricsPort] = [await freePort(), await freePort()];
    const redis = await startRedis({ folder: join(folder, 'redis'), port: redisPort });
    programs.push(redis.process);
    const env = {
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redisPort),
      H200_QUEUE: 'redis',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      H200_MODELS_DIR: join(folder, 'none'),
    };
    workerMetrics = `http://127.0.0.1:${metricsPort}/metrics`;
    const ofWorker = { H200_DATA_DIR: join(folder, 'worker'), OTEL_SERVICE_NAME: 'the-worker' };
    const worker = start(['worker'], { env: { ...env, ...ofWorker, H200_METRICS_PORT: String(metricsPort) } });
    programs.push(worker);
    await waitForLine(worker, /takes analyses/);
    const ofServer = { H200_DATA_DIR: join(folder, 'server'), OTEL_SERVICE_NAME: 'the-server' };
    const server = start(['serve', '--port', '0'], { env: { ...env, ...ofServer } });
    programs.push(server);
    [, url = ''] = await waitForLine(server, /listens on (http:\S+?),? /);
  }, 2 * WAIT_MS);
  afterAll(async () => {
    for (const program of programs.toReversed()) program.kill('SIGKILL');
    await collector.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('leave one trace of one analysis', async () => {
    const { traceId, spanId, traceparent } = newTrace();
    const data = new FormData();
    data.append('image', new Blob([readFileSync(join(ROOT, 'examples/all-fine.jpg'))]), 'desk.jpg');
    const path = '/api/v1/analyze/with-feedback';
    const answer = await fetch(`${url}${path}`, { method: 'POST', body: data, headers: { traceparent } });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    const names = ['work', 'model', 'queue', 'analysis', `POST ${path}`];
    const named = (name: string) => collector.of(traceId).find((one) => one.name === name);
    await until(() => names.every((name) => named(name) !== undefined), WAIT_MS);
    expect(wayUp(collector.of(traceId), named('model')!)).toEqual([
      'model',
      'work',
      'queue',
      'analysis',
      `POST ${path}`,
    ]);
    expect(named(`POST ${path}`)?.parentSpanId).toBe(spanId);
    expect(['model', 'work'].map((name) => named(name)?.service)).toEqual(['the-worker', 'the-worker']);
    expect(['queue', 'store'].map((name) => named(name)?.service)).toEqual(['the-server', 'the-server']);
  });

  it('and the metrics of the model are those of the worker', async () => {
    const samples = await scrape(workerMetrics);
    expect(seriesValue(samples, 'h200_model_inference_duration_seconds_count')).toBeGreaterThan(0);
    expect(seriesValue(samples, 'h200_model_state', { state: 'READY' })).toBe(1);
  });
});
