import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Redis } from 'ioredis';
import sharp from 'sharp';
import * as z from 'zod';
import { DualCache } from '../src/storage/dual-cache.ts';
import { MemoryLayer } from '../src/storage/memory/memory-layer.ts';
import { RedisLayer } from '../src/storage/redis/redis-layer.ts';
import { freePort } from '../tests/services/ports.ts';
import { startRedis, stopRedis } from '../tests/services/redis-server.ts';
import { line, machine, paired, ratioText } from './support/measure.ts';
import { replayedDay } from './support/replayed-day.ts';

/**
 * The cache against a bare Redis GET and a tool that does nothing, in turn, and how often a day's requests are answered from
 * it: `npm run build && npm run bench -- cache`. Needs `redis-server` in PATH.
 */
const ROUNDS = 400;
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-cache-'));
const server = await startRedis({ folder, port: await freePort() });
const settings = { nodes: [{ host: '127.0.0.1', port: server.port }], mode: 'single', db: 0 } as const;
const Value = z.looseObject({ detections: z.array(z.unknown()) });
/** As large as what is found on a desk of ten things. */
const value = {
  detections: Array.from({ length: 10 }, () => ({ class: 'mug', confidence: 0.91, bbox: [100.5, 200.25, 300.125, 4] })),
};

async function layers(): Promise<void> {
  const bare = new Redis({ port: server.port, host: '127.0.0.1' });
  const open = () => {
    const memory = new MemoryLayer({ maxBytes: 2 ** 26, ttlMs: 3_600_000 });
    return new DualCache({ memory, redis: new RedisLayer(settings, 3_600_000), hereMs: 3_600_000 });
  };
  let cache = open();
  // Found three times an entry is kept here, so each is asked for once.
  const keys = Array.from({ length: ROUNDS + 1 }, (_, n) => ({ kind: 'bench', subject: `s${n}`, digest: 'd' }));
  await Promise.all(keys.map((key) => cache.set(key, value, { where: 'shared' })));
  await bare.set('bare', JSON.stringify(value));
  let n = 0;
  const shared = await paired(
    ROUNDS,
    () => cache.get(keys[n++]!, Value),
    async () => JSON.parse((await bare.get('bare')) ?? ''),
  );
  line('entry in Redis ÷ bare GET and JSON.parse', ratioText(shared), '≤ 1.5', `${ms(shared.a)} ÷ ${ms(shared.b)} ms`);
  for (let i = 0; i < 3; i += 1) await cache.get(keys[0]!, Value);
  const here = await paired(
    ROUNDS,
    () => cache.get(keys[0]!, Value),
    async () => JSON.parse((await bare.get('bare')) ?? ''),
  );
  line('entry in memory ÷ bare GET and JSON.parse', ratioText(here), '< 1', `${ms(here.a)} ÷ ${ms(here.b)} ms`);
  server.process.kill('SIGSTOP');
  await cache.get(keys[1]!, Value);
  const started = performance.now();
  for (let i = 2; i < 102; i += 1) await cache.get(keys[i]!, Value);
  const each = (performance.now() - started) / 100;
  line('a miss while Redis is frozen', `${each.toFixed(3)} ms`, '< 1 ms', 'after the first, which waits 100 ms');
  server.process.kill('SIGCONT');
  await cache.close();
  cache = open();
  await cache.close();
  bare.disconnect();
}

async function tools(): Promise<void> {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const photo = join(folder, 'photo.jpg');
  const picture = sharp({ create: { width: 640, height: 480, channels: 3, background: '#887766' } });
  writeFileSync(photo, await picture.jpeg().toBuffer());
  const env = {
    ...(process.env as Record<string, string>),
    H200_DATA_DIR: join(folder, 'data'),
    H200_ALLOWED_ROOTS: folder,
    H200_WORKERS: '1',
    LOG_LEVEL: 'error',
  };
  const connect = async (args: string[], more = {}) => {
    const client = new Client({ name: 'bench', version: '1' });
    await client.connect(new StdioClientTransport({ command: process.execPath, args, env: { ...env, ...more } }));
    return client;
  };
  const program = [join(root, 'bin', 'h200-mug.js'), 'stdio'];
  const redis = { REDIS_HOST: '127.0.0.1', REDIS_PORT: `${server.port}` };
  const servers = { 'over Redis': await connect(program, redis), 'in memory': await connect(program) };
  const echo = await connect([join(root, 'bench', 'support', 'echo-server.ts')]);
  for (const [name, client] of Object.entries(servers)) {
    const analyzed = async (image: string) => {
      const { isError, structuredContent } = await client.callTool({ name: 'analyze_image', arguments: { image } });
      if (isError) throw new Error(JSON.stringify(structuredContent));
      return structuredContent as { analysis_id: string };
    };
    const { analysis_id } = await analyzed(photo);
    const bytes = readFileSync(photo).toString('base64');
    // Bytes that are sent cost a tool that does nothing something too.
    const ways = {
      'by its path': [photo, 'x'],
      'by its bytes': [bytes, bytes],
      'by an id': [analysis_id, 'x'],
    } as const;
    for (const [way, [image, text]] of Object.entries(ways)) {
      const again = () => analyzed(image);
      for (let i = 0; i < 20; i += 1) await again();
      const hit = await paired(ROUNDS, again, () => echo.callTool({ name: 'echo', arguments: { text } }));
      const what = `cached ${name}, ${way} ÷ tool that does nothing`;
      line(what, ratioText(hit), '≤ 1.5', `${ms(hit.a)} ÷ ${ms(hit.b)} ms`);
    }
    const analyze = () => analyzed(photo);
    const list = () => client.callTool({ name: 'list_calibrations', arguments: {} });
    const own = await paired(ROUNDS, analyze, list);
    line('  ÷ our smallest tool, list_calibrations', ratioText(own), '–', `${ms(own.a)} ÷ ${ms(own.b)} ms`);
  }
  await Promise.all([...Object.values(servers), echo].map((client) => client.close()));
}

const ms = (time: number) => time.toFixed(3);

try {
  console.log(machine());
  await layers();
  await tools();
} finally {
  await stopRedis(server);
  rmSync(folder, { recursive: true, force: true });
}
for (const requests of [10_000, 30_000, 100_000]) {
  for (const hours of [1, 2, 24]) {
    const { rate, entries } = await replayedDay({ requests, ttlMs: hours * 3_600_000 });
    const name = `hit rate of a day, ${requests} requests, ${hours} h`;
    line(
      name,
      `${(100 * rate).toFixed(1)} %`,
      '≥ 85 %',
      `1,000 images by Zipf, one process; ${entries} entries in the end`,
    );
  }
}
