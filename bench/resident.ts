import { once } from 'node:events';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { HttpProduct, INITIALIZE, legacy, messageOf } from '../attack/support/http.ts';
import { residentMb } from '../attack/support/process-tree.ts';
import { Tally } from '../attack/support/set.ts';
import { StdioProduct } from '../attack/support/stdio.ts';
import { testAsset } from '../scripts/test-assets.ts';
import { line, machine } from './support/measure.ts';
import { slopeOf } from './support/slope.ts';

/**
 * Resident memory of the server over analyses of many different real photos, each answered anew and stored:
 * `npm run build && npm run bench -- resident [--calls=2000] [--photos=1000] [--sessions=16] [--workers=1] [--width=1920] [--tiled]`.
 * Without `--sessions` over stdio, four calls at once; with it over HTTP, one call at a time in each session. What is set
 * as RESIDENT_… in the environment goes to the server without that prefix.
 */
const option = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const CALLS = option('calls', 2000);
const PHOTOS = option('photos', 1000);
const SESSIONS = option('sessions', 0);
const TILED = process.argv.includes('--tiled');
const AT_ONCE = SESSIONS || 4;
/** A busy machine is slow, which is not what is measured. */
const WAIT_MS = 600_000;
const WARM = CALLS / 5;
const STAGE = new URL('../attack/stage/memory.ts', import.meta.url).href;
/** Of the photos: shares of the largest. */
const WIDTHS = [0.25, 0.35, 0.4, 0.5, 0.65, 0.8, 1].map((share) => Math.round(share * option('width', 1920)));

const prefixed = Object.entries(process.env).flatMap(([name, value]) =>
  name.startsWith('RESIDENT_') && value !== undefined ? [[name.slice('RESIDENT_'.length), value]] : [],
);
const tally = new Tally({ maxMs: 120_000, maxRssMb: 8000 });
const settings = {
  stage: [STAGE],
  env: {
    H200_WORKERS: String(option('workers', 1)),
    H200_RATE_LIMIT: '0',
    H200_TIMEOUT_MS: String(WAIT_MS),
    ...(Object.fromEntries(prefixed) as Record<string, string>),
  },
};

