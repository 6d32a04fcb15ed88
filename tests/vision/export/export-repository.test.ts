import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { exportRepository } from '../../../src/vision/export/export-repository.ts';
import { tritonConfig } from '../../../src/vision/export/triton-config.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { modelsFolder, onlyFolder, type TinyOptions, tinyDesk, tinyEntry } from '../support/tiny-desk.ts';

const cleans: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleans.splice(0)) clean();
});

function prepared(options: TinyOptions = {}, changes: Partial<ModelEntry> = {}) {
  const bytes = tinyDesk(options);
  const { folder, clean } = modelsFolder([{ entry: tinyEntry(bytes, changes), bytes }]);
  const target = mkdtempSync(join(tmpdir(), 'h200-export-'));
  cleans.push(clean, () => rmSync(target, { recursive: true, force: true }));
  const store = onlyFolder(folder);
  const models = store.entries.flatMap((entry) => store.installed(entry) ?? []);
  const options_ = { maxBatch: 8, queueDelayUs: 500, dataDir: folder };
  return { bytes, folder, target, write: () => exportRepository(models, target, options_) };
}

describe('a model repository', () => {
  it('has the checked file and a configuration with the tensors of the graph', async () => {
    const { bytes, target, write } = prepared();
    expect(await write()).toEqual([{ name: 'tiny', path: join(target, 'tiny'), batches: true }]);
    expect(readFileSync(join(target, 'tiny', '1', 'model.onnx')).equals(bytes)).toBe(true);
    expect(
      readFileSync(join(target, 'tiny', 'config.pbtxt'), 'utf8'),
    ).toBe(`# Made by h200-mug. Exported again, it is written anew.
name: "tiny"
backend: "onnxruntime"
default_model_filename: "model.onnx"
max_batch_size: 8
input [
  { name: "image" data_type: TYPE_UINT8 dims: [ 32, 32, 3 ] }
]
output [
  { name: "boxes" data_type: TYPE_FP32 dims: [ 3, 4 ] },
  { name: "scores" data_type: TYPE_FP32 dims: [ 3 ] },
  { name: "labels" data_type: TYPE_INT64 dims: [ 3 ] }
]
dynamic_batching { max_queue_delay_microseconds: 500 }
model_warmup [
  {
    name: "blank"
    batch_size: 1
    inputs { key: "image" value { data_type: TYPE_UINT8 dims: [ 32, 32, 3 ] zero_data: true } }
  }
]
parameters { key: "h200_sha256" value { string_value: "${tinyEntry(bytes).sha256}" } }
`);
  });

  it('makes no batches of a graph that takes one image at a time', async () => {
    const { target, write } = prepared({ batch: 1 });
    expect(await write()).toMatchObject([{ batches: false }]);
    const config = readFileSync(join(target, 'tiny', 'config.pbtxt'), 'utf8');
    expect(config).toContain('max_batch_size: 0\n');
    expect(config).toContain('dims: [ 1, 32, 32, 3 ]');
    expect(config).not.toContain('dynamic_batching');
  });

  it('is written anew, but nothing else is', async () => {
    const { bytes, target, write } = prepared();
    await write();
    writeFileSync(join(target, 'tiny', '1', 'model.onnx'), 'old');
    await write();
    expect(readFileSync(join(target, 'tiny', '1', 'model.onnx')).equals(bytes)).toBe(true);
    writeFileSync(join(target, 'tiny', 'config.pbtxt'), 'name: "tiny" # by hand');
    await expect(write()).rejects.toMatchObject({ code: 'VALIDATION_002', details: { path: join(target, 'tiny') } });
    rmSync(join(target, 'tiny'), { recursive: true });
    mkdirSync(join(target, 'tiny'));
    await expect(write()).rejects.toMatchObject({ code: 'VALIDATION_002' });
  });

  it('holds no file that is damaged, and none that is not what the manifest says', async () => {
    const damaged = prepared();
    writeFileSync(
      join(damaged.folder, 'tiny.onnx'),
      damaged.bytes.map((b, i) => (i === 100 ? b ^ 1 : b)),
    );
    await expect(damaged.write()).rejects.toMatchObject({ code: 'ANALYSIS_007' });
    const other = prepared({}, { format: 'deim' });
    await expect(other.write()).rejects.toMatchObject({ code: 'ANALYSIS_007' });
  });

  it('keeps names inside their quotes, whatever they are', () => {
    const config = tritonConfig(
      {
        name: 'x',
        sha256: 'f',
        inputs: [{ name: 'a" }\n\\é', type: 'float32', shape: ['n', 3] }],
        outputs: [{ name: 'o', type: 'int64', shape: ['n', 'any'] }],
      },
      { maxBatch: 1, queueDelayUs: 0 },
    );
    expect(config).toContain('name: "a\\042 }\\012\\134\\303\\251" data_type: TYPE_FP32 dims: [ 3 ]');
    expect(config).toContain('dims: [ -1 ]');
  });
});
