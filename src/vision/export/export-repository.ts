import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../errors.ts';
import detection from '../detect/detection-task.ts';
import { acceptedFiles } from '../models/entry.ts';
import { sha256OfBytes } from '../models/hash.ts';
import type { InstalledModel } from '../models/models-store.ts';
import { readModel } from '../runtime/model-file.ts';
import { runError } from '../runtime/run-error.ts';
import { loadRuntime } from '../runtime/runtime.ts';
import { importRuntime } from '../runtime/runtime-install.ts';
import { OrtSession } from '../runtime/session.ts';
import { MADE_BY, type TritonModel, type TritonOptions, takesBatches, tritonConfig } from './triton-config.ts';

export interface Exported {
  readonly name: string;
  readonly path: string;
  readonly batches: boolean;
}

/**
 * Writes a model repository of NVIDIA Triton: for each model `name/config.pbtxt` and `name/1/model.onnx`. Names, shapes and
 * types of the tensors are the graph's own, once it is the one that the manifest describes.
 * Throws ANALYSIS_007 for a damaged file, VALIDATION_002 for a folder that holds something else of that name.
 */
export async function exportRepository(
  models: readonly InstalledModel[],
  folder: string,
  options: TritonOptions & { readonly dataDir: string },
): Promise<Exported[]> {
  const ort = await loadRuntime(() => importRuntime(options.dataDir));
  const targets = models.map(({ entry }) => resolve(folder, entry.name));
  await Promise.all(targets.map(refuseForeign));
  const exported: Exported[] = [];
  for (const [i, { entry, path }] of models.entries()) {
    const sha256 = acceptedFiles(entry).map((one) => one.sha256);
    const bytes = await readModel({ name: entry.name, file: entry.file, path, sha256 });
    const session = await OrtSession.create(ort, bytes, 'cpu', 1).catch((error: unknown) => {
      throw runError(error, entry.name);
    });
    const loaded = await detection
      .load(entry, async () => session)
      .catch((error: unknown) => {
        throw runError(error, entry.name);
      });
    const { inputs, outputs } = session;
    const model: TritonModel = { name: entry.name, sha256: sha256OfBytes(bytes), inputs, outputs };
    const config = tritonConfig(model, options);
    await loaded.dispose();
    const target = targets[i]!;
    await mkdir(join(target, '1'), { recursive: true });
    await replace(join(target, '1', 'model.onnx'), bytes);
    // Last: a server that watches the folder loads a model once this is there.
    await replace(join(target, 'config.pbtxt'), config);
    exported.push({ name: entry.name, path: target, batches: takesBatches(model) });
  }
  return exported;
}

async function refuseForeign(target: string): Promise<void> {
  if (!existsSync(target)) return;
  const config = await readFile(join(target, 'config.pbtxt'), 'utf8').catch(() => '');
  if (config.startsWith(MADE_BY)) return;
  throw new AppError('VALIDATION_002', {
    message: 'The folder holds something else under the name of a model.',
    advice: 'Give another folder, or remove what is there.',
    details: { path: target },
  });
}

async function replace(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await writeFile(temporary, content);
  await rename(temporary, path);
}
