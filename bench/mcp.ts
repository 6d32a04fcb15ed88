import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import sharp from 'sharp';
import { testAsset } from '../scripts/test-assets.ts';
import { openBare } from './support/bare-detect.ts';
import { line, machine, median, paired, quantile, ratioText, timed } from './support/measure.ts';

/**
 * The built server over MCP stdio against the bare parts, in one run, in turn: `npm run build && npm run bench -- mcp`.
 * Needs DEIMv2-Femto in H200_TEST_ASSETS/models and a photo there.
 */
const exec = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const source = testAsset('photos', 'other', 'jetson_desk.jpg');
if (!model || !source) throw new Error('bench/mcp.ts needs H200_TEST_ASSETS');
const program = join(root, 'bin', 'h200-mug.js');
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-'));
const photo = join(folder, 'photo-1080p.jpg');
writeFileSync(photo, await sharp(source).resize(1920, 1080, { fit: 'cover' }).jpeg({ quality: 90 }).toBuffer());
const small = join(folder, 'photo-small.jpg');
writeFileSync(small, readFileSync(source));
const bytes = readFileSync(photo);
const env = {
  ...(process.env as Record<string, string>),
  H200_DATA_DIR: join(folder, 'data'),
  H200_MODELS_DIR: join(model, '..'),
  H200_MODEL: 'deimv2-femto',
  H200_ALLOWED_ROOTS: folder,
  H200_WORKERS: '1',
  LOG_LEVEL: 'error',
};

async function connect(args: string[]): Promise<Client> {
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  return client;
}

/** Every call a new threshold, so that the cache never answers. */
let salt = 0;
const fresh = () => 0.4 + (++salt % 1_000_000) * 1e-7;

try {
  console.log(machine());
  const server = await connect([program, 'stdio']);
  const echo = await connect([join(root, 'bench', 'support', 'echo-server.ts')]);
  const bare = await openBare(model);
  const analyze = (extra: object) =>
    server.callTool({ name: 'analyze_image', arguments: { image: photo, inference: 'single', ...extra } });

  const stored = await paired(
    40,
    () => analyze({ threshold: fresh() }),
    async () => {
      await bare.decode(bytes);
      await bare.run();
    },
  );
  line(
    'stdio analyse 1080p JPEG ÷ (decode + run)',
    ratioText(stored),
    '≤ 1.05',
    `${stored.a.toFixed(1)} ÷ ${stored.b.toFixed(1)} ms, stored durably`,
  );
  const answered = await paired(
    40,
    () => analyze({ threshold: fresh(), store: false }),
    async () => {
      await bare.decode(bytes);
      await bare.run();
    },
  );
  line(
    '  the same with store: false',
    ratioText(answered),
    '≤ 1.05',
    `${answered.a.toFixed(1)} ÷ ${answered.b.toFixed(1)} ms`,
  );

  await analyze({ threshold: 0.4 });
  const hit: number[] = [];
  for (let i = 0; i < 200; i += 1) hit.push(await timed(() => analyze({ threshold: 0.4 })));
  line('cached hit over stdio', `${median(hit).toFixed(2)} ms`, '–', `p99 ${quantile(hit, 0.99).toFixed(2)} ms`);

  const noop = await paired(
    300,
    () => server.callTool({ name: 'list_calibrations', arguments: {} }),
    () => echo.callTool({ name: 'echo', arguments: { text: 'x' } }),
  );
  line('smallest tool ÷ SDK echo server', ratioText(noop), '≤ 1.15', `${noop.a.toFixed(2)} ÷ ${noop.b.toFixed(2)} ms`);
  await Promise.all([server.close(), echo.close()]);

  const cold = await paired(
    7,
    () => exec(process.execPath, [program, 'analyze', photo, '--json', '--no-store'], { env, maxBuffer: 1e8 }),
    () => exec(process.execPath, [join(root, 'bench', 'support', 'bare-detect.ts'), model, photo], { env }),
  );
  line(
    'exec → first analysis ÷ bare node + session + run',
    ratioText(cold),
    '≤ 1.3',
    `${cold.a.toFixed(0)} ÷ ${cold.b.toFixed(0)} ms`,
  );

  if (process.argv.includes('--soak')) await soak();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Resident memory over 2,000 analyses of a small image, in the server process itself. */
async function soak(): Promise<void> {
  const client = new Client({ name: 'soak', version: '1' });
  const transport = new StdioClientTransport({ command: process.execPath, args: [program, 'stdio'], env });
  await client.connect(transport);
  const rss: number[] = [];
  for (let i = 0; i < 2000; i += 1) {
    await client.callTool({
      name: 'analyze_image',
      arguments: { image: small, threshold: fresh(), store: i % 2 === 0 },
    });
    if (i % 50 === 49) rss.push(residentBytes(transport.pid as number));
  }
  await client.close();
  const half = rss.slice(rss.length / 2);
  const slope = (half.at(-1)! - half[0]!) / ((half.length - 1) * 50);
  line(
    'resident memory per analysis, second 1,000 of 2,000',
    `${(slope / 1000).toFixed(2)} kB`,
    '≈ 0',
    `${(rss[0]! / 1e6).toFixed(0)} → ${(rss.at(-1)! / 1e6).toFixed(0)} MB`,
  );
}

function residentBytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return pages * 4096;
}
