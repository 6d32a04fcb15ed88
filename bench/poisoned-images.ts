import { loadConfig } from '../src/config/config.ts';
import { decodePlan } from '../src/image/decode/plan.ts';
import { createImageIntake } from '../src/image/intake.ts';
import { createLog } from '../src/telemetry/log.ts';
import { Metrics } from '../src/telemetry/metrics.ts';
import { createVision } from '../src/vision/vision.ts';
import { flatPng, manyScans, noise } from '../tests/image/decode/support/poison.ts';
import { line, machine, median, quantile, timed } from './support/measure.ts';

/**
 * Honest photos beside five poisoned ones that are always in flight, with the embedded model: `node bench/poisoned-images.ts`.
 * Rounds with and without poison in turn, so that both meet the same machine.
 */
const ROUNDS = 4;
const PHOTOS = 40;
const POISONED = 5;

const metrics = new Metrics();
const config = loadConfig({ ...process.env, H200_MODELS_DIR: '/nowhere', H200_MODEL: 'desk-detector' });
const vision = createVision({ config, metrics, log: createLog('error') });
const intake = createImageIntake({ allowedRoots: [] });
const detect = async (bytes: Buffer, signal?: AbortSignal) =>
  vision.detect(await intake.fromBytes(bytes), signal ? { signal } : {});

const photo = await noise(480, 270).resize(1920, 1080).jpeg({ quality: 90 }).toBuffer();
const poison = [
  flatPng(8192, 6144, { bits: 16, type: 6, filter: 4 }),
  flatPng(8192, 6144, { bits: 8, type: 6, interlaced: true }),
  await manyScans(8192, 6144, 0),
];
console.log(machine());
for (const bytes of poison) {
  const ms = await timed(() => detect(bytes));
  console.log(
    `poison of ${Math.round(bytes.length / 1000)} kB: plan ${Math.round(decodePlan(bytes).ms)} ms, took ${Math.round(ms)} ms`,
  );
}

async function honest(): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < PHOTOS; i++) times.push(await timed(() => detect(photo)));
  return times;
}

/** `POISONED` calls are always open until the work ends. */
async function beside(work: () => Promise<number[]>): Promise<number[]> {
  const stop = new AbortController();
  const flood = Array.from({ length: POISONED }, async (_, i) => {
    while (!stop.signal.aborted) await detect(poison[i % poison.length]!, stop.signal).catch(() => {});
  });
  const times = await work();
  stop.abort();
  await Promise.all(flood);
  return times;
}

await honest();
const alone: number[] = [];
const poisoned: number[] = [];
for (let round = 0; round < ROUNDS; round++) {
  alone.push(...(await honest()));
  poisoned.push(...(await beside(honest)));
}
const p95 = quantile(poisoned, 0.95) / quantile(alone, 0.95);
line(
  'p95 beside five poisoned images / alone',
  p95.toFixed(2),
  '≤ 2',
  `${quantile(poisoned, 0.95).toFixed(0)} / ${quantile(alone, 0.95).toFixed(0)} ms`,
);
line(
  'median',
  (median(poisoned) / median(alone)).toFixed(2),
  '≤ 2',
  `${median(poisoned).toFixed(0)} / ${median(alone).toFixed(0)} ms`,
);
const idle = await timed(() => vision.close());
line('close', `${idle.toFixed(0)} ms`, '≤ 2000 ms');
metrics.close();
if (p95 > 2) process.exitCode = 1;
