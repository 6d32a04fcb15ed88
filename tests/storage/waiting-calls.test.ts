import { MessageChannel } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { WaitingCalls } from '../../src/storage/sqlite/thread/waiting-calls.ts';

const LIMITS = { calls: 10, characters: 1000, answerMs: 30 };

it('takes an answer that came in time although this loop was busy past the limit', async () => {
  const waiting = new WaitingCalls(LIMITS, () => {});
  const { port1, port2 } = new MessageChannel();
  port2.on('message', (reply) => waiting.take(reply));
  const { id, answer } = waiting.add([]);
  await new Promise(setImmediate);
  port1.postMessage({ id, ok: true, answer: 'in time' });
  const until = performance.now() + 80;
  while (performance.now() < until);
  await expect(answer).resolves.toBe('in time');
  port2.close();
});

it('gives up what nobody answers', async () => {
  const waiting = new WaitingCalls(LIMITS, () => {});
  const calls = [waiting.add([]), waiting.add([])].map(({ answer }) => answer);
  for (const answer of calls) await expect(answer).rejects.toMatchObject({ code: 'DB_001' });
});
