import { AppError } from '../../errors.ts';
import { ShapeError } from '../detect/formats/format.ts';
import type { ModelEntry } from '../models/manifest.ts';
import type { ModelState } from '../models/report.ts';
import { firstLine } from './native-error.ts';
import { blank, Opener } from './opener.ts';
import type { LoadReport, Provider, ProviderAttempt, WorkerStart } from './protocol.ts';
import { AUTO_ORDER, obstacle, thisMachine } from './providers.ts';
import { loadRuntime, type OrtModule } from './runtime.ts';
import { importRuntime } from './runtime-install.ts';
import { type ModelSession, readModel } from './session.ts';

const WARM_UP_RUNS = 3;

/** What the machine has; tests put others in their place. */
export interface LoadParts {
  readonly runtime: () => Promise<OrtModule>;
  readonly obstacle: (provider: Provider) => string | null;
}

const realMachine = (dataDir: string): LoadParts => ({
  runtime: () => loadRuntime(() => importRuntime(dataDir)),
  obstacle: (provider) => obstacle(provider, thisMachine(dataDir)),
});

/**
 * Loads the model on the first provider that really creates a session and, where it is not the processor, completes a
 * run; `auto` keeps WebGPU only where it is faster than the processor. Throws ANALYSIS_001 or ANALYSIS_007.
 */
export async function loadModel(
  { entry, path, provider: wanted, threads, hurry, dataDir, chosen, graphics }: WorkerStart,
  onState: (state: ModelState) => void,
  machine: LoadParts = realMachine(dataDir),
): Promise<{ session: ModelSession; report: LoadReport }> {
  onState('LOADING');
  const start = performance.now();
  const [bytes, ort] = await Promise.all([readModel(entry, path), machine.runtime()]);
  const attempts: ProviderAttempt[] = [];
  const first = Atomics.load(chosen, 0) - 1;
  const opener = new Opener(ort, entry, bytes, threads, graphics);
  for (const provider of wanted === 'auto' ? AUTO_ORDER.slice(Math.max(0, first)) : [wanted]) {
    const hopeless = provider === 'webgpu' && wanted === provider ? null : machine.obstacle(provider);
    if (hopeless !== null) {
      attempts.push({ provider, error: hopeless });
      continue;
    }
    try {
      const onTrial = provider === 'webgpu' && wanted === 'auto' && first < 0;
      const session = onTrial ? await opener.openFaster(provider) : await opener.open(provider);
      if (wanted === 'auto') Atomics.compareExchange(chosen, 0, 0, AUTO_ORDER.indexOf(provider) + 1);
      onState('LOADED');
      const loadMs = performance.now() - start;
      await warmUp(session, entry, provider, hurry, onState);
      return { session, report: { provider, attempts, loadMs, dynamicBatch: session.dynamicBatch } };
    } catch (error) {
      if (error instanceof ShapeError) throw otherModel(entry, error);
      attempts.push({ provider, error: firstLine(error) });
    }
  }
  throw unusable(entry, attempts);
}

/** The first runs are slower than later ones. On the processor a waiting caller is worth more than a warm cache. */
async function warmUp(
  session: ModelSession,
  entry: ModelEntry,
  provider: Provider,
  hurry: Int32Array,
  onState: (state: ModelState) => void,
): Promise<void> {
  onState('WARMING');
  for (let run = 0; run < WARM_UP_RUNS; run++) {
    if (provider === 'cpu' && Atomics.load(hurry, 0) > 0) break;
    await session.detect([blank(entry)]);
  }
  onState('READY');
}

function otherModel(entry: ModelEntry, cause: ShapeError): AppError {
  return new AppError('ANALYSIS_007', {
    advice: 'Correct the entry in models/manifest.json, or run "h200-mug models fetch".',
    details: { model: entry.name, problem: firstLine(cause) },
    cause,
  });
}

/** The hash was right, so the file is what the manifest says; the runtime does not take it. */
function unusable(entry: ModelEntry, attempts: readonly ProviderAttempt[]): AppError {
  return new AppError('ANALYSIS_001', {
    message: 'No execution provider can run the model.',
    advice: 'Set H200_PROVIDER=cpu or another model; "h200-mug doctor" shows the reasons.',
    details: { model: entry.name, attempts },
  });
}
