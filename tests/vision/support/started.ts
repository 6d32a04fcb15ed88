import { loadConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { ModelDetector } from '../../../src/vision/detect/model-detector.ts';
import type { ModelEntry } from '../../../src/vision/models/manifest.ts';
import { createVision } from '../../../src/vision/vision.ts';
import { modelsFolder, onlyFolder, type TinyOptions, tinyDesk, tinyEntry } from './tiny-desk.ts';

type Environment = Readonly<Record<string, string>>;
interface Options extends TinyOptions {
  readonly env?: Environment;
  readonly entry?: Partial<ModelEntry>;
  readonly batchable?: boolean;
  readonly hangMs?: number;
}

function parts(folder: string, { env = {}, batchable, hangMs }: Options) {
  const metrics = new Metrics();
  const config = loadConfig({ H200_MODELS_DIR: folder, H200_WORKERS: '1', ...env });
  return {
    config,
    metrics,
    log: createLog('silent'),
    ...(batchable !== undefined && { batchable }),
    ...(hangMs && { hangMs }),
  };
}

/** A running detector of the tiny model. `stop` ends it and removes its files. */
export function startDetector(options: Options = {}) {
  const bytes = tinyDesk(options);
  const entry = tinyEntry(bytes, options.entry);
  const { folder, clean } = modelsFolder([{ entry, bytes }]);
  const made = parts(folder, options);
  const installed = onlyFolder(folder).select();
  const detector = new ModelDetector(installed, made);
  const stop = async () => {
    await detector.close();
    made.metrics.close();
    clean();
  };
  return { detector, entry, path: installed.path, metrics: made.metrics, stop };
}

/** A whole Vision over the given models. */
export function startVision(models: Parameters<typeof modelsFolder>[0], options: Options = {}) {
  const { folder, clean } = modelsFolder(models);
  const made = parts(folder, options);
  const vision = createVision({ ...made, store: onlyFolder(folder, options.env?.H200_MODEL) });
  const stop = async () => {
    await vision.close();
    made.metrics.close();
    clean();
  };
  return { vision, folder, metrics: made.metrics, stop };
}

/** The labelled values of one metric. */
export async function metricValues(metric: {
  get(): Promise<{ values: { value: number; labels: object }[] }>;
}): Promise<{ value: number; labels: object }[]> {
  return (await metric.get()).values.map(({ value, labels }) => ({ value, labels }));
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
