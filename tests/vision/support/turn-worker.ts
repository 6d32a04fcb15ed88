import { setTimeout as sleep } from 'node:timers/promises';
import { threadId, workerData } from 'node:worker_threads';
import { oneAtATime } from '../../../src/vision/runtime/turns.ts';

/** Takes 20 turns. seen[0]: threads that are inside now, seen[1]: how often another was inside, seen[2]: turns taken. */
const { holder, seen } = workerData as { holder: Int32Array; seen: Int32Array };
const turn = oneAtATime(holder, threadId);
for (let i = 0; i < 20; i++) {
  await turn(async () => {
    if (Atomics.add(seen, 0, 1) > 0) Atomics.add(seen, 1, 1);
    await sleep(1);
    Atomics.sub(seen, 0, 1);
    Atomics.add(seen, 2, 1);
  });
}
