import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import sharp from 'sharp';
import { HttpProduct } from '../attack/support/http.ts';
import { residentMb } from '../attack/support/process-tree.ts';
import { PROGRAM } from '../attack/support/product.ts';
import { Tally } from '../attack/support/set.ts';
import { testAsset } from '../scripts/test-assets.ts';
import '../src/vision/runtime/no-telemetry.ts';
import { isQuick, line, machine, median, quantile, ratioText, spread } from './support/measure.ts';

/**
 * Whole analyses of real MCP clients at once, over HTTP and over stdio, against decoding and inference alone in as many threads
 * as are fastest, in turn; and a burst of 1,000: `npm run build && npm run bench -- load [--quick]`. Needs H200_TEST_ASSETS.
 */
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const source = testAsset('photos', 'other', 'jetson_desk.jpg');
if (!model || !source) throw new Error('bench/load.ts needs H200_TEST_ASSETS');
const ROUNDS = isQuick ? 2 : 4;
const WINDOW_MS = isQuick ? 3000 : 4000;
const CLIENTS = isQuick ? [1, 4, 16] : [1, 4, 16, 64];
/** Each holds a model of its own: sixteen of them need some four gigabytes. */
const PROCESSES = isQuick ? 4 : 16;
const BURST = 1000;
const BURST_QUEUE = 64;
const cores = Math.max(2, availableParallelism());
const bytes = await sharp(source).resize(1280, 720, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();

const tally = new Tally({ maxMs: 600_000, maxRssMb: 16_000 });
const settings = { H200_MODELS_DIR: dirname(model), H200_MODEL: 'deimv2-femto', H200_WORKERS: String(cores) };
const serve = async (env: Record<string, string> = {}) => {
  const product = await HttpProduct.open(tally, { env: { ...settings, ...env } });
  mkdirSync(product.photos, { recursive: true });
  const photo = join(product.photos, 'desk.jpg');
  writeFileSync(photo, bytes);
  return { product, photo };
};

/** Every call a new threshold, so that the cache never answers. */
let salt = 0;
const fresh = () => 0.4 + (++salt % 1_000_000) * 1e-7;

interface Answer {
  readonly ok: boolean;
  readonly text: string;
}
type Ask = (image: string) => Promise<Answer>;

function asker(client: Client): Ask {
  return async (image) => {
    const args = { image, threshold: fresh(), inference: 'single' };
    const { isError, content } = await client.callTool(
      { name: 'analyze_image', arguments: args },
      { timeout: 300_000 },
    );
    return { ok: isError !== true, text: JSON.stringify(content) };
  };
}

async function overHttp(url: string, legacy: boolean): Promise<Client> {
  const client = new Client(
    { name: 'bench', version: '1' },
    { versionNegotiation: { mode: legacy ? 'legacy' : 'auto' } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  return client;
}

interface Load {
  readonly perSecond: number;
  readonly times: readonly number[];
  /** Fewest calls of a client over the most. */
  readonly fairness: number;
}

/** Each client has one call open at a time. */
async function loaded(asks: readonly Ask[], photo: string): Promise<Load> {
  const start = performance.now();
  const end = start + WINDOW_MS;
  const times: number[] = [];
  const counts = await Promise.all(
    asks.map(async (ask) => {
      let done = 0;
      do {
        const began = performance.now();
        const { ok, text } = await ask(photo);
        if (!ok) throw new Error(text);
        times.push(performance.now() - began);
        done += 1;
      } while (performance.now() < end);
      return done;
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  return { perSecond: times.length / seconds, times, fairness: Math.min(...counts) / Math.max(...counts) };
}

async function bareThreads(count: number) {
  const url = new URL('./support/bare-worker.ts', import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(url, { workerData: { model, bytes, threads: 1 } }));
  const next = (worker: Worker) => new Promise<unknown>((resolve) => worker.once('message', resolve));
  await Promise.all(workers.map(next));
  return {
    async perSecond(): Promise<number> {
      const counts = workers.map(next);
      for (const worker of workers) worker.postMessage({ ms: WINDOW_MS / 2, decode: true });
      const done = ((await Promise.all(counts)) as number[]).reduce((a, b) => a + b, 0);
      return done / (WINDOW_MS / 2000);
    },
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}

/** The 99th percentile of the event loop's lag since the start, ms. */
async function lagOf(url: string): Promise<string> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const found = /^h200_event_loop_lag_seconds ([\d.e+-]+)/m.exec(text);
  return found ? `${(1000 * Number(found[1])).toFixed(1)} ms` : 'unknown';
}

interface Kind {
  readonly name: string;
  readonly asks: readonly Ask[];
  readonly photo: string;
  readonly rounds: { ratio: number; load: Load }[];
}

const bares = await Promise.all([bareThreads(1), bareThreads(cores)]);
const bestBare = async () => Math.max(...[await bares[0]!.perSecond(), await bares[1]!.perSecond()]);

async function inTurn(kinds: readonly Kind[]): Promise<void> {
  for (const { asks, photo } of kinds) await Promise.all(asks.map((ask) => ask(photo)));
  for (let round = 0; round < ROUNDS; round += 1) {
    const best = await bestBare();
    for (const { asks, photo, rounds } of kinds) {
      const load = await loaded(asks, photo);
      rounds.push({ ratio: load.perSecond / best, load });
    }
  }
  for (const { name, rounds } of kinds) {
    const ratios = rounds.map((one) => one.ratio);
    const times = rounds.flatMap((one) => one.load.times);
    const text = ratioText({ ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) });
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(times, q).toFixed(0));
    const fairness = median(rounds.map((one) => one.load.fairness)).toFixed(2);
    const rate = spread(
      rounds.map((one) => one.load.perSecond),
      1,
    );
    line(
      `${name}: analyses a second ÷ best bare`,
      text,
      '≥ 0.9',
      `${rate} a second; p50 ${p50}, p95 ${p95}, p99 ${p99} ms; fewest ÷ most calls of a client ${fairness}`,
    );
  }
}

async function http(): Promise<void> {
  const { product, photo } = await serve();
  const clients: Client[] = [];
  try {
    const kinds: Kind[] = [];
    for (const [n, legacy] of [...CLIENTS.map((n) => [n, false] as const), [16, true] as const]) {
      const own = await Promise.all(Array.from({ length: n }, () => overHttp(product.url, legacy)));
      clients.push(...own);
      const name = `HTTP${legacy ? ' (2025 sessions)' : ''}, ${n} client${n === 1 ? '' : 's'}`;
      kinds.push({ name, asks: own.map(asker), photo, rounds: [] });
    }
    await inTurn(kinds);
    line(
      'event loop lag p99 of that server',
      await lagOf(product.url),
      '≤ 5 ms',
      'stored; waits for a processor counted',
    );
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await product.stop();
  }
}

async function stdio(): Promise<void> {
  const { product, photo } = await serve();
  const processes: { client: Client; pid: number }[] = [];
  try {
    for (let n = 0; n < PROCESSES; n += 1) {
      const client = new Client({ name: 'bench', version: '1' });
      const env = {
        ...(process.env as Record<string, string>),
        ...settings,
        H200_WORKERS: '1',
        H200_DATA_DIR: join(product.folder, `data-${n}`),
        H200_ALLOWED_ROOTS: product.photos,
        LOG_LEVEL: 'error',
      };
      const transport = new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'stdio'], env });
      await client.connect(transport);
      processes.push({ client, pid: transport.pid as number });
    }
    const asks = processes.map(({ client }) => asker(client));
    await inTurn([{ name: `stdio, ${PROCESSES} processes`, asks, photo, rounds: [] }]);
    const resident = processes.map(({ pid }) => residentMb(pid) ?? 0);
    line('resident memory of one of those processes', `${spread(resident)} MB`, '–', 'median and range');
  } finally {
    await Promise.all(processes.map(({ client }) => client.close()));
    await product.stop();
  }
}

/** What the gate answers: the server has too much to do, or this caller has. */
const REFUSED = /SYSTEM_002|RATE_001/;

/** More calls at once than may wait: who is refused hears when to come again, and is then served. */
async function burst(): Promise<void> {
  const { product, photo } = await serve({ H200_QUEUE_LIMIT: String(BURST_QUEUE) });
  const client = await overHttp(product.url, false);
  try {
    const ask = asker(client);
    for (let n = 0; n < 4; n += 1) await ask(photo);
    const before = residentMb(product.pid) ?? 0;
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, residentMb(product.pid) ?? 0);
    }, 100);
    const began = performance.now();
    const waits: number[] = [];
    const counts = { done: 0, overloaded: 0, other: 0, again: 0, againDone: 0 };
    const one = async () => {
      const { ok, text } = await ask(photo);
      if (ok) counts.done += 1;
      else if (!REFUSED.test(text)) counts.other += 1;
      else {
        counts.overloaded += 1;
        const wait = Number(/retry_after_s\D{1,4}(\d+(?:\.\d+)?)/.exec(text)?.[1] ?? Number.NaN);
        waits.push(wait);
        // Ten of those that were refused do what they were told; all of them at once would be the next burst.
        if (counts.again >= 10 || Number.isNaN(wait)) return;
        counts.again += 1;
        await sleep(1000 * wait);
        counts.againDone += Number((await ask(photo)).ok);
      }
    };
    await Promise.all(Array.from({ length: BURST }, one));
    clearInterval(sampling);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const named = waits.filter((wait) => !Number.isNaN(wait));
    line(
      `${BURST} calls at once, ${BURST_QUEUE} may wait`,
      `${counts.done} answered`,
      '–',
      `${counts.overloaded} refused as overloaded, ${counts.other} otherwise; ${seconds} s; resident ${before.toFixed(0)} → ${most.toFixed(0)} MB`,
    );
    line(
      '  told when to come again',
      `${named.length} of ${counts.overloaded}`,
      'all',
      named.length > 0
        ? `${Math.min(...named)} to ${Math.max(...named)} s; ${counts.againDone} of ${counts.again} that did were served`
        : '',
    );
    if (counts.other > 0) process.exitCode = 1;
  } finally {
    await client.close();
    await product.stop();
  }
}

console.log(machine());
await http();
await stdio();
await burst();
await Promise.all(bares.map((one) => one.close()));
