import { join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import detection, { type DetectionJob } from '../../../src/vision/detect/detection-task.ts';
import { letterbox } from '../../../src/vision/detect/letterbox.ts';
import { unpack } from '../../../src/vision/detect/packed-detections.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import type { ModelState } from '../../../src/vision/models/report.ts';
import { InferenceQueue } from '../../../src/vision/runtime/inference-queue.ts';
import { type LoadDeps, loadTask } from '../../../src/vision/runtime/load.ts';
import type { WorkerStart } from '../../../src/vision/runtime/protocol.ts';
import { AUTO_ORDER, filledBatch, largestBatch, maxWorkers, obstacle } from '../../../src/vision/runtime/providers.ts';
import { loadRuntime, type OrtModule, sessionOptions } from '../../../src/vision/runtime/runtime.ts';
import { sleep } from '../support/started.ts';
import { modelsFolder, type TinyOptions, tinyDesk, tinyEntry } from '../support/tiny-desk.ts';

let clean = () => {};
afterEach(() => clean());

function start(changes: Partial<ModelEntry> = {}, options: TinyOptions = {}): WorkerStart<ModelEntry> {
  const bytes = tinyDesk(options);
  const entry = tinyEntry(bytes, changes);
  const made = modelsFolder([{ entry, bytes }]);
  clean = made.clean;
  const path = join(made.folder, entry.file);
  return {
    ...about(entry, path),
    provider: 'auto',
    threads: 1,
    dataDir: made.folder,
    skipWarmup: sharedNumber(),
    chosen: sharedNumber(),
    graphics: sharedNumber(),
  };
}

/** What names a task and its model file. */
function about(entry: ModelEntry, path: string) {
  const sha256 = [entry.sha256];
  return { task: 'not imported here', config: entry, model: { name: entry.name, file: entry.file, path, sha256 } };
}

const sharedNumber = () => new Int32Array(new SharedArrayBuffer(4));

/** The real runtime on the processor, playing a machine on which `works` names the providers that come up. */
async function machine(
  works: (provider: string) => 'yes' | 'no' | 'no run' | 'slow',
  onNative: (provider: string, batch: Ort.Tensor | null) => void = () => {},
): Promise<LoadDeps> {
  const ort = await loadRuntime();
  const create = async (bytes: Uint8Array, options: { executionProviders: string[] }) => {
    const provider = options.executionProviders[0]!;
    const state = works(provider);
    if (state === 'no') throw new Error(`${provider} has no device\nsecond line`);
    const session = await ort.InferenceSession.create(bytes, sessionOptions('cpu', 1));
    onNative(provider, null);
    const run = async (feeds: Record<string, Ort.Tensor>) => {
      if (state === 'no run') throw new Error(`${provider} cannot run it`);
      onNative(provider, Object.values(feeds)[0]!);
      if (state === 'slow') await sleep(15);
      return session.run(feeds);
    };
    return new Proxy(session, {
      get: (s, key) => (key === 'run' ? run : key === 'release' ? () => s.release() : Reflect.get(s, key)),
    });
  };
  const fake = { ...ort, Tensor: ort.Tensor, InferenceSession: { create } } as unknown as OrtModule;
  return { runtime: async () => fake, obstacle: () => null };
}

describe('loadTask', () => {
  const states: ModelState[] = [];
  const note = (state: ModelState) => states.push(state);
  beforeEach(() => {
    states.length = 0;
  });

  it('passes all states on this machine and says why the processor was taken', async () => {
    const { report, loaded } = await loadTask(detection, start(), note);
    expect(states).toEqual(['LOADING', 'LOADED', 'WARMING', 'READY']);
    expect(report.dynamicBatch).toBe(true);
    expect(report.attempts.length + (report.provider === 'cpu' ? 0 : 1)).toBeLessThanOrEqual(3);
    await loaded.dispose();
  });

  it('tries tensorrt, cuda, webgpu, then the processor', async () => {
    const { report } = await loadTask(detection, start(), note, await machine((p) => (p === 'cpu' ? 'yes' : 'no')));
    expect(report.provider).toBe('cpu');
    expect(report.attempts).toEqual(
      ['tensorrt', 'cuda', 'webgpu'].map((p) => ({ provider: p, error: `${p} has no device` })),
    );
  });

  it('takes the first that creates a session and completes a run', async () => {
    const works = await machine((p) => (p === 'tensorrt' ? 'no run' : 'yes'));
    const { report } = await loadTask(detection, start(), note, works);
    expect(report.provider).toBe('cuda');
    expect(report.attempts).toEqual([{ provider: 'tensorrt', error: 'tensorrt cannot run it' }]);
  });

  it('tries nothing but the provider that was asked for', async () => {
    const call = loadTask(detection, { ...start(), provider: 'cuda' }, note, await machine(() => 'no'));
    await expect(call).rejects.toMatchObject({
      code: 'ANALYSIS_001',
      details: { attempts: [{ provider: 'cuda', error: 'cuda has no device' }] },
    });
  });

  it('knows a fixed batch dimension', async () => {
    const { report } = await loadTask(detection, start({}, { batch: 1 }), note);
    expect(report.dynamicBatch).toBe(false);
  });

  it.each<[string, Partial<ModelEntry>, TinyOptions, string]>([
    ['another size', { input: { ...tinyEntry(tinyDesk()).input, size: 64 } }, {}, 'uint8[n,32,32,3]'],
    ['another type', { input: { ...tinyEntry(tinyDesk()).input, dtype: 'float32' } }, {}, 'float32'],
    ['another format', { format: 'deim' }, { inputName: 'orig_target_sizes' }, 'inputs'],
  ])('refuses a graph of %s than the manifest says', async (_, changes, options, problem) => {
    await expect(loadTask(detection, start(changes, options), note)).rejects.toMatchObject({
      code: 'ANALYSIS_007',
      details: { model: 'tiny', problem: expect.stringContaining(problem) },
    });
  });

  it('refuses a file with another hash, one that is gone and one that is no model', async () => {
    await expect(loadTask(detection, start({ sha256: 'a'.repeat(64) }), note)).rejects.toMatchObject({
      code: 'ANALYSIS_007',
    });
    await expect(
      loadTask(detection, { ...start(), ...about(tinyEntry(tinyDesk()), '/nowhere.onnx') }, note),
    ).rejects.toMatchObject({
      code: 'ANALYSIS_001',
    });
    const garbage = Buffer.alloc(1000, 'no model');
    const made = modelsFolder([{ entry: tinyEntry(garbage), bytes: garbage }]);
    const begin = { ...start(), ...about(tinyEntry(garbage), join(made.folder, 'tiny.onnx')) };
    await expect(loadTask(detection, begin, note)).rejects.toMatchObject({ code: 'ANALYSIS_001' });
    made.clean();
  });
});

describe('WebGPU', () => {
  const onlyGraphics = (webgpu: 'yes' | 'slow', cpu: 'yes' | 'slow') => (provider: string) =>
    provider === 'webgpu' ? webgpu : provider === 'cpu' ? cpu : 'no';

  it('is kept by auto where it is faster than the processor, and then not tried again', async () => {
    const begin = start();
    const { report } = await loadTask(detection, begin, () => {}, await machine(onlyGraphics('yes', 'slow')));
    expect(report.provider).toBe('webgpu');
    expect(report.attempts.map((a) => a.provider)).toEqual(['tensorrt', 'cuda']);
    const made = new Set<string>();
    const again = await machine(onlyGraphics('slow', 'yes'), (provider) => made.add(provider));
    expect((await loadTask(detection, begin, () => {}, again)).report).toMatchObject({
      provider: 'webgpu',
      attempts: [],
    });
    expect([...made]).toEqual(['webgpu']);
  });

  it('is left by auto where it is slower, with both times as the reason, by later workers without a trial', async () => {
    const begin = start();
    const { report, loaded } = await loadTask(detection, begin, () => {}, await machine(onlyGraphics('slow', 'yes')));
    expect(report.provider).toBe('cpu');
    expect(report.attempts[2]).toEqual({
      provider: 'webgpu',
      error: expect.stringMatching(/^\d+\.\d ms a run, cpu \d+\.\d ms$/),
    });
    expect((await loaded.run([item()])).outputs).toHaveLength(1);
    expect(AUTO_ORDER[begin.chosen[0]! - 1]).toBe('cpu');
    const made: string[] = [];
    await loadTask(detection, begin, () => {}, await machine(onlyGraphics('slow', 'yes'), (p) => made.push(p)));
    expect(made).not.toContain('webgpu');
  });

  it('is obeyed when it is asked for, slow or without a known device', async () => {
    const works = { ...(await machine(onlyGraphics('slow', 'yes'))), obstacle: () => 'no graphics device' };
    const { report } = await loadTask(detection, { ...start(), provider: 'webgpu' }, () => {}, works);
    expect(report).toMatchObject({ provider: 'webgpu', attempts: [] });
  });

  it.each([
    ['webgpu', 1],
    ['cuda', 0],
    ['cpu', 0],
  ] as const)('alone takes turns for everything native: %s', async (provider, holder) => {
    const begin = { ...start(), provider };
    const seen = new Set<number>();
    await loadTask(
      detection,
      begin,
      () => {},
      await machine(
        () => 'yes',
        () => seen.add(begin.graphics[0]!),
      ),
    );
    expect([...seen]).toEqual([holder]);
    expect(begin.graphics[0]).toBe(0);
  });

  it('has one worker, whatever is asked for', () => {
    expect([maxWorkers('webgpu', undefined, 16), maxWorkers('webgpu', 4, 16)]).toEqual([1, 1]);
    expect([maxWorkers('cuda', undefined, 16), maxWorkers('cuda', 4, 16)]).toEqual([2, 4]);
    expect([maxWorkers('cpu', undefined, 16), maxWorkers('cpu', 4, 16)]).toEqual([16, 4]);
  });
});

/** An image of one grey. */
function item(grey = 0): DetectionJob {
  const fit = letterbox({ width: 32, height: 32 }, tinyEntry(tinyDesk()).input);
  return { image: { pixels: new Uint8Array(3 * 32 * 32).fill(grey), fit }, threshold: 0 };
}

describe('a batch', () => {
  async function tensorsOf(provider: 'cuda' | 'cpu') {
    const tensors: { rows: number; greys: number[] }[] = [];
    const works = await machine(
      () => 'yes',
      (_, batch) => {
        if (batch === null) return;
        const [rows, step] = [batch.dims[0]!, batch.data.length / batch.dims[0]!];
        tensors.push({ rows, greys: Array.from({ length: rows }, (_, row) => Number(batch.data[row * step])) });
      },
    );
    const { loaded } = await loadTask(detection, { ...start(), provider }, () => {}, works);
    const run = async (jobs: readonly DetectionJob[]) => (await loaded.run(jobs)).outputs.map(unpack);
    const queue = new InferenceQueue({ limit: 1, slots: 1, maxBatch: largestBatch(11), run });
    tensors.length = 0;
    const greys = [10, 20, 30, 40, 50, 60];
    const images = async () => greys.map((grey) => item(grey));
    const found = await queue.submit(greys.length, images, new AbortController().signal);
    expect(found.map((f) => Math.round(255 * f[0]!.score))).toEqual(greys);
    return tensors;
  }

  it('is filled up with its last image on a graphics device, and the answers are those of the images', async () => {
    expect(await tensorsOf('cuda')).toEqual([{ rows: 8, greys: [10, 20, 30, 40, 50, 60, 60, 60] }]);
  });

  it('is left as it is on the processor', async () => {
    expect((await tensorsOf('cpu')).map((t) => t.rows)).toEqual([6]);
  });

  it('never exceeds the limit', () => {
    for (let limit = 1; limit <= 256; limit++) {
      expect(filledBatch(largestBatch(limit))).toBeLessThanOrEqual(limit);
      expect(filledBatch(limit)).toBeGreaterThanOrEqual(limit);
      expect(filledBatch(limit)).toBeLessThan(2 * limit);
    }
  });
});

describe('the runtime', () => {
  it('is asked for plainly when it is not installed', async () => {
    const missing = Object.assign(new Error("Cannot find package 'onnxruntime-node'"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    await expect(loadRuntime(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'ANALYSIS_001',
      message: expect.stringContaining('not installed'),
      advice: expect.stringContaining('npm install onnxruntime-node'),
    });
  });

  it('that does not start names platform and reason', async () => {
    const broken = () => Promise.reject(new Error('libonnxruntime.so.1: cannot open shared object file\nmore'));
    await expect(loadRuntime(broken)).rejects.toMatchObject({
      code: 'ANALYSIS_001',
      details: {
        platform: `${process.platform}-${process.arch}`,
        reason: 'libonnxruntime.so.1: cannot open shared object file',
      },
    });
  });
});

describe('obstacle', () => {
  const has = (...paths: string[]) => ({
    platform: 'linux',
    libraries: '/ort',
    exists: (p: string) => paths.includes(p),
  });

  it('is a missing library or device on Linux', () => {
    expect(obstacle('cuda', has())).toBe('libonnxruntime_providers_cuda.so is not installed');
    expect(obstacle('cuda', has('/ort/libonnxruntime_providers_cuda.so'))).toBeNull();
    expect(obstacle('tensorrt', has('/ort/libonnxruntime_providers_cuda.so'))).toContain('tensorrt');
    expect(obstacle('webgpu', has())).toContain('no graphics device');
    expect(obstacle('webgpu', has('/dev/dri'))).toBeNull();
    expect(obstacle('cpu', has())).toBeNull();
    expect(obstacle('cuda', { ...has(), libraries: null })).toBeNull();
  });

  it('is the platform elsewhere', () => {
    const mac = { platform: 'darwin', libraries: '/ort', exists: () => false };
    expect(obstacle('cuda', mac)).toContain('platform');
    expect(obstacle('webgpu', mac)).toBeNull();
    expect(obstacle('tensorrt', { ...mac, platform: 'win32' })).toContain('platform');
    expect(obstacle('cuda', { ...mac, platform: 'win32' })).toBeNull();
  });
});
