import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { loadConfig } from '../src/config/config.ts';
import { ModelsStore } from '../src/vision/models/models-store.ts';
import { openBareModel } from './support/bare-model.ts';
import { isQuick, line, machine, paired, ratioText } from './support/measure.ts';

/**
 * The whole journey of an ordinary photo over stdio, gradient, outlines and storing included, against decoding and inference
 * of the same model alone, in turn: `npm run build && npm run bench -- journey`. Needs H200_TEST_ASSETS.
 */
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const source = testAsset('photos', 'other', 'jetson_desk.jpg');
if (!model || !source) throw new Error('bench/journey.ts needs H200_TEST_ASSETS');
const ROUNDS = isQuick ? 12 : 40;
let salt = 0;
const program = join(fileURLToPath(new URL('..', import.meta.url)), 'bin', 'h200-mug.js');
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-'));
const photo = join(folder, 'photo.jpg');
const [width, height] = [1920, 1080];
const bytes = await sharp(source).resize(width, height, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer();
writeFileSync(photo, bytes);

async function journeyOf(name: string): Promise<void> {
  const settings = { H200_MODELS_DIR: dirname(model!), H200_MODEL: name, H200_WORKERS: '1', LOG_LEVEL: 'error' };
  const env = {
    ...(process.env as Record<string, string>),
    ...settings,
    H200_DATA_DIR: join(folder, 'data'),
    H200_ALLOWED_ROOTS: folder,
  };
  const bare = await openBareModel(new ModelsStore(loadConfig(settings)).select());
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program, 'stdio'], env }));
  try {
    for (const store of [true, false]) {
      const analyze = async () => {
        // Every call a new threshold, so that the cache never answers.
        salt += 1;
        const threshold = 0.4 + salt * 1e-7;
        const { isError, content } = await client.callTool({
          name: 'analyze_image',
          arguments: { image: photo, threshold, store },
        });
        if (isError) throw new Error(JSON.stringify(content));
      };
      for (let i = 0; i < 5; i += 1) await analyze();
      const whole = await paired(ROUNDS, analyze, () => bare({ bytes, width, height }));
      line(
        `${name}, ${store ? 'stored' : 'not stored'} ÷ (decode + run)`,
        ratioText(whole),
        store ? '≤ 1.08' : '≤ 1.05',
        `${whole.a.toFixed(1)} ÷ ${whole.b.toFixed(1)} ms`,
      );
    }
  } finally {
    await client.close();
  }
}

try {
  console.log(machine());
  for (const name of ['deimv2-femto', 'desk-detector']) await journeyOf(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
