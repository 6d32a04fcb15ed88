import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { statfs } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskSpace, quietParts } from '../../src/app/quiet-parts.ts';
import { examineOutside } from '../../src/cli/examine-outside.ts';
import { loadConfig } from '../../src/config/config.ts';
import { openMetricsPort } from '../../src/gateway/http/metrics-port.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { Collector } from '../support/otlp.ts';
import { Receiver } from '../support/receiver.ts';

let folder: string;
const open: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-parts-'));
  mkdirSync(join(folder, 'models'));
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

const configOf = (env: Record<string, string> = {}) =>
  loadConfig({ H200_DATA_DIR: folder, H200_MODELS_DIR: join(folder, 'models'), ...env });
const outside = async (env: Record<string, string>) => (await examineOutside(configOf(env))).map((one) => one);
async function listening(behaviour: Receiver['behaviour']): Promise<string> {
  const one = new Receiver();
  one.behaviour = behaviour;
  await one.start();
  open.push(() => one.stop());
  return new URL('/', one.url).href.replace(/\/$/, '');
}

describe('parts that are seen without a trial', () => {
  it('are off where nothing is configured, and say how to have them', async () => {
    const parts = await quietParts(configOf());
    expect(Object.fromEntries(parts.map(({ name, state }) => [name, state]))).toMatchObject({
      'disk space': 'ok',
      clock: 'ok',
      'words in searches': 'off',
      'language model': 'off',
      peers: 'off',
      'metrics port': 'off',
      traces: 'off',
    });
    expect(parts.find(({ name }) => name === 'words in searches')?.detail).toContain('h200-mug models fetch clip');
  });

  it('are ok where they are configured, without their secrets', async () => {
    const peer = { name: 'desk', card_url: 'https://desk.example/.well-known/agent-card.json' };
    const parts = await quietParts(
      configOf({
        OPENAI_API_KEY: 'sk-very-secret',
        H200_PEERS: JSON.stringify([peer]),
        H200_METRICS_PORT: '9090',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-key=very-secret',
      }),
    );
    for (const name of ['language model', 'peers', 'metrics port', 'traces']) {
      expect(parts.find((one) => one.name === name)).toMatchObject({ name, state: 'ok' });
    }
    expect(JSON.stringify(parts)).not.toContain('very-secret');
  });

  it('a full disk, a clock that leapt and peers that cannot be read have failed', async () => {
    const full = (async () => ({ bavail: 100, blocks: 1e6, bsize: 4096 })) as unknown as typeof statfs;
    expect(await diskSpace(folder, full)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('H200_RETENTION_DAYS'),
    });
    const seen = '2030-01-01T00:00:00.000Z';
    writeFileSync(join(folder, 'clock.json'), JSON.stringify({ seen, doubted_since: seen }));
    const parts = await quietParts(configOf({ H200_PEERS: '[{]' }));
    expect(parts.find(({ name }) => name === 'clock')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining(seen),
    });
    expect(parts.find(({ name }) => name === 'peers')).toMatchObject({ state: 'failed' });
  });
});

describe('those outside', () => {
  it('are not asked where none is configured', async () => expect(await outside({})).toEqual([]));

  it('a collector that takes traces, refuses them, is none, or is not there', async () => {
    const collector = await new Collector().start();
    open.push(() => collector.stop());
    const check = async (endpoint: string) => (await outside({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }))[0];
    expect(await check(collector.url)).toMatchObject({ name: 'traces', state: 'ok' });
    const refusing = await listening(() => ({ status: 401 }));
    expect((await check(refusing))?.detail).toContain('OTEL_EXPORTER_OTLP_HEADERS');
    expect((await check(await listening(() => ({ status: 404 }))))?.detail).toContain('4318');
    expect(await check('http://127.0.0.1:9')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('start the collector'),
    });
  });

  it('a language model and a peer, well and not', async () => {
    const llm = async (url: string) => (await outside({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'k' }))[0];
    expect(await llm(await listening(() => ({ status: 200 })))).toMatchObject({ name: 'language model', state: 'ok' });
    expect((await llm(await listening(() => ({ status: 401 }))))?.detail).toContain('OPENAI_API_KEY');
    const peer = async (url: string) =>
      (await outside({ H200_PEERS: JSON.stringify([{ name: 'desk', card_url: url }]) }))[0];
    expect(await peer(`${await listening(() => ({ status: 200 }))}/card`)).toMatchObject({
      name: 'peer desk',
      state: 'ok',
    });
    expect((await peer(`${await listening(() => ({ status: 404 }))}/card`))?.detail).toContain('H200_PEERS');
  });

  it('the metrics port: free, ours, or of somebody else', async () => {
    const metrics = new Metrics();
    const ours = await openMetricsPort(metrics, '127.0.0.1', 0);
    const check = async (port: number) => (await outside({ H200_METRICS_PORT: String(port) }))[0];
    expect((await check(ours.port))?.detail).toContain('h200-mug answers');
    await ours.close();
    metrics.close();
    expect((await check(ours.port))?.detail).toContain('is free');
    const other: Server = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    open.push(() => new Promise((resolve) => other.close(resolve)));
    expect(await check((other.address() as AddressInfo).port)).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('another program'),
    });
  });
});
