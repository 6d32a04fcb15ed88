import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import sharp from 'sharp';
import { PROGRAM } from '../attack/support/product.ts';
import { testAsset } from '../scripts/test-assets.ts';
import { openBare } from './support/bare-detect.ts';
import { isQuick, line, machine, median, ratioText } from './support/measure.ts';

/**
 * The whole journey over stdio beside what Python needs for decoding and inference alone, of the same model file and photos, in
 * turn: `npm run build && H200_BENCH_PYTHON=…/bin/python npm run bench -- peer`, of a Python with onnxruntime, numpy, Pillow and
 * opencv-python-headless. Needs H200_TEST_ASSETS.
 */
const python = process.env.H200_BENCH_PYTHON;
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const sources = ['jetson_desk.jpg', 'tfjs_coffee.jpg'].flatMap((name) => testAsset('photos', 'other', name) ?? []);
if (!python || !model || sources.length === 0) {
  console.log('skipped: H200_BENCH_PYTHON and H200_TEST_ASSETS say where a Python and the models are');
  process.exit(0);
}
const ROUNDS = isQuick ? 12 : 30;
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-peer-'));
const photos = await Promise.all(
  sources.map(async (source, i) => {
    const bytes = await sharp(source).resize(1920, 1080, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
    const file = join(folder, `photo-${i}.jpg`);
    writeFileSync(file, bytes);
    return { file, bytes };
  }),
);
const script = fileURLToPath(new URL('./support/peer.py', import.meta.url));
const versions = spawnSync(python, [
  '-c',
  'import sys, onnxruntime, PIL, cv2; print("Python", sys.version.split()[0], "onnxruntime", onnxruntime.__version__, "Pillow", PIL.__version__, "OpenCV", cv2.__version__)',
]);
const env = {
  ...(process.env as Record<string, string>),
  H200_DATA_DIR: join(folder, 'data'),
  H200_MODELS_DIR: dirname(model),
  H200_MODEL: 'deimv2-femto',
  H200_ALLOWED_ROOTS: folder,
  H200_WORKERS: '1',
  LOG_LEVEL: 'error',
};

const child = spawn(python, [script, model], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
async function peer(how: 'pillow' | 'opencv', file: string): Promise<number> {
  child.stdin.write(`${how} ${file}\n`);
  const { value, done } = await answers.next();
  if (done) throw new Error('the Python program has ended');
  return Number(value);
}

const client = new Client({ name: 'bench', version: '1' });
await client.connect(new StdioClientTransport({ command: process.execPath, args: [PROGRAM, 'stdio'], env }));
const bare = await openBare(model);
let salt = 0;
async function ours(file: string): Promise<number> {
  salt += 1;
  const args = { image: file, threshold: 0.4 + salt * 1e-7, inference: 'single', store: false };
  const began = performance.now();
  const { isError, content } = await client.callTool({ name: 'analyze_image', arguments: args });
  if (isError) throw new Error(JSON.stringify(content));
  return performance.now() - began;
}
async function ownBare(bytes: Buffer): Promise<number> {
  const began = performance.now();
  await bare.decode(bytes);
  await bare.run();
  return performance.now() - began;
}

try {
  console.log(machine());
  const rows: { ours: number; node: number; pillow: number; opencv: number }[] = [];
  for (let round = -2; round < ROUNDS; round += 1) {
    const { file, bytes } = photos[(round + 2) % photos.length]!;
    const row = {
      ours: await ours(file),
      node: await ownBare(bytes),
      pillow: await peer('pillow', file),
      opencv: await peer('opencv', file),
    };
    if (round >= 0) rows.push(row);
  }
  const ms = (key: keyof (typeof rows)[0]) => median(rows.map((row) => row[key])).toFixed(1);
  const about = versions.stdout.toString().trim();
  for (const [name, key] of [
    ['Pillow', 'pillow'],
    ['OpenCV', 'opencv'],
  ] as const) {
    const ratios = rows.map((row) => row.ours / row[key]);
    const sorted = ratios.toSorted((a, b) => a - b);
    const text = { ratio: median(ratios), low: sorted[Math.floor(0.1 * sorted.length)]!, high: sorted.at(-1)! };
    line(
      `whole journey over stdio ÷ Python's decode (${name}) and run alone`,
      ratioText(text),
      '–',
      `${ms('ours')} ÷ ${ms(key)} ms; sharp and onnxruntime-node alone ${ms('node')} ms; ${about}`,
    );
  }
} finally {
  await client.close();
  child.stdin.end();
  rmSync(folder, { recursive: true, force: true });
}
