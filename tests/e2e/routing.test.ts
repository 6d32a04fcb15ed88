import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app/create-app.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Analysis } from '../../src/contract/analysis.ts';
import type { CreateServerInput } from '../../src/contract/server.ts';
import { FAINT } from '../../src/watch/core/faint.ts';
import { type FakeRunpod, startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { freePort } from '../services/ports.ts';
import { localCall, makeRule } from '../support/caller.ts';
import { start, waitForLine } from '../support/program.ts';

const PHOTO = readFileSync('examples/mug-too-close.jpg');

let fake: FakeRunpod;
let app: App;
let folder: string;
const programs: ChildProcess[] = [];
beforeAll(async () => {
  fake = await startFakeRunpod({
    rates: null,
    times: { provisionMs: 10, startMs: 10, coldStartMs: 10, flashbootMs: 10 },
  });
  folder = mkdtempSync(join(tmpdir(), 'h200-routing-'));
  const config = loadConfig({
    ...fake.env,
    H200_DATA_DIR: join(folder, 'gateway'),
    H200_SERVER_IMAGE: 'ghcr.io/acme/mug:1.0.0',
    H200_SERVER_TOKEN: 'secret-of-the-gateway',
    H200_SERVER_WAIT_MS: '100000',
    H200_TIMEOUT_MS: '120000',
    LOG_LEVEL: 'silent',
  });
  app = await createApp(config, undefined, { routed: true });
  app.services.warm();
  await makeRule(app.services.rules, { text: 'Keep mugs at least 6 inches away from laptops' }, { user: 'local' });
}, 120_000);
afterAll(async () => {
  await app?.close();
  for (const one of programs) {
    const ended = once(one, 'exit');
    one.kill('SIGTERM');
    await ended;
  }
  await fake?.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

function run(args: string[], env: Record<string, string>, line: RegExp) {
  const program = start(args, { env: { H200_DATA_DIR: mkdtempSync(join(folder, 'worker-')), ...env } });
  programs.push(program);
  return waitForLine(program, line);
}

async function rent(request: CreateServerInput) {
  const { server } = await app.services.fleet.create(localCall, request);
  return { id: server.id, providerId: String(server.provider_id) };
}

/** A program that stands for what runs on the server; the server's id. */
const WORKERS = {
  async pod() {
    const { id, providerId } = await rent({ type: 'timed' });
    const port = await freePort();
    await run(['serve', '--port', `${port}`], { ...fake.account.pods.get(providerId)?.fields.env }, /listens on/);
    fake.containers.targets.set(`${providerId}/8000`, `http://127.0.0.1:${port}`);
    return id;
  },
  async endpoint_http() {
    const { id, providerId } = await rent({ type: 'serverless', serving: 'load_balancer' });
    const port = await freePort();
    const env = { PORT: `${port}`, ...fake.account.endpoints.get(providerId)?.fields.env };
    await run(['serverless', '--mode', 'load-balancer', '--host', '127.0.0.1'], env, /listens on port/);
    fake.containers.targets.set(providerId, `http://127.0.0.1:${port}`);
    return id;
  },
  async endpoint_jobs() {
    const { id, providerId } = await rent({ type: 'serverless', serving: 'queue' });
    await run(['serverless', '--mode', 'queue'], fake.workerEnv(providerId, 'w1'), /takes jobs/);
    return id;
  },
};

const ask = () => app.services.analyses.analyze(localCall, { bytes: PHOTO, store: false, use_cache: false });
const still = ({ analysis_id: _, timestamp: __, processing_time_ms: ___, ...rest }: Analysis) => rest;

const VIEW = { calibration: null, doubt: null, context: null, faint: FAINT };
async function measured() {
  const { frames, pictures } = app.cameras.watch;
  const { gradient: _, ...seen } = await frames.measure(localCall, await pictures.open(PHOTO, 'camera'), VIEW);
  // JSON knows no -0.
  return JSON.parse(JSON.stringify(seen)) as typeof seen;
}

describe('analyses that a real worker computes', () => {
  it.each(['pod', 'endpoint_http', 'endpoint_jobs'] as const)(
    'are those of this process (%s)',
    {
      timeout: 180_000,
    },
    async (kind) => {
      const { routing, fleet } = app.services;
      const id = await WORKERS[kind]();
      await routing.set(localCall, { weights: { here: 100 }, force: false });
      const here = await ask();
      await routing.set(localCall, { weights: { [id]: 100 }, force: false });
      const there = await ask();
      expect(still(there)).toEqual(still(here));
      expect(there.rules.length).toBeGreaterThan(0);
      expect(there.detections.length).toBeGreaterThan(0);
      const { backends } = await routing.show(localCall);
      expect(backends).toMatchObject([{ id, kind, requests: 1, errors: 0 }]);
      // A camera's picture goes the same way: what comes back is what this process would have measured.
      const frame = await measured();
      expect((await routing.show(localCall)).backends).toMatchObject([{ id, requests: 2, errors: 0 }]);
      await routing.set(localCall, { weights: { here: 100 }, force: false });
      expect(frame).toEqual(await measured());
      expect(frame.scene.objects.length).toBeGreaterThan(0);
      // Idle shutdown goes by what was routed there.
      await expect.poll(async () => (await fleet.get(localCall, id)).total_requests, { timeout: 30_000 }).toBe(2);
    },
  );
});
