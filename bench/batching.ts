import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { ModelDetector } from '../src/vision/detect/model-detector.ts';
import { resizeImage } from '../src/vision/detect/resized-image.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { isQuick, line, machine, paired, ratioText } from './support/measure.ts';

/**
 * Runs of several images against as many runs of one, on the processor, in turn: `npm run bench -- batching`. Batches are off there
 * (`profitsFromBatches`); this is why. The embedded model, and DEIMv2-Femto where it is.
 */
const AT_ONCE = 8;
const ROUNDS = isQuick ? 8 : 20;
const metrics = new Metrics();

async function compare(name: string): Promise<void> {
  const config = loadConfig({
    H200_MODELS_DIR: testAsset('models') ?? '/nowhere',
    H200_MODEL: name,
    H200_PROVIDER: 'cpu',
    H200_WORKERS: '1',
    MAX_BATCH_SIZE: String(AT_ONCE),
    H200_TIMEOUT_MS: '600000',
  });
  const model = new ModelsStore(config).select();
  const deps = { config, metrics, log: createLog('silent') };
  const [together, single] = [true, false].map((batchable) => new ModelDetector(model, { ...deps, batchable }));
  const { input } = model.entry;
  const pixels = new Uint8Array(3 * input.size * input.size).map((_, i) => (i * 2_654_435_761) >>> 24);
  const { default: sharp } = await import('sharp');
  const bytes = await sharp(pixels, { raw: { width: input.size, height: input.size, channels: 3 } })
    .png()
    .toBuffer();
  const image = await resizeImage({ bytes, width: input.size, height: input.size }, input);
  const all = (detector: ModelDetector) => () =>
    Promise.all(Array.from({ length: AT_ONCE }, () => detector.detectScaled(image)));
  const text = await paired(ROUNDS, all(together!), all(single!));
  line(
    `${name}: up to ${AT_ONCE} images in a run ÷ one in each, processor`,
    ratioText(text),
    '–',
    `${(text.a / AT_ONCE).toFixed(1)} ÷ ${(text.b / AT_ONCE).toFixed(1)} ms an image; above 1, batches are slower and stay off`,
  );
  await Promise.all([together!.close(), single!.close()]);
}

console.log(machine());
await compare('desk-detector');
if (testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx')) await compare('deimv2-femto');
metrics.close();
