import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createApp } from '../src/app/create-app.ts';
import { loadConfig } from '../src/config/config.ts';
import { AnalyzeRequest } from '../src/contract/analyze-request.ts';
import { PERMISSIONS } from '../src/contract/principal.ts';
import { loopLag } from './support/loop-lag.ts';
import { line, machine, median } from './support/measure.ts';

/** What storing large pictures does to everybody else: photos of 12 megapixels at once, their objects given, so that no model runs. */
const AT_ONCE = 16;
const ROUNDS = 3;
const [WIDTH, HEIGHT] = [4000, 3000];
const detections = [{ class: 'mug', bbox: [1600, 1200, 2200, 2000], confidence: 0.9 }];

const folder = mkdtempSync(join(tmpdir(), 'h200-bench-'));
const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const;
const coarse = await sharp({ create: { width: 1000, height: 750, channels: 3, background: '#888', noise } })
  .png()
  .toBuffer();
const app = await createApp(
  loadConfig({ H200_DATA_DIR: join(folder, 'data'), H200_ALLOWED_ROOTS: folder, LOG_LEVEL: 'error' }),
);
const principal = { kind: 'local', id: 'bench', role: 'admin', permissions: PERMISSIONS } as const;

/** The same picture under a comment of its own, so that each is stored. */
async function photos(progressive: boolean): Promise<() => string[]> {
  const jpeg = await sharp(coarse).resize(WIDTH, HEIGHT).jpeg({ quality: 92, progressive }).toBuffer();
  console.log(`${progressive ? 'progressive' : 'baseline'}: ${(jpeg.length / 1e6).toFixed(1)} MB`);
  let made = 0;
  return () =>
    Array.from({ length: AT_ONCE }, (_, i) => {
      const comment = Buffer.from([0xff, 0xfe, 0, 6, 0, 0, 0, 0]);
      made += 1;
      comment.writeUInt32BE(made, 4);
      const file = join(folder, `${i}.jpg`);
      writeFileSync(file, Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]));
      return file;
    });
}

function analyze(image: string, store: boolean) {
  const request = AnalyzeRequest.parse({ image, store, detections, use_cache: false });
  return app.services.analyses.analyze({ principal, signal: new AbortController().signal }, request);
}

try {
  console.log(machine());
  for (const progressive of process.argv.includes('--progressive') ? [false, true] : [false]) {
    const next = await photos(progressive);
    await Promise.all(next().map((image) => analyze(image, true)));
    for (const store of [false, true]) {
      const rounds: { own99: number; max: number; wall: number; processor: number }[] = [];
      for (let i = 0; i < ROUNDS; i += 1) {
        const images = next();
        const [start, cpu] = [performance.now(), process.cpuUsage()];
        const { own99, max } = await loopLag(() => Promise.all(images.map((image) => analyze(image, store))));
        const { user, system } = process.cpuUsage(cpu);
        const processor = (user + system) / 1000 / AT_ONCE;
        rounds.push({ own99, max, wall: (performance.now() - start) / AT_ONCE, processor });
      }
      const of = (key: 'own99' | 'max' | 'wall' | 'processor') => median(rounds.map((round) => round[key])).toFixed(1);
      line(
        `${AT_ONCE} x 12 MP ${progressive ? 'progressive' : 'baseline'}, ${store ? 'stored' : 'not stored'}: lag, own p99`,
        `${of('own99')} ms`,
        '–',
        `each ${of('wall')} ms, processor ${of('processor')} ms`,
      );
    }
  }
} finally {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
