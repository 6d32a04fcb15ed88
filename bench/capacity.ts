import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { createApp } from '../src/app/create-app.ts';
import { loadConfig } from '../src/config/config.ts';
import { resizeImage } from '../src/vision/detect/resized-image.ts';
import { fillTensor, tensorDims, tensorLength } from '../src/vision/detect/tensor.ts';
import { tileImage } from '../src/vision/detect/views.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { ort } from '../src/vision/runtime/onnxruntime.ts';
import { startFakeRunpod } from '../tests/fakes/runpod/fake-runpod.ts';
import { CPUS } from '../tests/fakes/runpod/gpus.ts';
import { localCall, makeRule } from '../tests/support/caller.ts';
import { type CapacityRow, capacityTable, cpuRow, gpuRow, type UnitCosts } from './support/capacity-table.ts';
import { isQuick, line, machine, median } from './support/measure.ts';

/**
 * What one photo takes of a processor, measured here, and what follows from it on the GPUs of the provider's catalog:
 * `npm run bench -- capacity [--vcpus=8] [--queue-ms=4] [--write]`. With RUNPOD_API_KEY the prices are RunPod's, else the placeholders of the fake.
 * --queue-ms: what the queue adds (`npm run bench -- queue`). --write: the table of docs/scale.md is made anew.
 */
const option = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const VCPUS = option('vcpus', 8);
const QUEUE_MS = option('queue-ms', 4);
const ROUNDS = isQuick ? 2 : 6;
const BEGIN = '<!-- computed by `npm run bench -- capacity --write` -->';
const END = '<!-- end of what is computed -->';
const examples = fileURLToPath(new URL('../examples/', import.meta.url));
const document = fileURLToPath(new URL('../docs/scale.md', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'h200-capacity-'));
/** A camera's picture, 1280 x 960. */
const photos = await Promise.all(
  readdirSync(examples)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => sharp(join(examples, name)).resize(1280, 960, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer()),
);
const isReal = Boolean(process.env.RUNPOD_API_KEY);
const fake = isReal ? null : await startFakeRunpod({ rates: null });
const env = {
  ...(isReal ? process.env : fake?.env),
  ...(process.env.H200_MODELS_DIR && { H200_MODELS_DIR: process.env.H200_MODELS_DIR }),
  ...{ H200_DATA_DIR: join(folder, 'data'), H200_WORKERS: '1', LOG_LEVEL: 'silent' },
};
const app = await createApp(loadConfig(env as Record<string, string>));

/** Seconds of processor time of this process, all threads. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function measure() {
  await makeRule(app.services.rules, { text: 'Keep mugs at least 6 inches away from laptops' }, { user: 'local' });
  let salt = 0;
  const analyse = async () => {
    for (const bytes of photos) {
      // Every time another threshold, so that the cache never answers.
      salt += 1;
      await app.services.analyses.analyze(localCall, { bytes, image: 'desk.jpg', threshold: 0.4 + salt * 1e-6 });
    }
  };
  const model = new ModelsStore(loadConfig(env as Record<string, string>)).select();
  const { input } = model.entry;
  const session = await ort.InferenceSession.create(model.path, {
    ...{ intraOpNumThreads: 1, interOpNumThreads: 1 },
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const numbers = new (input.dtype === 'uint8' ? Uint8Array : Float32Array)(tensorLength(input));
  const image = { bytes: photos[0]!, width: 1280, height: 960 };
  fillTensor(numbers, await resizeImage(image, input), input);
  const views = model.entry.inference === 'tiled' ? (await tileImage(image, input)).tiles.length : 1;
  const size = BigInt64Array.from([BigInt(input.size), BigInt(input.size)]);
  const feeds = Object.fromEntries(
    session.inputNames.map((name) => [
      name,
      /size/.test(name)
        ? new ort.Tensor('int64', size, [1, 2])
        : new ort.Tensor(input.dtype, numbers as Float32Array & Uint8Array, tensorDims(input, 1)),
    ]),
  );
  const run = async () => {
    for (let n = 0; n < views * photos.length; n += 1) await session.run(feeds);
  };
  await analyse();
  await run();
  const [whole, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    whole.push((await cpuOf(analyse)) / photos.length);
    alone.push((await cpuOf(run)) / photos.length);
  }
  await session.release();
  const name = `${model.entry.name}, ${views} view${views === 1 ? '' : 's'} of a photo of 1280 x 960`;
  const costs: UnitCosts = { modelCpuS: median(alone), totalCpuS: median(whole), queueCpuS: QUEUE_MS / 1000 };
  const ms = (s: number) => `${(1000 * s).toFixed(0)} ms`;
  line('processor time of one analysis', ms(costs.totalCpuS), '', name);
  line('of that the runs of the model', ms(costs.modelCpuS), '', name);
  const begun = performance.now();
  for (let round = 0; round < ROUNDS; round += 1) await Promise.all([analyse(), analyse()]);
  const perS = (2 * ROUNDS * photos.length) / ((performance.now() - begun) / 1000);
  line('photos a second of this machine, two at once', perS.toFixed(1), '', name);
  return { costs, perS };
}

function write(rows: readonly CapacityRow[], costs: UnitCosts, source: string): void {
  const text = readFileSync(document, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`${document} has no place for it`);
  const ms = (s: number) => `${(1000 * s).toFixed(0)} ms`;
  const said = [
    `Measured ${new Date().toISOString().slice(0, 10)} on ${machine()}: one analysis takes ${ms(costs.totalCpuS)} of processor time, of these`,
    `${ms(costs.modelCpuS)} in the runs of the model. Assumed: ${VCPUS} vCPUs beside each GPU (RunPod's catalog does not tell), each as fast as one here;`,
    `the queue adds ${ms(costs.queueCpuS)} (measured above). Prices: ${source}.`,
  ].join('\n');
  writeFileSync(document, `${before}${BEGIN}\n\n${said}\n\n${capacityTable(rows)}\n\n${END}${after}`);
}

console.log(machine());
try {
  const { costs, perS } = await measure();
  const offers = await app.services.fleet.offers(localCall, { type: 'timed', gpu_count: 1, max_price: null });
  const [cpu] = CPUS;
  const source = isReal ? "RunPod's catalog of that moment" : 'placeholders of `npm run fake:runpod`, not RunPod’s';
  const here = cpus().length;
  const rows: CapacityRow[] = [
    { ...cpuRow(`this machine, ${here} vCPUs`, null, costs, here), measuredPhotosPerS: perS },
    cpuRow('1 vCPU, no GPU', isReal ? null : cpu!.price, costs, 1),
    cpuRow(`${VCPUS} vCPUs, no GPU`, isReal ? null : VCPUS * cpu!.price, costs, VCPUS),
    ...offers.map((offer) => gpuRow(offer, costs, { vcpus: VCPUS })),
  ];
  console.log(`${source}\n${capacityTable(rows)}`);
  if (process.argv.includes('--write')) write(rows, costs, source);
} finally {
  await app.close();
  await fake?.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
