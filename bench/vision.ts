import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import type { Image } from '../src/image/image.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { ModelDetector } from '../src/vision/detect/model-detector.ts';
import { resizeImage } from '../src/vision/detect/resized-image.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { openBare } from './support/bare-detect.ts';
import { line, machine, median, paired, ratioText } from './support/measure.ts';

/**
 * The detector against the bare parts in the same run, in turn: `node bench/vision.ts`.
 * Needs DEIMv2-Femto in H200_TEST_ASSETS/models and a photo there. Bare: sharp and one ONNX session in sequence,
 * without queue, threads, messages, decoding of the outputs, NMS, cancellation.
 */
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const source = testAsset('photos', 'other', 'jetson_desk.jpg');
if (!model || !source) throw new Error('bench/vision.ts needs H200_TEST_ASSETS');
const cores = Math.max(2, availableParallelism());
const bytes = await sharp(source).resize(1920, 1080, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
const image: Image = { sha256: '', format: 'jpeg', bytes, width: 1920, height: 1080, focal35mm: null, label: 'bench' };
/** What the bare session does. */
const SINGLE = { inference: 'single' } as const;
const WINDOW_MS = 1000;
const ROUNDS = 5;

/** Images per second, and processor time of the whole process per image, ms. */
interface Rate {
  readonly perSecond: number;
  readonly processor: number;
}

/** Runs `work`, which answers how many images it did. */
async function rate(work: () => Promise<number>): Promise<Rate> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const done = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: done / ((performance.now() - start) / 1000), processor: (user + system) / 1000 / done };
}

function detector(workers: number) {
  const config = loadConfig({
    H200_MODELS_DIR: testAsset('models') ?? '',
    H200_MODEL: 'deimv2-femto',
    H200_PROVIDER: 'cpu',
    H200_WORKERS: String(workers),
    H200_TIMEOUT_MS: '600000',
  });
  const metrics = new Metrics();
  return new ModelDetector(new ModelsStore(config).select(), { config, metrics, log: createLog('warn') });
}

/** Bare threads that all work for the same time. */
async function bareThreads(count: number, threads: number) {
  const workers = Array.from(
    { length: count },
    () =>
      new Worker(new URL('./support/bare-worker.ts', import.meta.url), {
        workerData: { model, bytes, threads },
      }),
  );
  const next = (w: Worker) => new Promise<unknown>((resolve) => w.once('message', resolve));
  await Promise.all(workers.map(next));
  const measure = (decode: boolean) =>
    rate(async () => {
      const counts = workers.map(next);
      for (const w of workers) w.postMessage({ ms: WINDOW_MS, decode });
      return ((await Promise.all(counts)) as number[]).reduce((a, b) => a + b, 0);
    });
  return { name: `${count} x ${threads}`, measure, close: () => Promise.all(workers.map((w) => w.terminate())) };
}

/** `clients` calls are always open. */
function throughput(clients: number, call: () => Promise<unknown>): Promise<Rate> {
  return rate(async () => {
    const end = performance.now() + WINDOW_MS;
    let done = 0;
    const client = async () => {
      for (; performance.now() < end; done++) await call();
    };
    await Promise.all(Array.from({ length: clients }, client));
    return done;
  });
}

/** Processor time of all threads of this process per call, ms: unlike the clock it hardly sees what else the machine does. */
async function processorTime(calls: number, call: () => Promise<unknown>): Promise<number> {
  const start = process.cpuUsage();
  for (let i = 0; i < calls; i++) await call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / calls;
}

/** Median ratio of the processor time of A and B, measured in turn. */
async function pairedTime(rounds: number, a: () => Promise<unknown>, b: () => Promise<unknown>, each: number) {
  const ratios: number[] = [];
  const times: { a: number; b: number }[] = [];
  for (let i = 0; i < rounds; i++) {
    const [ta, tb] = [await processorTime(4, a), await processorTime(4, b)];
    times.push({ a: ta / each, b: tb });
    ratios.push(ta / each / tb);
  }
  const sorted = ratios.toSorted((x, y) => x - y);
  const text = ratioText({ ratio: median(ratios), low: sorted[0]!, high: sorted.at(-1)! });
  return {
    text,
    detail: `${median(times.map((t) => t.a)).toFixed(1)} ÷ ${median(times.map((t) => t.b)).toFixed(1)} ms`,
  };
}

