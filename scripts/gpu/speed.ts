import { Worker } from 'node:worker_threads';
import { resizeImage } from '../../src/vision/detect/resized-image.ts';
import { tensorDims, tensorLength } from '../../src/vision/detect/tensor.ts';
import { ModelsStore } from '../../src/vision/models/models-store.ts';
import { ort } from '../../src/vision/runtime/onnxruntime.ts';
import { sessionOptions } from '../../src/vision/runtime/runtime.ts';
import { configFor, detectorFor, loadImage, message, round, timed, write } from './common.ts';

/**
 * Images per second on one provider: speed.ts bare|threads|ours PROVIDER MODEL RESULTS.
 * bare: one session on this thread; threads: two threads with one each; ours: the pool and its dispatcher. Images are
 * scaled already in all of them; ours also makes the tensor and decodes the outputs.
 */
const [mode = 'bare', provider = 'cpu', model = 'desk-detector', results = ''] = process.argv.slice(2);
const WINDOW_MS = Number(process.env.CHECK_WINDOW_MS || 1000);
const BATCHES = (process.env.CHECK_BATCHES || '1,8,32').split(',').map(Number);
const about = { step: 'speed', mode, provider, model };
const { entry, path } = new ModelsStore(configFor(provider, { H200_MODEL: model })).select();

async function openBare() {
  ort.env.logLevel = 'error';
  const session = await ort.InferenceSession.create(path, sessionOptions(provider, 1));
  const feeds = (batch: number) => {
    const { dtype } = entry.input;
    const data = new (dtype === 'float32' ? Float32Array : Uint8Array)(tensorLength(entry.input) * batch).fill(
      dtype === 'float32' ? 0.4 : 99,
    );
    const made: Record<string, ort.Tensor> = {};
    for (const name of session.inputNames) {
      made[name] =
        name === 'orig_target_sizes'
          ? new ort.Tensor('int64', new BigInt64Array(2 * batch).fill(416n), [batch, 2])
          : (new ort.Tensor(dtype, data, tensorDims(entry.input, batch)) as ort.Tensor);
    }
    return made;
  };
  return { session, feeds };
}

async function bareRate(session: ort.InferenceSession, feeds: Record<string, ort.Tensor>, batch: number) {
  const times: number[] = [];
  const start = performance.now();
  while (performance.now() - start < WINDOW_MS) times.push((await timed(() => session.run(feeds)))[1]);
  times.sort((a, b) => a - b);
  const perSecond = (times.length * batch) / ((performance.now() - start) / 1000);
  return { perSecond: round(perSecond, 1), median_ms: round(times[times.length >> 1]!, 3), runs: times.length };
}

async function bare() {
  const [{ session, feeds }, create_ms] = await timed(openBare);
  write(results, { ...about, create_ms: Math.round(create_ms) });
  // The sizes between are what a dispatcher makes: what does the first run of a new size cost?
  for (const batch of [...BATCHES, 3, 5, 13]) {
    try {
      const input = feeds(batch);
      const [, first_ms] = await timed(() => session.run(input));
      const [, second_ms] = await timed(() => session.run(input));
      const rate = BATCHES.includes(batch) ? await bareRate(session, input, batch) : {};
      write(results, { ...about, batch, first_ms: round(first_ms, 1), second_ms: round(second_ms, 1), ...rate });
    } catch (error) {
      write(results, { ...about, batch, error: message(error) });
    }
  }
}

/** Two threads, one session each, the largest batch: what the pool could reach at best. */
async function threads() {
  for (const batch of BATCHES) {
    const workers = [1, 2].map(
      () => new Worker(import.meta.filename, { argv: ['thread', provider, model, ''], workerData: batch }),
    );
    const said = (w: Worker) =>
      new Promise<number>((resolve, reject) => w.once('message', resolve).once('error', reject));
    try {
      await Promise.all(workers.map(said));
      const rates = workers.map(said);
      for (const w of workers) w.postMessage('go');
      const perSecond = (await Promise.all(rates)).reduce((a, b) => a + b, 0);
      write(results, { ...about, batch, threads: 2, perSecond: round(perSecond, 1) });
    } catch (error) {
      write(results, { ...about, batch, error: message(error) });
    }
  }
}

async function thread() {
  const { parentPort, workerData } = await import('node:worker_threads');
  const { session, feeds } = await openBare();
  const input = feeds(workerData);
  await session.run(input);
  parentPort!.once('message', async () => {
    parentPort!.postMessage((await bareRate(session, input, workerData)).perSecond);
  });
  parentPort!.postMessage(0);
}

async function ours() {
  const image = await loadImage('examples/mug-near-edge.jpg');
  const scaled = await resizeImage(image, entry.input);
  for (const batch of BATCHES) {
    const detector = detectorFor(provider, model, { MAX_BATCH_SIZE: String(batch) });
    try {
      const once = () => detector.detectScaled(scaled);
      const [, first_ms] = await timed(once);
      const { provider: used, load_ms, provider_attempts } = detector.report();
      // Both workers start, and every batch size that the clients below make has run once.
      const [, warm_ms] = await timed(async () => {
        for (const clients of [4, 16, 64, 64]) await clientRate(clients, once, WINDOW_MS / 4);
      });
      const state = { used, load_ms, provider_attempts, first_ms: round(first_ms, 1), warm_ms: Math.round(warm_ms) };
      write(results, { ...about, max_batch: batch, ...state });
      for (const clients of [1, 4, 16, 64]) {
        const rate = await clientRate(clients, once, WINDOW_MS);
        write(results, { ...about, max_batch: batch, clients, ...rate, workers: detector.report().workers });
      }
    } catch (error) {
      write(results, { ...about, max_batch: batch, error: message(error) });
    } finally {
      await detector.close();
    }
  }
}

/** `clients` calls are always open. */
async function clientRate(clients: number, call: () => Promise<unknown>, ms: number) {
  const start = performance.now();
  const times: number[] = [];
  const client = async () => {
    while (performance.now() - start < ms) times.push((await timed(call))[1]);
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = times.length / ((performance.now() - start) / 1000);
  times.sort((a, b) => a - b);
  const at = (q: number) => round(times[Math.min(times.length - 1, Math.floor(q * times.length))]!, 2);
  return { perSecond: round(perSecond, 1), median_ms: at(0.5), p99_ms: at(0.99) };
}

await { bare, threads, thread, ours }[mode as 'bare']();
if (mode !== 'thread') process.exit();
