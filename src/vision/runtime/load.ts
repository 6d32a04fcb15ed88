import { AppError } from '../../errors.ts';
import type { ModelState } from '../models/report.ts';
import { readModel } from './model-file.ts';
import { firstLine } from './native-error.ts';
import { Opener } from './opener.ts';
import type { LoadReport, Provider, ProviderAttempt, WorkerStart } from './protocol.ts';
import { AUTO_ORDER, obstacle, thisMachine } from './providers.ts';
import { loadRuntime, type OrtModule } from './runtime.ts';
import { importRuntime } from './runtime-install.ts';
import { ShapeError } from './shape-error.ts';
import type { LoadedTask, WorkerTask } from './task.ts';

/** On the processor one takes what a first run takes longer (44 ms, then 35, then 28); three would cost more than they bring. */
const warmUpRuns = (provider: Provider) => (provider === 'cpu' ? 1 : 3);

/** What the machine has; tests put others in their place. */
export interface LoadDeps {
  readonly runtime: () => Promise<OrtModule>;
  readonly obstacle: (provider: Provider) => string | null;
}

const realMachine = (dataDir: string): LoadDeps => ({
  runtime: () => loadRuntime(() => importRuntime(dataDir)),
  obstacle: (provider) => obstacle(provider, thisMachine(dataDir)),
});

/**
 * Loads the task's model on the first provider that really creates a session and, where it is not the processor,
 * completes a run; `auto` keeps WebGPU only where it is faster than the processor. Throws ANALYSIS_001 or ANALYSIS_007.
 */
export async function loadTask<Config, Input, Output>(
  module: WorkerTask<Config, Input, Output> | Promise<WorkerTask<Config, Input, Output>>,
  start: WorkerStart<Config>,
  onState: (state: ModelState) => void,
  machine: LoadDeps = realMachine(start.dataDir),
): Promise<{ loaded: LoadedTask<Input, Output>; report: LoadReport }> {
  const { model, config, provider: wanted, chosen, skipWarmup } = start;
  onState('LOADING');
  const begin = performance.now();
  const [task, bytes, ort] = await Promise.all([module, readModel(model), machine.runtime()]);
  const attempts: ProviderAttempt[] = [];
  const first = Atomics.load(chosen, 0) - 1;
  const opener = new Opener(task, start, ort, bytes);
  for (const provider of wanted === 'auto' ? AUTO_ORDER.slice(Math.max(0, first)) : [wanted]) {
    const hopeless = provider === 'webgpu' && wanted === provider ? null : machine.obstacle(provider);
    if (hopeless !== null) {
      attempts.push({ provider, error: hopeless });
      continue;
    }
    try {
      const onTrial = provider === 'webgpu' && wanted === 'auto' && first < 0;
      const loaded = onTrial ? await opener.openFaster(provider) : await opener.open(provider);
      if (wanted === 'auto') Atomics.compareExchange(chosen, 0, 0, AUTO_ORDER.indexOf(provider) + 1);
      onState('LOADED');
      const loadMs = performance.now() - begin;
      onState('WARMING');
      // The first runs are slower than later ones. On the processor a waiting caller is worth more than a warm cache.
      const skip = () => provider === 'cpu' && Atomics.load(skipWarmup, 0) > 0;
      for (let run = 0; run < warmUpRuns(provider) && !skip(); run++) await loaded.run([task.blank(config)]);
      onState('READY');
      return { loaded, report: { provider, attempts, loadMs, dynamicBatch: loaded.dynamicBatch } };
    } catch (error) {
      if (error instanceof ShapeError) throw otherModel(model.name, error);
      attempts.push({ provider, error: firstLine(error) });
    }
  }
  throw unusable(model.name, attempts);
}

function otherModel(model: string, cause: ShapeError): AppError {
  return new AppError('ANALYSIS_007', {
    advice: 'Correct the entry in models/manifest.json, or run "h200-mug models fetch".',
    details: { model, problem: firstLine(cause) },
    cause,
  });
}

/** The hash was right, so the file is what the manifest says; the runtime does not take it. */
function unusable(model: string, attempts: readonly ProviderAttempt[]): AppError {
  return new AppError('ANALYSIS_001', {
    message: 'No execution provider can run the model.',
    advice: 'Set H200_PROVIDER=cpu or another model; "h200-mug doctor" shows the reasons.',
    details: { model, attempts },
  });
}
