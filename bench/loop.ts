import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp } from '../src/app/create-app.ts';
import { loadConfig } from '../src/config/config.ts';
import type { Detection } from '../src/contract/detection.ts';
import { LOCAL } from '../src/contract/principal.ts';
import type { Condition, Operator } from '../src/contract/rule.ts';
import { cameraPosterior, usable } from '../src/scene/calibration/camera-posterior.ts';
import { sampleRule } from '../tests/support/samples.ts';
import { loopLag } from './support/loop-lag.ts';
import { isQuick, line, machine, median, quantile } from './support/measure.ts';

/**
 * How long the event loop is held up by the largest analyses and by storing: `npm run bench -- loop`. The service without a
 * model; what others take of the processor is left out.
 */
const RULES = 1000;
const OBJECTS = 100;
const ROUNDS = isQuick ? 3 : 6;
const folder = mkdtempSync(join(tmpdir(), 'h200-bench-loop-'));
const app = await createApp(loadConfig({ H200_DATA_DIR: folder, LOG_LEVEL: 'silent', H200_MODELS_DIR: folder }));
const context = { principal: LOCAL };
const CLASSES = ['mug', 'laptop', 'keyboard', 'mouse', 'phone', 'book', 'bottle', 'glass', 'bowl'];
const OPERATORS: readonly Operator[] = ['min_distance', 'max_distance', 'min_edge_distance', 'not_on', 'left_of'];

let state = 12_345;
const random = () => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};

function things(count: number, width: number, height: number): Detection[] {
  return Array.from({ length: count }, (_, i) => {
    const [x, y, size] = [random() * (width - 300), random() * (height - 300), 60 + random() * 200];
    return { class: CLASSES[i % CLASSES.length]!, confidence: 0.9, bbox: [x, y, x + size, y + size] as const };
  });
}

function rules(count: number) {
  return Array.from({ length: count }, (_, i) => {
    const operator = OPERATORS[i % OPERATORS.length]!;
    const measured = ['min_distance', 'max_distance', 'min_edge_distance'].includes(operator);
    const condition: Condition = {
      object1: CLASSES[i % CLASSES.length]!,
      operator,
      ...(operator !== 'min_edge_distance' && { object2: CLASSES[(i + 1 + (i % 7)) % CLASSES.length]! }),
      ...(measured && { value: 10 + Math.round(random() * 400), unit: 'mm' as const }),
    };
    return sampleRule({ rule_id: `rule_bench${i}`, conditions: [condition], text: null });
  });
}

let salt = 0;
const analyze = (count: number, store: boolean) => {
  salt += 1;
  return app.services.analyses.analyze(context, {
    detections: things(count, 4000, 3000),
    size: { width: 4000, height: 3000 },
    calibration: { mm_per_pixel: 0.5 + salt * 1e-6 },
    store,
  } as Parameters<typeof app.services.analyses.analyze>[1]);
};

/** Processor time of one call on this thread, ms. */
function cpu(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

try {
  console.log(machine());
  await app.services.rules.import(context, { version: 1, rules: rules(30) });
  await analyze(10, true);
  const storing = await loopLag(async () => {
    for (let round = 0; round < 4 * ROUNDS; round += 1) {
      await Promise.all(Array.from({ length: 16 }, () => analyze(10, true)));
    }
  });
  const lag = `p50 ${storing.p50.toFixed(1)}, p99 by the clock ${storing.p99.toFixed(1)} ms`;
  line('event loop lag p99, 16 callers, 30 rules, stored', `${storing.own99.toFixed(1)} ms`, '≤ 5 ms', lag);

  if (process.argv.includes('--lag-only')) process.exit();
  await app.services.rules.import(context, { version: 1, rules: rules(RULES) });
  await analyze(OBJECTS, true);
  for (const store of [false, true]) {
    const longest: number[] = [];
    const took: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const began = performance.now();
      longest.push((await loopLag(() => analyze(OBJECTS, store))).ownMax);
      took.push(performance.now() - began);
    }
    line(
      `longest hold of the loop, ${RULES} rules × ${OBJECTS} objects, ${store ? 'stored' : 'not stored'}`,
      `${median(longest).toFixed(0)} ms`,
      '≤ 20 ms',
      `${Math.min(...longest).toFixed(0)} to ${Math.max(...longest).toFixed(0)} ms of ${median(took).toFixed(0)} ms`,
    );
  }

  const image = { width: 1920, height: 1080, focal35mm: null };
  for (const count of [4, 12]) {
    const seen = things(count, 1920, 1080).map((thing, i) => ({ ...thing, id: `thing-${i}` }));
    const observed = usable(image, seen, { sigma: 0.04 });
    for (let i = 0; i < 10; i += 1) cameraPosterior(observed, image);
    const times = Array.from({ length: 40 }, () => cpu(() => cameraPosterior(observed, image)));
    const detail = `processor time, p90 ${quantile(times, 0.9).toFixed(1)} ms`;
    line(`camera from ${observed.length} objects of known size`, `${median(times).toFixed(1)} ms`, '≤ 3 ms', detail);
  }
} finally {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
}
