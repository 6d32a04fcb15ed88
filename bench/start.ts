import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { testAsset } from '../scripts/test-assets.ts';
import { isQuick, line, machine, median, ratioText, spread } from './support/measure.ts';

/**
 * From `exec` to the first answers, the processor time of all threads and the time by the clock, against the bare parts in turn:
 * `npm run build && npm run bench -- start`. Linux tells the processor time; its clock ticks every 10 ms.
 */
const ROUNDS = isQuick ? 5 : 9;
const TICK_MS = 10;
const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'bin', 'h200-mug.js');
const echo = join(root, 'bench', 'support', 'echo-server.ts');
const bare = join(root, 'bench', 'support', 'bare-detect.ts');
const model = testAsset('models', 'deimv2_hgnetv2_femto_coco.onnx');
const photo = testAsset('photos', 'other', 'jetson_desk.jpg');
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-start-'));
const env = {
  ...process.env,
  XDG_CACHE_HOME: join(folder, 'cache'),
  H200_DATA_DIR: join(folder, 'data'),
  ...(model && { H200_MODELS_DIR: join(model, '..'), H200_MODEL: 'deimv2-femto' }),
  ...(photo && { H200_ALLOWED_ROOTS: join(photo, '..') }),
  H200_WORKERS: '1',
  LOG_LEVEL: 'error',
};

interface Taken {
  readonly clock: number;
  readonly processor: number;
}

const spent = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return TICK_MS * (Number(fields[11]) + Number(fields[12]));
};

const INITIALIZE = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

/** What each request of a fresh server, one after the other, was answered after. */
async function started(args: readonly string[], requests: readonly { method: string; params: object }[]) {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const taken: Taken[] = [];
  for (const [id, { method, params }] of requests.entries()) {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${args.join(' ')} ended before it answered ${method}`);
      const message = JSON.parse(value as string) as { id?: number; result?: { isError?: boolean } };
      if (message.id !== id) continue;
      if (message.result === undefined || message.result.isError) throw new Error(value as string);
      break;
    }
    taken.push({ clock: performance.now() - began, processor: spent(child.pid as number) });
    if (method === 'initialize') child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  }
  child.stdin.end();
  await once(child, 'exit');
  return taken;
}

/** Node, one session, one run and nothing else. */
async function bareRun(): Promise<Taken> {
  const began = performance.now();
  const child = spawn(process.execPath, [bare, model!, photo!], { stdio: 'inherit', env });
  let processor = 0;
  const look = setInterval(() => {
    try {
      processor = Math.max(processor, spent(child.pid as number));
    } catch {
      // It has ended.
    }
  }, 5);
  await once(child, 'exit');
  clearInterval(look);
  return { clock: performance.now() - began, processor };
}

const asks = {
  initialize: { method: 'initialize', params: INITIALIZE },
  list: { method: 'tools/list', params: {} },
  analyse: {
    method: 'tools/call',
    params: { name: 'analyze_image', arguments: { image: photo, inference: 'single', store: false } },
  },
};

function compare(name: string, aim: string, ours: readonly Taken[], theirs: readonly Taken[]): void {
  for (const [what, key] of [
    ['processor time', 'processor'],
    ['clock', 'clock'],
  ] as const) {
    const ratios = ours.map((one, i) => one[key] / theirs[i]![key]);
    const text = ratioText({ ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) });
    const [a, b] = [spread(ours.map((one) => one[key])), spread(theirs.map((one) => one[key]))];
    line(`${name}, ${what}`, text, aim, `${a} ÷ ${b} ms, ${ours.length} rounds`);
  }
}

try {
  console.log(machine());
  const ours: Taken[][] = [];
  const echoed: Taken[][] = [];
  const first: Taken[] = [];
  const bares: Taken[] = [];
  // The first round of each fills the compile cache.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const a = await started([program, 'stdio'], [asks.initialize, asks.list]);
    const b = await started([echo], [asks.initialize, asks.list]);
    const withModel = model && photo ? await started([program, 'stdio'], [asks.initialize, asks.analyse]) : null;
    const without = model && photo ? await bareRun() : null;
    if (round === 0) continue;
    ours.push(a);
    echoed.push(b);
    if (withModel && without) {
      first.push(withModel[1]!);
      bares.push(without);
    }
  }
  const nth = (all: readonly Taken[][], n: number) => all.map((one) => one[n]!);
  compare('exec → initialize ÷ SDK echo server', '≤ 1.3', nth(ours, 0), nth(echoed, 0));
  compare('exec → tools/list ÷ SDK echo server', '–', nth(ours, 1), nth(echoed, 1));
  if (first.length > 0) compare('exec → first analysis ÷ node + session + run', '≤ 1.3', first, bares);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
