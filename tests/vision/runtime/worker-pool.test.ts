import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { createLog, type Log } from '../../../src/telemetry/log.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { ModelRunner, type RunnerTask } from '../../../src/vision/runtime/model-runner.ts';
import { BROKEN, type EmbedConfig, HANGING } from '../support/embed-task.ts';
import { metricValues, sleep } from '../support/started.ts';
import { tinyEmbedding } from '../support/tiny-embedding.ts';

/** A second task, an embedding, in the same pool and queue as detection. */
const bytes = tinyEmbedding();
let folder = '';
let seen = sharedCounts();
const stops: (() => Promise<void>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'h200-embed-'));
  seen = sharedCounts();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(folder, { recursive: true, force: true });
});

function sharedCounts() {
  return new Int32Array(new SharedArrayBuffer(16));
}

interface Changes {
  readonly task?: URL;
  readonly size?: number;
  readonly sha256?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly batchable?: boolean;
  readonly hangMs?: number;
  readonly log?: Log;
  readonly transfer?: RunnerTask<Float32Array>['transfer'];
}

function started({ task, size = 3, sha256, env = {}, transfer, ...more }: Changes = {}) {
  const path = join(folder, 'tiny-embedding.onnx');
  writeFileSync(path, bytes);
  const config = loadConfig({ H200_DATA_DIR: folder, H200_WORKERS: '1', H200_PROVIDER: 'cpu', ...env });
  const metrics = new Metrics();
  const known = sha256 ?? createHash('sha256').update(bytes).digest('hex');
  const runner = new ModelRunner<Float32Array, Float32Array>(
    {
      task: task ?? new URL('../support/embed-task.ts', import.meta.url),
      config: { size, seen } satisfies EmbedConfig,
      model: { name: 'tiny-embedding', file: 'tiny-embedding.onnx', path, sha256: [known] },
      ...(transfer && { transfer }),
    },
    { config, metrics, log: createLog('silent'), ...more },
  );
  const embedAll = (all: readonly (readonly number[])[], signal?: AbortSignal) =>
    runner.run(all.length, async () => all.map((numbers) => Float32Array.from(numbers)), { signal });
  const embed = async (...numbers: number[]) => [...(await embedAll([numbers]))[0]!];
  stops.push(async () => {
    await runner.close();
    metrics.close();
  });
  return { runner, metrics, embed, embedAll };
}

/** Lets a worker die of an uncaught error as soon as its event loop turns, which it does inside the next request. */
function poison(runner: ModelRunner<Float32Array, Float32Array>): void {
  runner.pool.threads[0]!.postMessage(null);
}

