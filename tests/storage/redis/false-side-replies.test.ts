import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RedisLayer } from '../../../src/storage/redis/redis-layer.ts';
import { falseRedis } from '../../support/false-redis.ts';

const NAME = 'thing:s:d';

let server: Awaited<ReturnType<typeof falseRedis>>;
let layer: RedisLayer;
let lost: unknown[];
const onLost = (thrown: unknown) => lost.push(thrown);
beforeEach(async () => {
  lost = [];
  process.on('uncaughtException', onLost);
  process.on('unhandledRejection', onLost);
  server = await falseRedis();
});
afterEach(async () => {
  await layer.close();
  server.close();
  process.off('uncaughtException', onLost);
  process.off('unhandledRejection', onLost);
});

const text = (word: string) => `$${word.length}\r\n${word}\r\n`;
const address = (port: string) => `*2\r\n${text('127.0.0.1')}${text(port)}`;
const MODES = {
  sentinel: { command: 'sentinel', honest: () => address(`${server.port}`) },
  cluster: {
    command: 'cluster',
    honest: () => `*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n${text('127.0.0.1')}:${server.port}\r\n${text('a'.repeat(40))}`,
  },
} as const;
type Mode = keyof typeof MODES;

function open(mode: Mode): RedisLayer {
  const nodes = [{ host: '127.0.0.1', port: server.port }];
  layer = new RedisLayer({ nodes, mode, db: 0, ...(mode === 'sentinel' && { master: 'm' }) }, 60_000, undefined, 400);
  return layer;
}

describe.each(Object.keys(MODES) as Mode[])('what a server of a %s says beside the entries', (mode) => {
  const { command, honest } = MODES[mode];

  it('is taken when it is what was asked for', async () => {
    server.says((asked) => (asked === command ? honest() : null));
    open(mode);
    await expect.poll(() => layer.state, { timeout: 3000 }).toBe('connected');
    expect(await layer.set(NAME, Buffer.from('x'))).toBe(true);
    expect(lost).toEqual([]);
  });

  it.each<[string, () => string]>([
    ['nil without a question', () => `${honest()}$-1\r\n$-1\r\n`],
    ['a hundred answers', () => honest().repeat(100)],
    ['a push', () => `${honest()}>1\r\n$-1\r\n`],
    ['nil', () => '$-1\r\n'],
    ['a number', () => ':7\r\n'],
    ['a list of numbers', () => '*3\r\n:1\r\n:2\r\n:3\r\n'],
    ['a list of nils', () => '*2\r\n$-1\r\n$-1\r\n'],
    [
      'a port that is none',
      () => (mode === 'sentinel' ? address('99999999') : honest().replace(/:\d+\r\n\$40/, ':99999999\r\n$40')),
    ],
    ['an empty list', () => '*0\r\n'],
    ['ranges without end', () => '*1\r\n*3\r\n:0\r\n:9007199254740991\r\n*2\r\n$1\r\nx\r\n:1\r\n'],
  ])('ends no process: %s', async (_what, said) => {
    server.says((asked) => (asked === command ? said() : null));
    open(mode);
    expect(await layer.get(NAME)).toBeUndefined();
    await sleep(700);
    expect(lost).toEqual([]);
    server.says((asked) => (asked === command ? honest() : null));
    await expect.poll(() => layer.state, { timeout: 8000 }).toBe('connected');
    expect(lost).toEqual([]);
  });

  it('is not taken without end', async () => {
    let most = 0;
    server.says((asked, socket) => {
      if (asked !== command) return null;
      let sent = 0;
      socket.write('$1000000000\r\n');
      const pour = () => {
        while (sent < 64 * 2 ** 20 && !socket.destroyed && socket.write(Buffer.alloc(65_536, 65))) sent += 65_536;
        most = Math.max(most, sent);
      };
      socket.on('drain', pour);
      pour();
      return undefined;
    });
    open(mode);
    expect(await layer.get(NAME)).toBeUndefined();
    await sleep(700);
    expect(most).toBeLessThan(32 * 2 ** 20);
    expect(lost).toEqual([]);
  });
});