async function overStdio() {
  const product = await StdioProduct.open(tally, settings);
  return { product, ask: (name: string, args: Record<string, unknown>) => product.call(name, args, WAIT_MS) };
}
async function overHttp() {
  const product = await HttpProduct.open(tally, settings);
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, async () => {
      const { headers } = await product.send('/mcp', legacy(INITIALIZE));
      const session = String(headers['mcp-session-id']);
      await product.send('/mcp', legacy({ jsonrpc: '2.0', method: 'notifications/initialized' }, session));
      return session;
    }),
  );
  let id = 1;
  const ask = async (name: string, args: Record<string, unknown>, caller: number) => {
    id += 1;
    const call = { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
    const { headers, body } = legacy(call, sessions[caller % SESSIONS]);
    const response = await fetch(new URL('/mcp', product.url), {
      method: 'POST',
      headers: { ...headers },
      body: String(body),
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return messageOf(await response.text());
  };
  return { product, ask };
}
const { product, ask } = SESSIONS > 0 ? await overHttp() : await overStdio();

const root = fileURLToPath(new URL('..', import.meta.url));
const jpegs = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .map((name) => join(folder, name));
const shared = ['desk60', 'measured', 'other', 'markers'].flatMap((name) => {
  const folder = testAsset('photos', name);
  return folder ? jpegs(folder) : [];
});
const sources = [...jpegs(join(root, 'examples')), ...shared];

/** The `n`th photo: one of the sources at another size, turned over or lighter. Made once, and linked to where the server may read. */
const kept = join(tmpdir(), `h200-bench-photos-${WIDTHS.at(-1)}`);
mkdirSync(kept, { recursive: true });
mkdirSync(product.photos, { recursive: true });
const made = new Map<number, Promise<string>>();
function photoOf(n: number): Promise<string> {
  const known = made.get(n) ?? make(n);
  made.set(n, known);
  return known;
}
async function make(n: number): Promise<string> {
  const photo = join(kept, `${n}.jpg`);
  if (!existsSync(photo)) {
    const picture = sharp(sources[n % sources.length]!).resize({ width: WIDTHS[n % WIDTHS.length]! });
    if (n % 2 === 1) picture.flop();
    picture.modulate({ brightness: 0.9 + 0.2 * ((n * 0.618) % 1) });
    writeFileSync(photo, await picture.jpeg({ quality: 80 + (n % 15) }).toBuffer());
  }
  const file = join(product.photos, `${n}.jpg`);
  linkSync(photo, file);
  return file;
}

interface Look {
  readonly calls: number;
  readonly resident: number;
  readonly collected: number;
  readonly heap: number;
  readonly external: number;
  readonly arenas: number;
  readonly main: number;
}

/** Resident as it is, then what is in use and resident after all else was collected, bytes. */
async function look(calls: number): Promise<Look> {
  const resident = (residentMb(product.pid) ?? 0) * 1e6;
  const { arenas, main } = mapped();
  const said = once(product.child, 'message', { signal: AbortSignal.timeout(WAIT_MS) });
  product.child.send({ collect: true });
  const [{ memory }] = (await said) as [{ memory: NodeJS.MemoryUsage }];
  const collected = (residentMb(product.pid) ?? 0) * 1e6;
  return { calls, resident, collected, heap: memory.heapUsed, external: memory.external, arenas, main };
}

/** Of glibc: its heap, and the arenas of threads, which begin where 64 MB do. */
function mapped(): { arenas: number; main: number } {
  let [arenas, main, inArena] = [0, 0, false];
  let inMain = false;
  for (const text of readFileSync(`/proc/${product.pid}/smaps`, 'utf8').split('\n')) {
    const head = /^([0-9a-f]+)-[0-9a-f]+ (\S+) \S+ \S+ (\d+) *(.*)$/.exec(text);
    if (head) {
      inMain = head[4] === '[heap]';
      inArena = head[3] === '0' && head[4] === '' && BigInt(`0x${head[1]}`) % 0x4000000n === 0n;
    }
    const rss = /^Rss: +(\d+) kB/.exec(text);
    if (rss && inArena) arenas += Number(rss[1]) * 1024;
    if (rss && inMain) main += Number(rss[1]) * 1024;
  }
  return { arenas, main };
}

const mb = (bytes: number) => (bytes / 1e6).toFixed(0).padStart(4);
console.log(machine(), Object.fromEntries(prefixed));
try {
  for (const text of ['Keep mugs 10 cm from laptops', 'No phone on a laptop']) await ask('create_rule', { text }, 0);
  const looks: Look[] = [await look(0)];
  console.log('calls  resident  collected  heap  external  arenas  main heap, MB');
  const print = (one: Look) =>
    console.log(
      `${String(one.calls).padStart(6)} ${mb(one.resident)} ${mb(one.collected)} ${mb(one.heap)} ${mb(one.external)} ${mb(one.arenas)} ${mb(one.main)}`,
    );
  print(looks[0]!);
  let next = 0;
  let failed = 0;
  for (let share = 1; share <= 10; share += 1) {
    const until = Math.round((share / 10) * CALLS);
    const caller = async (_: unknown, who: number) => {
      while (next < until) {
        const n = next;
        next += 1;
        const image = await photoOf(n % PHOTOS);
        const threshold = 0.3 + n * 1e-7;
        const answer = JSON.stringify(
          await ask('analyze_image', { image, threshold, ...(!TILED && { inference: 'single' }) }, who),
        );
        if (answer.includes('"analysis_id":"ana_')) continue;
        failed += 1;
        if (failed < 4) console.log(`call ${n}: ${answer.slice(0, 300)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, caller));
    const now = await look(until);
    looks.push(now);
    print(now);
  }
  const counted = looks.filter(({ calls }) => calls >= WARM);
  const [first, last] = [counted[0]!, counted.at(-1)!];
  const { slope, low, high } = slopeOf(counted.map((one) => ({ x: one.calls, y: one.collected })));
  line(
    `resident after ${last.calls} ÷ after ${first.calls} analyses`,
    (last.collected / first.collected).toFixed(3),
    '≤ 1.05',
    `${mb(first.collected)} → ${mb(last.collected)} MB`,
  );
  line(
    '  bytes per analysis',
    slope.toFixed(0),
    '≈ 0',
    `slope, 90 % of it between ${low.toFixed(0)} and ${high.toFixed(0)}`,
  );
  line('  calls that failed', String(failed), '0');
  if (failed > 0) process.exitCode = 1;
} finally {
  await product.stop();
}
