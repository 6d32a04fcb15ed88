import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { HttpProduct, messageOf, modern } from '../attack/support/http.ts';
import { handlesOf, residentMb } from '../attack/support/process-tree.ts';
import { Tally } from '../attack/support/set.ts';
import { StdioProduct } from '../attack/support/stdio.ts';
import { line, machine } from './support/measure.ts';
import { slopeOf } from './support/slope.ts';

/**
 * What the server process holds after so many different analyses, each stored, some of a photo:
 * `npm run build && npm run bench -- memory [--calls=10000] [--photo-every=10] [--http] [--cache-mb=1]`. The cache has 1 MB, so that it is full
 * when the counting begins and what grows then is nobody's to keep.
 */
const option = (name: string, otherwise: number): number =>
  Number(process.argv.find((word) => word.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const CALLS = option('calls', 10_000);
const WARM = CALLS / 5;
const LOOKS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1].map((share) => Math.round(share * CALLS));
const PARTS = ['heap', 'external', 'resident'] as const;
const AT_ONCE = 4;
const PHOTO_EVERY = option('photo-every', 10);
const [WIDTH, HEIGHT] = [320, 240];
const STAGE = new URL('../attack/stage/memory.ts', import.meta.url).href;

const tally = new Tally({ maxMs: 60_000, maxRssMb: 4000 });
const settings = { stage: [STAGE], env: { H200_CACHE_MB: String(option('cache-mb', 1)), H200_WORKERS: '1' } };
const { product, ask } = process.argv.includes('--http') ? await overHttp() : await overStdio();

async function overStdio() {
  const product = await StdioProduct.open(tally, settings);
  return { product, ask: async (name: string, args: Record<string, unknown>) => product.call(name, args) };
}
async function overHttp() {
  const product = await HttpProduct.open(tally, settings);
  let id = 0;
  const ask = async (name: string, args: Record<string, unknown>) => {
    id += 1;
    return messageOf((await product.send('/mcp', modern('tools/call', { name, arguments: args }, id))).body);
  };
  return { product, ask };
}

const photo = join(product.photos, 'desk.png');

/** No two alike: a photo of one colour and a stripe, or three things somewhere on the desk. */
async function argumentsOf(n: number): Promise<Record<string, unknown>> {
  if (n % PHOTO_EVERY === 0) {
    const background = { r: n & 255, g: (n >> 8) & 255, b: 120 };
    const picture = sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background } });
    writeFileSync(`${photo}.${n}.png`, await picture.png().toBuffer());
    return { image: `${photo}.${n}.png`, inference: 'single' };
  }
  const x = 20 + (n % 200) + n / 10_000;
  return {
    detections: [
      { class: 'mug', bbox: [x, 260, x + 60, 330] },
      { class: 'laptop', bbox: [260, 160, 520, 340] },
      { class: 'phone', bbox: [540, 200 + (n % 50), 590, 300 + (n % 50)] },
    ],
    size: { width: 640, height: 480 },
    calibration: { mm_per_pixel: 1 },
  };
}

interface Look {
  readonly calls: number;
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
  readonly handles: number;
}

/** In use after all else was collected, and resident, bytes. */
async function look(calls: number): Promise<Look> {
  const said = once(product.child, 'message', { signal: AbortSignal.timeout(30_000) });
  product.child.send({ collect: true });
  const [{ memory }] = (await said) as [{ memory: NodeJS.MemoryUsage }];
  const resident = (residentMb(product.pid) ?? 0) * 1e6;
  return { calls, heap: memory.heapUsed, external: memory.external, resident, handles: handlesOf(product.pid) ?? 0 };
}

console.log(machine());
try {
  for (const text of ['Keep mugs 10 cm from laptops', 'Keep mugs 15 cm from phones', 'No phone on a laptop']) {
    await ask('create_rule', { text });
  }
  const looks: Look[] = [];
  let next = 0;
  let failed = 0;
  const begun = performance.now();
  for (const until of LOOKS) {
    const caller = async () => {
      while (next < until) {
        const n = next;
        next += 1;
        const answer = JSON.stringify(await ask('analyze_image', await argumentsOf(n)));
        if (!answer.includes('"analysis_id":"ana_')) {
          failed += 1;
          if (failed < 4) console.log(`call ${n}: ${answer.slice(0, 300)}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, caller));
    const now = await look(until);
    looks.push(now);
    const mb = PARTS.map((part) => `${part} ${(now[part] / 1e6).toFixed(1)}`);
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    console.log(`after ${until} (${seconds} s): ${mb.join(', ')} MB, ${now.handles} handles`);
  }
  const counted = looks.filter(({ calls }) => calls >= WARM);
  for (const part of PARTS) {
    const { slope, low, high } = slopeOf(counted.map((one) => ({ x: one.calls, y: one[part] })));
    const text = `${slope.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
    line(`${part}, bytes per analysis from ${WARM} on`, text, '≈ 0', 'slope, 90 % of it between');
  }
  line('calls that failed', String(failed), '0', machine());
  if (failed > 0) process.exitCode = 1;
} finally {
  await product.stop();
}
