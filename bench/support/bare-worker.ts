import { parentPort, workerData } from 'node:worker_threads';
import { ort } from '../../src/vision/runtime/onnxruntime.ts';
import { openBare } from './bare-detect.ts';

/** One thread of the bare comparison: answers a number of milliseconds with how many images it did in that time. */
const { model, bytes, threads } = workerData as { model: string; bytes: Uint8Array; threads: number };
ort.env.logLevel = 'error';
const bare = await openBare(model, threads);
const jpeg = Buffer.from(bytes);
await bare.decode(jpeg);
await bare.run();
parentPort?.on('message', async ({ ms, decode }: { ms: number; decode: boolean }) => {
  const end = performance.now() + ms;
  let done = 0;
  while (performance.now() < end) {
    if (decode) await bare.decode(jpeg);
    await bare.run();
    done++;
  }
  parentPort?.postMessage(done);
});
parentPort?.postMessage('ready');
