import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flatPng } from '../../tests/image/decode/support/poison.ts';
import { FAULTS, type FaultName, FLOWS, type Flow } from '../support/faults.ts';
import { HttpProduct, modern } from '../support/http.ts';
import { childrenOf } from '../support/process-tree.ts';
import type { ProductOptions } from '../support/product.ts';
import { shareOf } from '../support/random.ts';
import { EXAMPLE } from '../support/seeds.ts';
import type { AttackSet, Tally } from '../support/set.ts';
import { StdioProduct } from '../support/stdio.ts';
import { type Message, structuredOf, verdictOn } from '../support/verdict.ts';

const STAGE = new URL('../stage/faults.ts', import.meta.url).href;
const TEN_YEARS_MS = 3650 * 86_400_000;
const wait = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Parts that are missing, damaged, killed or moved, and every flow beside or after it. */
export const faultSet: AttackSet = {
  id: 'S12',
  title: 'faults of the process × flows',
  bounds: { maxMs: 35_000, maxRssMb: 1800 },
  async run(tally, { share }) {
    await withoutModel(tally, 'modelMissing', null);
    await withoutModel(tally, 'modelCorrupt', Buffer.alloc(4_116_144, 7));
    await whileRunning(tally);
    await clientsVanish(tally);
    for (const fault of shareOf(['killed', 'stopped', 'inputEnds'] as const, share)) await startedAgain(tally, fault);
    tally.note('what each flow must do is in the table of faults');
  },
};

const DESK = {
  detections: [
    { class: 'mug', bbox: [100, 260, 160, 330] },
    { class: 'laptop', bbox: [220, 160, 520, 340] },
  ],
  calibration: { mm_per_pixel: 1 },
};

class Desk {
  readonly product: StdioProduct;
  readonly photo: string;
  analysis = '';
  #salt = 0;

  constructor(product: StdioProduct) {
    this.product = product;
    this.photo = join(product.photos, 'desk.jpg');
    copyFileSync(EXAMPLE, this.photo);
  }

  /** One analysis that later flows read. */
  async prepare(): Promise<this> {
    const stored = await this.product.call('analyze_image', { image: this.photo, ...DESK });
    this.analysis = structuredOf<{ analysis_id: string }>(stored).analysis_id;
    return this;
  }

  look(): Promise<Message> {
    this.#salt += 1;
    return this.product.call('analyze_image', {
      image: this.photo,
      inference: 'single',
      threshold: 0.3 + this.#salt / 1e5,
    });
  }

  readonly flows: Readonly<Record<Flow, () => Promise<Message>>> = {
    photo: () => this.look(),
    detections: () => this.product.call('analyze_image', { ...DESK, size: { width: 640, height: 480 }, store: false }),
    rule: () => this.product.call('create_rule', { text: `Keep mugs ${10 + this.#salt} cm from laptops` }),
    lists: () => this.product.call('list_rules', {}),
    stored: () => this.product.call('get_analysis', { analysis_id: this.analysis }),
    picture: () => this.product.call('get_annotated_image', { analysis_id: this.analysis }),
  };
}

async function tryFlows(tally: Tally, fault: FaultName, desk: Desk): Promise<void> {
  const { title, expected } = FAULTS[fault];
  for (const flow of Object.keys(FLOWS) as Flow[]) {
    const name = `${title}: ${FLOWS[flow]}`;
    const begun = performance.now();
    const message = await desk.flows[flow]().catch((error: Error) => error);
    if (message instanceof Error) {
      tally.failed(name, message.message);
      continue;
    }
    const { how, said } = verdictOn(message);
    const seen = how === 'answered' ? how : said;
    if (how !== 'failed' && seen === expected[flow]) tally.held(name, how, performance.now() - begun);
    else tally.failed(name, `${seen}, not ${expected[flow]}`);
  }
}

