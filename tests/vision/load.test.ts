import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LoadParts, loadModel } from '../../src/vision/load.ts';
import type { ModelEntry } from '../../src/vision/manifest.ts';
import type { WorkerStart } from '../../src/vision/protocol.ts';
import { obstacle } from '../../src/vision/providers.ts';
import type { ModelState } from '../../src/vision/report.ts';
import { loadRuntime, type OrtModule, sessionOptions } from '../../src/vision/runtime.ts';
import { modelsFolder, type TinyOptions, tinyDesk, tinyEntry } from './support/tiny-desk.ts';

let clean = () => {};
afterEach(() => clean());

function start(changes: Partial<ModelEntry> = {}, options: TinyOptions = {}): WorkerStart {
  const bytes = tinyDesk(options);
  const entry = tinyEntry(bytes, changes);
  const made = modelsFolder([{ entry, bytes }]);
  clean = made.clean;
  const path = join(made.folder, entry.file);
  return {
    entry,
    path,
    provider: 'auto',
    threads: 1,
    dataDir: made.folder,
    hurry: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** The real runtime on the processor, playing a machine on which `works` names the providers that come up. */
async function machine(works: (provider: string) => 'yes' | 'no' | 'no run'): Promise<LoadParts> {
  const ort = await loadRuntime();
  const create = async (bytes: Uint8Array, options: { executionProviders: string[] }) => {
    const provider = options.executionProviders[0]!;
    const state = works(provider);
    if (state === 'no') throw new Error(`${provider} has no device\nsecond line`);
    const session = await ort.InferenceSession.create(bytes, sessionOptions('cpu', 1));
    if (state === 'yes') return session;
    const broken = () => Promise.reject(new Error(`${provider} cannot run it`));
    return new Proxy(session, { get: (s, key) => (key === 'run' ? broken : Reflect.get(s, key)) });
  };
  const fake = { ...ort, Tensor: ort.Tensor, InferenceSession: { create } } as unknown as OrtModule;
  return { runtime: async () => fake, obstacle: () => null };
}

describe('loadModel', () => {
  const states: ModelState[] = [];
  const note = (state: ModelState) => states.push(state);
  beforeEach(() => {
    states.length = 0;
  });

  it('passes all states on this machine and says why the processor was taken', async () => {
    const { report, session } = await loadModel(start(), note);
    expect(states).toEqual(['LOADING', 'LOADED', 'WARMING', 'READY']);
    expect(report.dynamicBatch).toBe(true);
    expect(report.attempts.length + (report.provider === 'cpu' ? 0 : 1)).toBeLessThanOrEqual(3);
    await session.release();
  });

  it('tries tensorrt, cuda, webgpu, then the processor', async () => {
    const { report } = await loadModel(start(), note, await machine((p) => (p === 'cpu' ? 'yes' : 'no')));
    expect(report.provider).toBe('cpu');
    expect(report.attempts).toEqual(
      ['tensorrt', 'cuda', 'webgpu'].map((p) => ({ provider: p, error: `${p} has no device` })),
    );
  });

  it('takes the first that creates a session and completes a run', async () => {
    const works = await machine((p) => (p === 'tensorrt' ? 'no run' : 'yes'));
    const { report } = await loadModel(start(), note, works);
    expect(report.provider).toBe('cuda');
    expect(report.attempts).toEqual([{ provider: 'tensorrt', error: 'tensorrt cannot run it' }]);
  });

  it('tries nothing but the provider that was asked for', async () => {
    const call = loadModel({ ...start(), provider: 'cuda' }, note, await machine(() => 'no'));
    await expect(call).rejects.toMatchObject({
      code: 'ANALYSIS_001',
      details: { attempts: [{ provider: 'cuda', error: 'cuda has no device' }] },
    });
  });

  it('knows a fixed batch dimension', async () => {
    const { report } = await loadModel(start({}, { batch: 1 }), note);
    expect(report.dynamicBatch).toBe(false);
  });

  it.each<[string, Partial<ModelEntry>, TinyOptions, string]>([
    ['another size', { input: { ...tinyEntry(tinyDesk()).input, size: 64 } }, {}, 'uint8[n,32,32,3]'],
    ['another type', { input: { ...tinyEntry(tinyDesk()).input, dtype: 'float32' } }, {}, 'float32'],
    ['another format', { format: 'deim' }, { inputName: 'orig_target_sizes' }, 'inputs'],
  ])('refuses a graph of %s than the manifest says', async (_, changes, options, problem) => {
    await expect(loadModel(start(changes, options), note)).rejects.toMatchObject({
      code: 'ANALYSIS_007',
      details: { model: 'tiny', problem: expect.stringContaining(problem) },
    });
  });

  it('refuses a file with another hash, one that is gone and one that is no model', async () => {
    await expect(loadModel(start({ sha256: 'a'.repeat(64) }), note)).rejects.toMatchObject({ code: 'ANALYSIS_007' });
    await expect(loadModel({ ...start(), path: '/nowhere.onnx' }, note)).rejects.toMatchObject({
      code: 'ANALYSIS_001',
    });
    const garbage = Buffer.alloc(1000, 'no model');
    const made = modelsFolder([{ entry: tinyEntry(garbage), bytes: garbage }]);
    const begin = { ...start(), entry: tinyEntry(garbage), path: join(made.folder, 'tiny.onnx') };
    await expect(loadModel(begin, note)).rejects.toMatchObject({ code: 'ANALYSIS_001' });
    made.clean();
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
