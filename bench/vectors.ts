import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openRecords } from '../src/app/open-stores.ts';
import { loadConfig } from '../src/config/config.ts';
import { createSqliteRecords } from '../src/storage/sqlite/records.ts';
import { bytesOf } from '../src/storage/vectors/float-bytes.ts';
import { loopLag } from './support/loop-lag.ts';
import { line, machine, median, paired, quantile, ratioText, timed } from './support/measure.ts';

/**
 * The ten nearest of 100,000 stored vectors of 512 numbers, as the search asks for them, against a plain loop over all of them
 * in memory: `node bench/vectors.ts`. The data are those of the notes: 48 dimensions that matter, 300 clusters, noise.
 */
const [COUNT, DIMENSIONS, INNER, CLUSTERS, QUERIES, TOP] = [100_000, 512, 48, 300, 100, 10];
const SPACE = 'bench';

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
/** Of a normal distribution, near enough. */
const normal = (): number => (random() + random() + random() + random() - 2) * 1.73;
const turn = Float32Array.from({ length: INNER * DIMENSIONS }, normal);
const centres = Array.from({ length: CLUSTERS }, () => Float32Array.from({ length: INNER }, normal));

function make(): Float32Array {
  const centre = centres[Math.floor(random() * CLUSTERS)]!;
  const inner = centre.map((value) => value + 0.7 * normal());
  const vector = new Float32Array(DIMENSIONS);
  for (let k = 0; k < INNER; k += 1) {
    const weight = inner[k]!;
    for (let i = 0; i < DIMENSIONS; i += 1) vector[i]! += weight * turn[k * DIMENSIONS + i]!;
  }
  for (let i = 0; i < DIMENSIONS; i += 1) vector[i]! += 2 * normal();
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

const folder = mkdtempSync(join(tmpdir(), 'h200-bench-vectors-'));
const file = join(folder, 'records.db');
await createSqliteRecords(file).close();
const db = new Database(file);
const all = new Float32Array(COUNT * DIMENSIONS);
const analysis = db.prepare(
  `INSERT INTO analyses (id, created_at, owner, analysis, state, list_item, terms) VALUES (?, ?, 'ann', '{}', '{}', '{}', '[]')`,
);
const vector = db.prepare(
  `INSERT INTO vectors (analysis_id, space, owner, created_at, vector) VALUES (?, '${SPACE}', 'ann', ?, ?)`,
);
console.log(machine());
db.transaction(() => {
  for (let n = 0; n < COUNT; n += 1) {
    const at = new Date(1_700_000_000_000 + 1000 * n).toISOString();
    const made = make();
    all.set(made, n * DIMENSIONS);
    analysis.run(`ana_${n}`, at);
    vector.run(`ana_${n}`, at, Buffer.from(bytesOf(made)));
  }
})();
db.close();
const queries = Array.from({ length: QUERIES }, make);

/** Numbers of the nearest, the nearest first. */
function loop(query: Float32Array): number[] {
  const best: { n: number; likeness: number }[] = [];
  for (let n = 0, at = 0; n < COUNT; n += 1, at += DIMENSIONS) {
    let sum = 0;
    for (let i = 0; i < DIMENSIONS; i += 1) sum += query[i]! * all[at + i]!;
    if (best.length === TOP && sum <= best[TOP - 1]!.likeness) continue;
    best.push({ n, likeness: sum });
    best.sort((a, b) => b.likeness - a.likeness);
    if (best.length > TOP) best.pop();
  }
  return best.map(({ n }) => n);
}

const records = await openRecords(loadConfig({ H200_DATA_DIR: folder }));
const nearest = (query: Float32Array, more: object = {}) =>
  records.vectors.nearest({ owner: 'ann', space: SPACE, vector: query, terms: [], limit: TOP, ...more });
const before = process.memoryUsage();
const load = await timed(() => nearest(queries[0]!));
const after = process.memoryUsage();
const held = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 2 ** 20;
line(
  'the first search: reads all vectors',
  `${load.toFixed(0)} ms`,
  '–',
  `${held.toFixed(0)} MB kept, garbage included`,
);

const times: number[] = [];
let found = 0;
for (const query of queries) {
  let ids: string[] = [];
  times.push(
    await timed(async () => {
      ids = (await nearest(query)).map(({ id }) => id);
    }),
  );
  const exact = new Set(loop(query).map((n) => `ana_${n}`));
  found += ids.filter((id) => exact.has(id)).length;
}
line('nearest, median, ms', median(times).toFixed(1), '≤ 10', `p95 ${quantile(times, 0.95).toFixed(1)}`);
line('recall of the ten nearest', (found / (QUERIES * TOP)).toFixed(4), '≥ 0.999');
let n = 0;
const both = await paired(
  50,
  () => nearest(queries[n++ % QUERIES]!),
  async () => loop(queries[n % QUERIES]!),
);
line('nearest ÷ plain loop, time', ratioText(both), '–', `${both.a.toFixed(1)} ÷ ${both.b.toFixed(1)} ms`);
const lag = await loopLag(async () => {
  for (const query of queries) await nearest(query);
});
line(
  'event loop lag of its own, p99, ms',
  lag.own99.toFixed(2),
  '≤ 2',
  `lag p99 ${lag.p99.toFixed(2)}, max ${lag.max.toFixed(2)}`,
);
await records.close();
rmSync(folder, { recursive: true, force: true });