async function withoutModel(tally: Tally, fault: 'modelMissing' | 'modelCorrupt', file: Buffer | null): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-attack-models-'));
  if (file) writeFileSync(join(folder, 'deimv2_hgnetv2_femto_coco.onnx'), file);
  const product = await StdioProduct.open(tally, { env: { H200_MODELS_DIR: folder, H200_MODEL: 'deimv2-femto' } });
  try {
    await tryFlows(tally, fault, await new Desk(product).prepare());
  } finally {
    await product.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Calls that run when something strikes end with an answer or a typed error. */
async function runningEnd(
  tally: Tally,
  fault: FaultName,
  running: readonly Promise<Message>[],
  alsoStops = false,
): Promise<void> {
  for (const [i, one] of running.entries()) {
    const name = `${FAULTS[fault].title}: running call ${i}`;
    const begun = performance.now();
    const message = await one.catch((error: Error) => error);
    if (message instanceof Error) {
      tally.failed(name, message.message);
      continue;
    }
    const { how, said } = verdictOn(message);
    const stops = alsoStops && message.error?.code === -32010 && message.error.data?.code === 'SYSTEM_001';
    // A run whose thread was ended by force is a failure of ours, and says so by its code.
    const typed = how !== 'failed' || stops || /^(ANALYSIS_005|SYSTEM_003) /.test(said);
    if (typed) tally.held(name, how === 'answered' ? 'answered' : 'refused', performance.now() - begun);
    else tally.failed(name, said);
  }
}

async function whileRunning(tally: Tally): Promise<void> {
  const product = await StdioProduct.open(tally, { stage: [STAGE] });
  const strike = (message: object) =>
    new Promise<void>((done, failed) => {
      product.child.once('message', () => done());
      setTimeout(() => failed(new Error('the stage does not answer')), 5000).unref();
      product.child.send(message);
    });
  try {
    const desk = await new Desk(product).prepare();
    await desk.look();
    const running = Array.from({ length: 4 }, () => desk.look());
    await wait(20);
    await strike({ endThreads: true });
    await runningEnd(tally, 'threadsEnded', running);
    await tryFlows(tally, 'threadsEnded', desk);

    const heavy = join(product.photos, 'heavy.png');
    writeFileSync(heavy, flatPng(8192, 6144, { bits: 8, type: 2, filter: 4 }));
    const decoding = [0.5, 0.6].map((threshold) =>
      product.call('analyze_image', { image: heavy, threshold, inference: 'single', store: false }),
    );
    for (let i = 0; i < 100 && childrenOf(product.pid).length === 0; i += 1) await wait(20);
    const children = childrenOf(product.pid);
    if (children.length === 0) tally.fail('the decoder processes are killed', 'there was none');
    for (const child of children) process.kill(child, 'SIGKILL');
    await runningEnd(tally, 'decoderKilled', decoding);
    await tryFlows(tally, 'decoderKilled', desk);

    const held = Array.from({ length: 2 }, () => desk.look());
    process.kill(product.pid, 'SIGSTOP');
    await wait(3000);
    process.kill(product.pid, 'SIGCONT');
    await runningEnd(tally, 'suspended', held);
    await tryFlows(tally, 'suspended', desk);

    for (const [fault, clockAheadMs] of [
      ['clockAhead', TEN_YEARS_MS],
      ['clockBack', -TEN_YEARS_MS],
    ] as const) {
      await strike({ clockAheadMs });
      await tryFlows(tally, fault, desk);
    }
  } finally {
    await product.stop();
  }
}

async function clientsVanish(tally: Tally): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-attack-'));
  const product = await HttpProduct.open(tally, { folder });
  const photo = join(product.photos, 'desk.jpg');
  copyFileSync(EXAMPLE, photo);
  const gone = new AbortController();
  const calls = Array.from({ length: 12 }, (_, i) => {
    const args = { image: photo, inference: 'single', threshold: 0.3 + i / 1000 };
    return product
      .send('/mcp', { ...modern('tools/call', { name: 'analyze_image', arguments: args }), signal: gone.signal })
      .catch(() => null);
  });
  await wait(150);
  gone.abort();
  await Promise.all(calls);
  const health = await product.send('/health', { method: 'GET' });
  if (health.status === 200) tally.held('all clients vanish: health', 'answered', 0);
  else tally.failed('all clients vanish: health', `${health.status}`);
  await product.stop();
  await again(tally, 'clientsVanish', { folder });
  rmSync(folder, { recursive: true });
}

/** Opens the product on a folder that was used before, and tries every flow. */
async function again(tally: Tally, fault: FaultName, options: ProductOptions, acknowledged: readonly string[] = []) {
  const product = await StdioProduct.open(tally, options);
  try {
    const listed = await product.call('list_rules', { limit: 50 });
    const { rules } = structuredOf<{ rules: { rule_id: string }[] }>(listed);
    const lost = acknowledged.filter((id) => !rules.some(({ rule_id }) => rule_id === id));
    if (lost.length > 0)
      tally.fail(FAULTS[fault].title, `${lost.length} of ${acknowledged.length} acknowledged rules are lost`);
    await tryFlows(tally, fault, await new Desk(product).prepare());
  } finally {
    await product.stop();
  }
}

/** The process ends while it writes and looks; whatever it acknowledged is there afterwards. */
async function startedAgain(tally: Tally, fault: 'killed' | 'stopped' | 'inputEnds'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'h200-attack-'));
  mkdirSync(folder, { recursive: true });
  const product = await StdioProduct.open(tally, { folder });
  const desk = new Desk(product);
  await desk.look();
  const acknowledged: string[] = [];
  const looks = Array.from({ length: 3 }, () => desk.look());
  const rules = Array.from({ length: 40 }, async (_, i) => {
    const message = await product.call('create_rule', { text: `Keep mugs ${10 + i} mm from laptops` });
    if (message.result && message.result.isError !== true)
      acknowledged.push(structuredOf<{ rule: { rule_id: string } }>(message).rule.rule_id);
    return message;
  });
  await Promise.any(rules);
  product.mayEnd = true;
  const begun = performance.now();
  if (fault === 'killed') product.child.kill('SIGKILL');
  else if (fault === 'stopped') product.child.kill('SIGTERM');
  else product.child.stdin!.end();
  if (fault === 'killed') await Promise.allSettled([...looks, ...rules]);
  else await runningEnd(tally, fault, [...looks, ...rules], true);
  const status = await product.ended;
  const ms = performance.now() - begun;
  if (fault !== 'killed' && (status !== 0 || ms > 3500))
    tally.fail(FAULTS[fault].title, `ended with ${status} after ${Math.round(ms)} ms`);
  await again(tally, fault, { folder }, acknowledged);
  rmSync(folder, { recursive: true });
}
