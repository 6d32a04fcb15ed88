import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startFakeRunpod } from '../fakes/runpod/fake-runpod.ts';
import { freePort } from '../services/ports.ts';

const PROGRAM = resolve('bin/h200-mug.js');
const PHOTO = `data:image/jpeg;base64,${readFileSync('examples/mug-too-close.jpg').toString('base64')}`;
const TEMPLATE = 'd4cdaf91-f652-4e7d-8579-b32a52d0aca3';
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

function start(args: readonly string[], env: Record<string, string>) {
  const data = mkdtempSync(join(tmpdir(), 'h200-worker-'));
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, 'serverless', ...args], {
    env: { PATH: process.env.PATH, HOME: data, H200_DATA_DIR: data, LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk;
  });
  const ended = once(child, 'exit').then(([code, signal]) => signal ?? code);
  stops.push(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
    rmSync(data, { recursive: true, force: true });
  });
  return { child, said, ended };
}

describe('h200-mug serverless', () => {
  it('takes jobs from a queue of RunPod, the model loaded before the first, and ends on SIGTERM', {
    timeout: 60_000,
  }, async () => {
    const fake = await startFakeRunpod({ rates: null });
    stops.push(() => fake.close());
    const ask = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${fake.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${fake.key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (await response.json()) as {
        id: string;
        status: string;
        output?: Record<string, unknown>;
        error?: string;
      };
    };
    const { id } = await ask('POST', '/v2/serverless', {
      name: 'mug',
      image: 'mug',
      type: 'QUEUE',
      gpu: { pools: ['AMPERE_80'] },
      workers: { min: 0, max: 1 },
      scaling: { type: 'QUEUE_DELAY', queueDelay: 4 },
    });
    const { child, said, ended } = start([], fake.workerEnv(id, 'w1'));
    const run = (input: unknown) => ask('POST', `/jobs/v2/${id}/runsync`, { input });
    const [seed, wrong] = await Promise.all([
      run({ image_url: PHOTO, template_id: TEMPLATE }),
      run({ image_url: '/etc/passwd', template_id: TEMPLATE }),
    ]);
    expect(seed.status).toBe('COMPLETED');
    expect(seed.output).toMatchObject({ analysis_id: expect.stringMatching(/^ana_/), model: { provider: 'cpu' } });
    expect(seed.output?.detections).toContainEqual(expect.objectContaining({ class: 'mug' }));
    expect(seed.output?.warnings).toContain(
      'No picture is made with "template_id": TEMPLATED_API_KEY is unset on this worker.',
    );
    expect(wrong).toMatchObject({ status: 'FAILED', error: expect.stringContaining('VALIDATION_007') });
    const own = await run({ image: PHOTO, threshold: 0.5, store: false, units: 'imperial' });
    expect(own.output).toMatchObject({ analysis_id: expect.stringMatching(/^ana_/) });

    expect(said.err).toMatch(/cold start: program \d+ ms, parts \d+ ms, model \d+ ms, total \d+ ms/);
    expect(said.out).toBe('');
    expect(fake.calls.some(({ path }) => path.includes('/ping/w1'))).toBe(true);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('answers behind a load balancer once it is ready', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const { child, ended } = start(['--host', '127.0.0.1'], { PORT: `${port}` });
    const seen = new Set<number>();
    await expect
      .poll(
        async () => {
          const status = await fetch(`http://127.0.0.1:${port}/ping`).then(
            (answer) => answer.status,
            () => 0,
          );
          if (status > 0) seen.add(status);
          return status;
        },
        { timeout: 40_000, interval: 20 },
      )
      .toBe(200);
    expect([...seen]).toEqual([204, 200]);
    const answer = await fetch(`http://127.0.0.1:${port}/analyze`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ image_url: PHOTO, template_id: TEMPLATE }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([200, { analysis_id: expect.stringMatching(/^ana_/) }]);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });

  it('runs one job for whoever tries it, and says where it is not on RunPod', { timeout: 60_000 }, async () => {
    const tried = start(['--test-input', JSON.stringify({ image_url: PHOTO })], {});
    expect(await tried.ended).toBe(0);
    expect(JSON.parse(tried.said.out)).toMatchObject({ output: { analysis_id: expect.stringMatching(/^ana_/) } });
    const lost = start([], {});
    expect(await lost.ended).toBe(2);
    expect(lost.said.err).toContain('RUNPOD_WEBHOOK_GET_JOB or PORT');
  });
});