console.log(machine());
const bare = await openBare(model);
await bare.decode(bytes);

{
  const one = detector(1);
  const sequence = async () => {
    await bare.decode(bytes);
    await bare.run();
  };
  const resized = await resizeImage(image, { size: 416, fit: 'stretch' });
  const run = await paired(40, () => one.detectScaled(resized), bare.run);
  line('detect, decoded ÷ session.run', ratioText(run), '≤ 1.03', `${run.a.toFixed(1)} ÷ ${run.b.toFixed(1)} ms`);
  const whole = await paired(40, () => one.detect(image, SINGLE), sequence);
  line(
    'detect, 1080p JPEG ÷ (decode + run)',
    ratioText(whole),
    '≤ 1.05',
    `${whole.a.toFixed(1)} ÷ ${whole.b.toFixed(1)} ms`,
  );
  const together = (n: number, call: () => Promise<unknown>) => () => Promise.all(Array.from({ length: n }, call));
  for (const [name, a, b, each] of [
    ['processor time, decoded ÷ session.run', () => one.detectScaled(resized), bare.run, 1],
    ['processor time, 1080p JPEG ÷ (decode + run)', () => one.detect(image, SINGLE), sequence, 1],
    ['processor time, 1080p JPEG, 16 at once', together(16, () => one.detect(image, SINGLE)), sequence, 16],
  ] as const) {
    const { text, detail } = await pairedTime(9, a, b, each);
    line(name, text, '≤ 1.05', detail);
  }
  await one.close();
}

{
  const many = detector(cores);
  const resized = await resizeImage(image, { size: 416, fit: 'stretch' });
  const bares = await Promise.all([bareThreads(1, 1), bareThreads(cores, 1), bareThreads(1, cores)]);
  await throughput(2 * cores, () => many.detectScaled(resized));
  for (const [what, decode, call] of [
    ['decoded', false, () => many.detectScaled(resized)],
    ['1080p JPEG', true, () => many.detect(image, SINGLE)],
  ] as const) {
    const clients = [1, 4, 16, 64];
    const rounds: { best: Rate; name: string; ours: Rate[] }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const bareRates = [];
      for (const b of bares) bareRates.push({ name: b.name, best: await b.measure(decode) });
      const top = bareRates.reduce((a, b) => (b.best.perSecond > a.best.perSecond ? b : a));
      const ours: Rate[] = [];
      for (const n of clients) ours.push(await throughput(n, call));
      rounds.push({ ...top, ours });
    }
    const won = [...new Set(rounds.map((r) => r.name))].join(', ');
    const bareRate = median(rounds.map((r) => r.best.perSecond)).toFixed(1);
    clients.forEach((n, i) => {
      const speeds = rounds.map((r) => r.ours[i]!.perSecond / r.best.perSecond);
      const text = { ratio: median(speeds), low: Math.min(...speeds), high: Math.max(...speeds) };
      const processor = median(rounds.map((r) => r.ours[i]!.processor / r.best.processor));
      line(
        `throughput ${what}, ${n} clients ÷ best bare`,
        ratioText(text),
        n === 1 ? '–' : n === 64 ? '≥ 0.90' : '≥ 0.95',
        `processor time ${processor.toFixed(3)}; bare ${bareRate}/s (${won} workers x threads)`,
      );
    });
  }
  await Promise.all(bares.map((b) => b.close()));
  const tiled = await paired(
    15,
    () => many.detect(image, { inference: 'tiled' }),
    () => many.detect(image, SINGLE),
  );
  line('tiled ÷ single inference', ratioText(tiled), '≤ 6', `${tiled.a.toFixed(1)} ÷ ${tiled.b.toFixed(1)} ms`);

  const lag = monitorEventLoopDelay({ resolution: 1 });
  lag.enable();
  await sleep(WINDOW_MS);
  const idle = lag.percentile(99) / 1e6;
  lag.reset();
  await throughput(64, () => many.detect(image, SINGLE));
  line(
    'event loop lag p99 with 64 clients, ms',
    (lag.percentile(99) / 1e6 - 1).toFixed(2),
    '≤ 5',
    `idle ${(idle - 1).toFixed(2)}`,
  );
  lag.disable();
  await many.close();
}
process.exit();