describe('a second task', () => {
  it('loads, runs, is reported and measured, and is disposed of', async () => {
    const { runner, metrics, embed } = started();
    expect(runner.report()).toMatchObject({ state: 'UNLOADED', workers: 0, provider: null });
    expect(await embed(5, 7, 1)).toEqual([13, 4]);
    expect(runner.report()).toMatchObject({ state: 'READY', workers: 1, provider: 'cpu', inference: { count: 1 } });
    const ready = { value: 1, labels: { model: 'tiny-embedding', state: 'READY' } };
    expect(await metricValues(metrics.modelState)).toContainEqual(ready);
    await runner.close();
    expect(seen[2]).toBe(1);
    expect(runner.pool.threads).toHaveLength(0);
    await expect(embed(1, 2, 3)).rejects.toMatchObject({ code: 'SYSTEM_001' });
  });

  it('answers inputs that came together in one run, each with its own vector', async () => {
    const { runner, embedAll } = started({ batchable: true });
    await embedAll([[0, 0, 0]]);
    seen.fill(0);
    const vectors = await embedAll([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    expect(vectors.map((v) => [...v])).toEqual([
      [1, 1],
      [1, 0],
      [1, -1],
    ]);
    expect([seen[0], seen[1]]).toEqual([1, 3]);
    expect(runner.report().inference.count).toBe(2);
  });

  it('is disposed of in every worker', async () => {
    const { runner, embed } = started({ env: { H200_WORKERS: '2' } });
    await Promise.all(Array.from({ length: 6 }, () => embed(HANGING, 0, 0)));
    expect(runner.pool.threads).toHaveLength(2);
    await runner.close();
    expect(seen[2]).toBe(2);
  });

  it('has its inputs released when their run has ended, also when it failed', async () => {
    const held = new Set<Float32Array>();
    const transfer = {
      acquire: (inputs: readonly Float32Array[]) => {
        for (const input of inputs) held.add(input);
        return inputs;
      },
      release: (inputs: readonly Float32Array[]) => {
        for (const input of inputs) expect(held.delete(input)).toBe(true);
      },
    };
    const { embed } = started({ transfer });
    await embed(1, 2, 3);
    await expect(embed(BROKEN, 0, 0)).rejects.toMatchObject({ code: 'ANALYSIS_005' });
    expect(held.size).toBe(0);
  });
});

describe('an error', () => {
  it('in load fails the pool for good: another graph, other bytes, a module that is not there', async () => {
    const nowhere = new URL('../support/no-such-task.ts', import.meta.url);
    for (const [changes, code] of [
      [{ size: 4 }, 'ANALYSIS_007'],
      [{ sha256: 'a'.repeat(64) }, 'ANALYSIS_007'],
      [{ task: nowhere }, 'SYSTEM_003'],
    ] as const) {
      const { runner, metrics, embed } = started(changes);
      for (let i = 0; i < 2; i++) await expect(embed(1, 2, 3)).rejects.toMatchObject({ code });
      expect(runner.report()).toMatchObject({ state: 'ERROR', error: expect.any(String) });
      expect(await metricValues(metrics.modelLoadFailures)).toEqual([{ value: 1, labels: {} }]);
    }
  });

  it('in run fails that call alone', async () => {
    const { runner, embed } = started();
    const calls = [embed(1, 0, 0), embed(BROKEN, 0, 0), embed(2, 0, 0)];
    await expect(calls[1]).rejects.toMatchObject({
      code: 'ANALYSIS_005',
      details: { model: 'tiny-embedding', problem: 'a broken input' },
    });
    expect(await Promise.all([calls[0], calls[2]])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(runner.report().state).toBe('READY');
  });
});

describe('a worker', () => {
  it('that dies is replaced and its run repeated', async () => {
    const { runner, embed } = started();
    await embed(1, 2, 3);
    const [first] = runner.pool.threads;
    poison(runner);
    expect(await embed(HANGING, 0, 1)).toEqual([HANGING + 1, HANGING - 1]);
    expect(runner.pool.threads[0]).not.toBe(first);
  });

  it('that hangs fails the pool', async () => {
    const { runner, embed } = started({ hangMs: 30 });
    await expect(embed(HANGING, 0, 0)).rejects.toMatchObject({ code: 'ANALYSIS_003' });
    expect(runner.report().state).toBe('ERROR');
    await sleep(300);
  });

  it('starts under pressure and ends without it, again and again', { timeout: 120_000 }, async () => {
    const { runner, embed } = started({ env: { H200_WORKERS: '3' } });
    for (let round = 1; round <= 5; round++) {
      await Promise.all(Array.from({ length: 6 }, () => embed(HANGING, 0, 0)));
      await expect.poll(() => runner.pool.ready, { timeout: 30_000 }).toBe(3);
      for (const left of [2, 1]) {
        runner.pool.retireOne();
        await expect.poll(() => runner.pool.threads.length, { timeout: 30_000 }).toBe(left);
      }
      expect(seen[2]).toBe(2 * round);
      expect(await embed(1, 2, 3)).toEqual([6, -2]);
    }
    await runner.close();
    expect(seen[2]).toBe(11);
  });

  it('has one run at a time, as many start as runs come together, and no run is refused meanwhile', async () => {
    const { runner, embed } = started({ env: { H200_WORKERS: '4' } });
    await embed(1, 2, 3);
    expect(runner.pool.threads).toHaveLength(1);
    const vectors = await Promise.all(Array.from({ length: 12 }, (_, i) => embed(HANGING, i, 0)));
    expect(vectors.map(([sum]) => sum! - HANGING)).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(runner.pool.threads).toHaveLength(4);
  });

  it('ends when it has nothing to do and is not the last, while another runs', async () => {
    const { runner, embed, running } = await withWorkers(2);
    const run = embed(HANGING, 1, 0);
    await until(() => running.size === 1);
    expect(runner.pool.retireOne()).toBe(true);
    expect(runner.pool.retireOne()).toBe(false);
    expect(await run).toEqual([HANGING + 1, HANGING]);
    await until(() => runner.pool.threads.length === 1);
    expect([runner.pool.ready, seen[2]]).toEqual([1, 1]);
    expect(runner.pool.retireOne()).toBe(false);
    await Promise.all(Array.from({ length: 4 }, (_, i) => embed(HANGING, i, 0)));
    expect(runner.pool.threads).toHaveLength(2);
    expect(runner.report().error).toBeNull();
  });

  it('is not ended while all of them run', async () => {
    const { runner, embed, running } = await withWorkers(2);
    const runs = Promise.all([embed(HANGING, 1, 0), embed(HANGING, 2, 0)]);
    await until(() => running.size === 2);
    expect(runner.pool.retireOne()).toBe(false);
    await runs;
    expect(seen[2]).toBe(0);
  });

  it('that is being ended gets no run, and none that comes then is lost', async () => {
    const { runner, embed } = await withWorkers(3);
    seen[3] = 200;
    for (let round = 0; round < 3; round++) {
      expect(runner.pool.retireOne()).toBe(true);
      const sums = await Promise.all(Array.from({ length: 30 }, async (_, i) => (await embed(i, 0, 0))[0]));
      expect(sums).toEqual(Array.from({ length: 30 }, (_, i) => i));
      await until(() => Number(seen[2]) === round + 1);
      await Promise.all(Array.from({ length: 6 }, (_, i) => embed(HANGING, i, 0)));
      await until(() => runner.pool.ready === 3);
    }
    expect(runner.report()).toMatchObject({ state: 'READY', error: null });
  });

  it('that is being ended when the model is closed is released once, like the others', async () => {
    const { runner } = await withWorkers(2);
    seen[3] = 200;
    expect(runner.pool.retireOne()).toBe(true);
    await runner.close();
    expect(runner.pool.retireOne()).toBe(false);
    await until(() => runner.pool.threads.length === 0);
    expect(seen[2]).toBe(2);
  });

  it('whose session is not released in time is told of, and the others go on', { timeout: 120_000 }, async () => {
    const warnings: unknown[] = [];
    const log = createLog('silent');
    log.warn = (...args: unknown[]) => void warnings.push(args[1]);
    const { runner, embed } = await withWorkers(3, { hangMs: 12_000, log });
    seen[3] = 16_000;
    expect(runner.pool.retireOne()).toBe(true);
    expect(runner.pool.ready).toBe(2);
    await until(() => warnings.includes('the release of a session does not end'));
    seen[3] = 0;
    expect(runner.pool.retireOne()).toBe(false);
    expect(await embed(1, 2, 3)).toEqual([6, -2]);
    expect(runner.report()).toMatchObject({ state: 'READY', error: null });
    await until(() => runner.pool.threads.length === 2);
    expect(await embed(1, 2, 3)).toEqual([6, -2]);
  });
});

/** All of them have started. */
async function withWorkers(count: number, changes: Changes = {}) {
  const running = new Set<Float32Array>();
  const transfer = {
    acquire: (inputs: readonly Float32Array[]) => {
      for (const input of inputs) running.add(input);
      return inputs;
    },
    release: (inputs: readonly Float32Array[]) => {
      for (const input of inputs) running.delete(input);
    },
  };
  const one = started({ ...changes, transfer, env: { H200_WORKERS: `${count}` } });
  await Promise.all(Array.from({ length: 2 * count }, () => one.embed(HANGING, 0, 0)));
  await until(() => one.runner.pool.ready === count);
  return { ...one, running };
}

async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 2000 && !holds(); n += 1) await sleep(20);
  expect(holds()).toBe(true);
}
