import { readFileSync } from 'node:fs';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { readGradient } from '../src/image/gradient.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { createVision } from '../src/vision/vision.ts';
import { coverage } from '../tests/scene/truth/methods.ts';
import {
  RENDERED_METHODS,
  type RenderedMethod,
  renderedOutcomes,
  renderedScenes,
  SCENES,
  seenIn,
} from '../tests/scene/truth/rendered.ts';

const MODELS = ['desk-detector', 'yolox-nano', 'deimv2-femto'];

/**
 * From image to millimetres: the rendered desks as the models see them, each looking as it does unasked, against the
 * true distances. Rows of a table, one per model and method.
 */
export async function imageDistances(): Promise<string[]> {
  const modelsDir = process.env.H200_MODELS_DIR ?? testAsset('models') ?? 'none';
  const store = new ModelsStore(loadConfig({ H200_MODELS_DIR: modelsDir }));
  const installed = store.entries.filter((e) => MODELS.includes(e.name) && store.installed(e) !== null);
  const rows: string[] = [];
  for (const { name } of installed) {
    for (const [method, list] of await distancesOf(name, modelsDir)) {
      const c = coverage(list.flat());
      const [sigma, error, shift] = [c.medianSigma, c.medianError, c.bias].map((x) => x.toFixed(1));
      const inside = `${(100 * c.covered).toFixed(1)} %`;
      rows.push(`| ${name} | ${method} | ${list.length} | ${c.n} | ${inside} | ${sigma} | ${error} | ${shift} |`);
    }
  }
  return [
    '| model | method | images | distances | inside the 90 % interval | median stated sigma, mm | median error, mm | median shift, mm |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
  ];
}

async function distancesOf(model: string, modelsDir: string) {
  const metrics = new Metrics();
  const config = loadConfig({ H200_MODELS_DIR: modelsDir, H200_MODEL: model, H200_TIMEOUT_MS: '600000' });
  const vision = createVision({ config, metrics, log: createLog('warn') });
  const found = new Map<RenderedMethod, ReturnType<typeof renderedOutcomes>[]>(RENDERED_METHODS.map((m) => [m, []]));
  for (const truth of renderedScenes()) {
    const { width, height, image: label } = truth;
    const bytes = readFileSync(new URL(label, SCENES));
    const image = { sha256: '', format: 'jpeg' as const, bytes, width, height, focal35mm: null, label };
    const [detected, gradient] = await Promise.all([vision.detect(image, {}), readGradient(image)]);
    const seen = { ...detected, ...(gradient && { gradient }) };
    for (const [method, list] of found) {
      const desk = seenIn(truth, method, seen);
      if (desk !== null) list.push(renderedOutcomes(desk));
    }
  }
  await vision.close();
  metrics.close();
  return found;
}
