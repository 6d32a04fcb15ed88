import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { testAsset } from '../scripts/test-assets.ts';
import { ort } from '../src/vision/runtime/onnxruntime.ts';
import { machine, median } from './support/measure.ts';

/**
 * Bare sessions of our own detector and of the public ones on one thread, in turn: load and run, ms. `npm run bench -- detectors`.
 * Aims: ours at most 25 ms an image and 150 ms to load. The public models are left out where H200_TEST_ASSETS has none.
 */
const LOADS = 7;
const RUNS = 40;
const known = [
  { name: 'desk-detector', path: fileURLToPath(new URL('../models/desk-detector.onnx', import.meta.url)) },
  { name: 'yolox-nano', path: testAsset('models', 'yolox_nano.onnx') },
  { name: 'deimv2-femto', path: testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx') },
].filter((m): m is { name: string; path: string } => m.path !== null && existsSync(m.path));

ort.env.logLevel = 'error';
const open = (path: string) =>
  ort.InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });

/** Noise of the size that the model wants. */
function feeds(session: ort.InferenceSession): Record<string, ort.Tensor> {
  const made: Record<string, ort.Tensor> = {};
  for (const input of session.inputMetadata) {
    if (!input.isTensor) throw new Error(`${input.name} is no tensor`);
    const shape = input.shape.map((side) => (typeof side === 'number' ? side : 1));
    const size = shape.reduce((a, b) => a * b, 1);
    const noise = () => Math.floor(Math.random() * 256);
    made[input.name] =
      input.type === 'uint8'
        ? new ort.Tensor('uint8', Uint8Array.from({ length: size }, noise), shape)
        : input.type === 'int64'
          ? new ort.Tensor('int64', new BigInt64Array(size).fill(416n), shape)
          : new ort.Tensor('float32', Float32Array.from({ length: size }, noise), shape);
  }
  return made;
}

const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
  const start = performance.now();
  const result = await work();
  return [result, performance.now() - start];
};

const times = new Map(known.map(({ name }) => [name, { load: [] as number[], run: [] as number[] }]));
for (let i = 0; i < LOADS; i++) {
  for (const { name, path } of known) {
    const [session, ms] = await timed(() => open(path));
    times.get(name)!.load.push(ms);
    await session.release();
  }
}
const sessions = await Promise.all(
  known.map(async ({ name, path }) => {
    const session = await open(path);
    return { name, session, input: feeds(session) };
  }),
);
for (let i = -3; i < RUNS; i++) {
  for (const { name, session, input } of sessions) {
    const [, ms] = await timed(() => session.run(input));
    if (i >= 0) times.get(name)!.run.push(ms);
  }
}

console.log(machine());
console.log('detector         input      load, median   run, best   run, median   run / yolox-nano');
const base = times.get('yolox-nano');
for (const { name, session } of sessions) {
  const { load, run } = times.get(name)!;
  const image = session.inputMetadata[0]!;
  const shape = image.isTensor ? image.shape.filter((side) => typeof side === 'number' && side > 3).join('x') : '';
  const ratio = base ? (median(run) / median(base.run)).toFixed(2) : 'not there';
  console.log(
    `${name.padEnd(16)} ${shape.padEnd(10)} ${median(load).toFixed(0).padStart(9)} ms ${Math.min(...run)
      .toFixed(1)
      .padStart(8)} ms ${median(run).toFixed(1).padStart(10)} ms   ${ratio}`,
  );
  await session.release();
}
