import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { encodeWork } from '../src/analysis/away/work.ts';
import { checkedRequest } from '../src/analysis/checked-request.ts';
import { runPipeline } from '../src/analysis/pipeline.ts';
import { LOCAL } from '../src/contract/principal.ts';
import { createImageIntake } from '../src/image/intake.ts';
import { AT_ONCE } from '../src/ports/computing.ts';
import { queueKeys } from '../src/queue/queue-keys.ts';
import { RemoteQueue } from '../src/queue/remote-queue.ts';
import { connectQueueClient } from '../src/storage/redis/queue-client.ts';
import { openRig, scripted } from '../tests/queue/rig.ts';
import { freePort } from '../tests/services/ports.ts';
import { startRedis, stopRedis } from '../tests/services/redis-server.ts';
import { redisAt } from '../tests/support/redis.ts';
import { line, machine, paired, ratioText } from './support/measure.ts';

/**
 * An analysis through the queue and back ÷ a bare BullMQ job that carries the same photo (as base64) and does the same work
 * (all but a model, which is scripted). One process, one after the other.
 */
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-queue-'));
const port = await freePort();
const redis = await startRedis({ folder, port });
const settings = redisAt(port);
const EACH = 20;
const ROUNDS = 7;

const photo = readFileSync(new URL('../examples/mug-too-close.jpg', import.meta.url));
const image = await createImageIntake({ allowedRoots: [] }).fromBytes(photo, 'desk.jpg');
const { detector } = scripted();
const parts = { detector, readGradient: async () => null, computing: AT_ONCE };
const signal = new AbortController().signal;
const what = {
  request: checkedRequest({ bytes: photo, calibration: { mm_per_pixel: 1 }, use_cache: false }),
  source: { image, width: image.width, height: image.height },
  ...{ calibration: null, rules: [], principal: LOCAL, priority: 'normal' as const },
};
const compute = () => runPipeline(parts, { ...what, signal, step: () => undefined });

const rig = openRig(settings);
await rig.worker({ detector });
const queue = new RemoteQueue({
  asking: connectQueueClient(settings, 'asking'),
  waiting: connectQueueClient(settings, 'waiting'),
  keys: queueKeys(rig.name),
  limits: { depth: 100, bytes: 2 ** 28, timeoutMs: 60_000 },
  warn: console.error,
});
await queue.connected();

const bareName = `bare-${randomBytes(4).toString('hex')}`;
const bare = new Queue(bareName, { connection: connectQueueClient(settings, 'waiting') });
const bareEvents = new QueueEvents(bareName, { connection: connectQueueClient(settings, 'waiting') });
const bareWorker = new Worker(
  bareName,
  async ({ data }) => {
    const bytes = Buffer.from(data.photo, 'base64');
    const read = await createImageIntake({ allowedRoots: [] }).fromBytes(bytes);
    return runPipeline(parts, { ...what, source: { ...what.source, image: read }, signal, step: () => undefined });
  },
  { connection: connectQueueClient(settings, 'waiting') },
);
await Promise.all([bareEvents.waitUntilReady(), bareWorker.waitUntilReady()]);

const ours = async () => {
  for (let n = 0; n < EACH; n += 1) {
    const work = encodeWork(what);
    await queue.run({
      ...{ priority: 'normal', owner: 'bench', caller: 'bench', keepsFailure: false, work, signal },
      ...{ question: randomUUID(), atOnce: 1, stage: () => undefined },
    });
  }
};
const theirs = async () => {
  for (let n = 0; n < EACH; n += 1) {
    const job = await bare.add('photo', { photo: photo.toString('base64') }, { removeOnComplete: true });
    await job.waitUntilFinished(bareEvents);
  }
};

console.log(machine());
try {
  const found = await paired(ROUNDS, ours, theirs);
  const alone = await paired(ROUNDS, ours, async () => {
    for (let n = 0; n < EACH; n += 1) await compute();
  });
  const [queued, computed] = [alone.a / EACH, alone.b / EACH];
  line(
    'queue round trip ÷ bare BullMQ job',
    ratioText(found),
    '<= 1.5',
    `${(found.a / EACH).toFixed(1)} ms ÷ ${(found.b / EACH).toFixed(1)} ms`,
  );
  line(
    'what the queue adds to one analysis, ms',
    (queued - computed).toFixed(1),
    '',
    `computing alone ${computed.toFixed(1)} ms, photo ${Math.round(photo.length / 1000)} kB`,
  );
} finally {
  await queue.close();
  await Promise.all([bareWorker.close(), bareEvents.close(), bare.close()]);
  await rig.close();
  await stopRedis(redis);
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
