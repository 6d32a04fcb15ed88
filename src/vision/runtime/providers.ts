import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider } from './protocol.ts';
import { findRuntime } from './runtime-install.ts';

/** The order in which `auto` tries. */
export const AUTO_ORDER: readonly Provider[] = ['tensorrt', 'cuda', 'webgpu', 'cpu'];

/** On these one run of many inputs is faster than many runs. An inference server makes batches itself, of what comes to it at once. */
export function profitsFromBatches(provider: Provider): boolean {
  return provider !== 'cpu' && provider !== 'remote';
}

/**
 * Batches are filled up to a power of two: CUDA tunes its convolutions, and TensorRT builds an engine, for every batch
 * size that is new to it, which takes longer than the runs of the inputs that fill up.
 */
export function filledBatch(inputs: number): number {
  return 2 ** Math.ceil(Math.log2(inputs));
}

/** Rows of the tensor that holds `count` inputs. */
export function batchRows(provider: Provider, count: number): number {
  return profitsFromBatches(provider) ? filledBatch(count) : count;
}

/** The most inputs of a batch that does not exceed `limit` when it is filled up. */
export function largestBatch(limit: number): number {
  return 2 ** Math.floor(Math.log2(limit));
}

/** Sessions of one model on one graphics device: more only take memory, batches fill it instead. */
export function maxWorkers(provider: Provider, wanted: number | undefined, cores: number): number {
  // Two WebGPU sessions never run at once (`oneAtATime`), so a second one has nothing to do.
  if (provider === 'webgpu') return 1;
  return wanted ?? (provider === 'cpu' ? cores : Math.min(cores, 2));
}

export interface Machine {
  readonly platform: string;
  readonly exists: (path: string) => boolean;
  /** Folder of the runtime's native libraries; null when it cannot be found. */
  readonly libraries: string | null;
}

/**
 * Why trying this provider is pointless here, or null. Saves the time and the native error lines of attempts that
 * cannot succeed; whatever passes is really tried.
 */
export function obstacle(provider: Provider, machine: Machine): string | null {
  if (machine.platform !== 'linux') {
    return provider === 'tensorrt' || (provider === 'cuda' && machine.platform === 'darwin')
      ? 'not built for this platform'
      : null;
  }
  if (provider === 'cuda' || provider === 'tensorrt') {
    const library = `libonnxruntime_providers_${provider}.so`;
    if (machine.libraries === null || machine.exists(join(machine.libraries, library))) return null;
    return `${library} is not installed`;
  }
  const device = ['/dev/dri', '/dev/nvidia0', '/dev/dxg'].some(machine.exists);
  return provider === 'webgpu' && !device ? 'no graphics device (/dev/dri, /dev/nvidia0)' : null;
}

/** `dataDir`: where the runtime is when the package came without it. */
export function thisMachine(dataDir: string): Machine {
  return { platform: process.platform, exists: existsSync, libraries: librariesFolder(dataDir) };
}

function librariesFolder(dataDir: string): string | null {
  const main = findRuntime(dataDir);
  return main === null
    ? null
    : join(dirname(fileURLToPath(main)), '..', 'bin', 'napi-v6', process.platform, process.arch);
}
