import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import { CacheFailure } from '../../../src/storage/redis/reply-errors.ts';
import { falseRedis } from '../../support/false-redis.ts';
import { PATIENT_MS, redisAt } from '../../support/redis.ts';

const ASKED = ['getrange', 'set', 'spop', 'unlink', 'scan'];
const NAME = 'thing:s:d';

let server: Awaited<ReturnType<typeof falseRedis>>;
let layer: RedisLayer;
let lost: unknown[];
const onLost = (thrown: unknown) => lost.push(thrown);
beforeEach(async () => {
  lost = [];
  process.on('uncaughtException', onLost);
  server = await falseRedis();
  layer = new RedisLayer(redisAt(server.port), 60_000, undefined, PATIENT_MS);
  await expect.poll(() => layer.state).toBe('connected');
});
afterEach(async () => {
  await layer.close();
  server.close();
  process.off('uncaughtException', onLost);
});

/** Each call ends as on an empty cache; that nothing could be cleared is said. */
async function askAll() {
  expect(await layer.get(NAME)).toBeUndefined();
  expect(await layer.set(NAME, Buffer.from('x'))).toBe(false);
  expect(await layer.forget('s')).toBe(0);
  await expect(layer.clear()).rejects.toThrow(CacheFailure);
  expect(await layer.hotNames()).toBeUndefined();
  await layer.keepHotNames([NAME]);
  layer.broken(NAME);
}

describe('replies of another kind', () => {
  it.each([
    ['a number', ':1\r\n', 4],
    ['nil', '$-1\r\n', 6],
    ['a list without strings', '*2\r\n:1\r\n*1\r\n$1\r\nx\r\n', 6],
    ['a list of lists', '*2\r\n*1\r\n:1\r\n$1\r\nx\r\n', 6],
    ['an empty list', '*0\r\n', 4],
    ['no list', '*-1\r\n', 6],
  ])('are misses and counted: %s', async (_what, reply, broken) => {
    server.says((command) => (ASKED.includes(command) ? reply : null));
    await askAll();
    expect(layer.errors.broken).toBeGreaterThanOrEqual(broken);
    expect(layer.state).toBe('connected');
    server.says(() => null);
    await sleep(20);
    expect(lost).toEqual([]);
  });

  it('keep a server away that does not even answer for a key', async () => {
    server.says(() => '+OK\r\n');
    const other = new RedisLayer(redisAt(server.port), 60_000, undefined, 200);
    expect(await other.get(NAME)).toBeUndefined();
    await expect.poll(() => other.state).toBe('unreachable');
    await other.close();
  });

  it('name no keys but ours', async () => {
    const gone: string[] = [];
    server.says((command) => {
      if (command === 'unlink') gone.push(command);
      return command === 'scan' ? '*2\r\n$1\r\n0\r\n*1\r\n$8\r\nprecious\r\n' : null;
    });
    expect(await layer.clear()).toBe(0);
    expect(gone).toEqual([]);
  });
});

describe('bytes that nobody asked for', () => {
  it.each([
    ['nil after the answer', ':0\r\n$-1\r\n'],
    ['a hundred answers', ':0\r\n'.repeat(100)],
    ['a push', '>1\r\n$-1\r\n'],
    ['a subscription', '>3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n'],
  ])('end the connection and not the process: %s', async (_what, reply) => {
    server.says((command) => (command === 'getrange' ? reply : null));
    expect(await layer.get(NAME)).toBeUndefined();
    await sleep(50);
    server.says(() => null);
    await expect.poll(() => layer.state, { timeout: 5000 }).toBe('connected');
    expect(lost).toEqual([]);
  });
});

const PIECE = Buffer.alloc(2 ** 16, 65);

/** Until the connection ends, or so much was sent. */
function pour(socket: Socket, head: string, most: number, sent: (bytes: number) => void) {
  socket.write(head);
  let left = most;
  const go = () => {
    while (left > 0 && !socket.destroyed) {
      left -= PIECE.length;
      sent(PIECE.length);
      if (!socket.write(PIECE)) {
        socket.once('drain', go);
        return;
      }
    }
  };
  go();
}

describe('an answer without end', () => {
  it.each([
    ['a string of a gigabyte', '$1000000000\r\n'],
    ['a word', '+'],
    ['a list of two thousand million', '*2000000000\r\n$70000000\r\n'],
    ['a list of long strings', `*3\r\n$1500000\r\n${'x'.repeat(1_500_000)}\r\n$1500000\r\n`],
  ])('is not taken: %s', async (_what, head) => {
    let sent = 0;
    const most = 64 * 2 ** 20;
    server.says((command, socket) => {
      if (command !== 'getrange') return null;
      pour(socket, head, most, (bytes) => {
        sent += bytes;
      });
      return undefined;
    });
    const started = performance.now();
    expect(await layer.get(NAME)).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
    expect(layer.errors.lost).toBe(1);
    await sleep(200);
    // What two machines hold on the way.
    expect(sent).toBeLessThan(most / 2);
    server.says(() => null);
    await expect.poll(() => layer.state, { timeout: 5000 }).toBe('connected');
    expect(lost).toEqual([]);
  });
});
