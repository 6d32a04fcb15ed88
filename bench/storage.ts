import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { openRecords } from '../src/app/open-stores.ts';
import { loadConfig } from '../src/config/config.ts';
import { openBareStore } from './support/bare-store.ts';
import { loopLag } from './support/loop-lag.ts';
import { line, machine, median, paired, ratioText } from './support/measure.ts';
import { KINDS, OUTCOMES, OWNER, storedAnalysis } from './support/stored-analysis.ts';

/**
 * The record store that the program uses against bare better-sqlite3 in the same run, in turn: `node bench/storage.ts`.
 * Bare: prepared statements on the main thread, one transaction a write, WAL and synchronous FULL as in the store; no
 * threads, messages, error codes or bounds. Records of analyses have 40 kB and as much again for drawing; get reads the
 * first, a list the few hundred bytes that lists show.
 */
const CALLERS = 16;
const WINDOW_MS = 2000;
const ROUNDS = 3;
const PAGE = { limit: 10 };

const folder = mkdtempSync(join(tmpdir(), 'h200-bench-storage-'));
const records = await openRecords(loadConfig({ H200_DATA_DIR: folder }));
const bare = openBareStore(join(folder, 'bare.db'));

/** The same call of both. */
interface Step {
  readonly ours: (n: number) => Promise<unknown>;
  readonly bare: (n: number) => unknown;
}
const id = (n: number) => `ana_${n % KINDS}`;
const put: Step = {
  ours: (n) => records.analyses.put(storedAnalysis(n)),
  bare: (n) => bare.put(storedAnalysis(n)),
};
const append: Step = {
  ours: (n) => records.evaluations.append(OWNER, id(n), 'now', OUTCOMES),
  bare: (n) => bare.append(OWNER, id(n), 'now', OUTCOMES),
};
const list: Step = { ours: () => records.analyses.list(OWNER, PAGE), bare: () => bare.list(OWNER, PAGE) };
const get: Step = { ours: (n) => records.analyses.get(id(n)), bare: (n) => bare.get(id(n)) };
const ping: Step = { ours: () => records.ping(), bare: () => bare.ping() };

/** Calls of the store per second, and how late the event loop is. A call begins in a turn of the loop, as requests do. */
async function together(steps: readonly Step[]) {
  const times: number[] = [];
  const begin = performance.now();
  const caller = async (_: unknown, first: number) => {
    for (let n = first; ; n += CALLERS) {
      for (const step of steps) {
        await turn();
        const start = performance.now();
        if (start > begin + WINDOW_MS) return;
        await step.ours(n);
        times.push(performance.now() - start);
      }
    }
  };
  const lag = await loopLag(async () => {
    await Promise.all(Array.from({ length: CALLERS }, caller));
    return performance.now() - begin;
  });
  return { ...lag, perSecond: (times.length / lag.result) * 1000, call: median(times) };
}

function alone(steps: readonly Step[]): number {
  const begin = performance.now();
  let done = 0;
  for (let n = 0; performance.now() < begin + WINDOW_MS; n += 1) {
    for (const step of steps) step.bare(n);
    done += steps.length;
  }
  return (done / (performance.now() - begin)) * 1000;
}

async function compare(name: string, steps: readonly Step[]) {
  const rounds: { bare: number; ours: Awaited<ReturnType<typeof together>> }[] = [];
  for (let i = 0; i < ROUNDS; i += 1) rounds.push({ bare: alone(steps), ours: await together(steps) });
  const middle = (of: (r: (typeof rounds)[number]) => number) => median(rounds.map(of));
  const ratios = rounds.map((r) => r.ours.perSecond / r.bare);
  const text = { ratio: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
  const rates = `${middle((r) => r.ours.perSecond).toFixed(0)} ÷ ${middle((r) => r.bare).toFixed(0)} calls/s`;
  const call = `a call ${middle((r) => r.ours.call).toFixed(2)} ms`;
  line(`${name}, ${CALLERS} callers ÷ bare`, ratioText(text), '≥ 0.9', `${rates}, ${call}`);
  const late = (['p50', 'p99', 'max'] as const).map((q) => `${q} ${middle((r) => r.ours[q]).toFixed(2)}`).join(', ');
  line('  event loop lag of its own, p99, ms', middle((r) => r.ours.own99).toFixed(2), '≤ 2', `lag ${late}`);
}

console.log(machine());
for (let n = 0; n < KINDS; n += 1) {
  await put.ours(n);
  put.bare(n);
}
const rest = await loopLag(() => sleep(1000));
line('event loop lag at rest, p99, ms', rest.p99.toFixed(2), '–', `of its own ${rest.own99.toFixed(2)}`);
await compare('put, append, list, get', [put, append, list, get]);
await compare('put, append', [put, append]);
await compare('list, get', [list, get]);

let n = 0;
for (const [name, step] of Object.entries({ put, get, ping })) {
  const one = await paired(
    300,
    () => step.ours(n++),
    async () => step.bare(n++),
  );
  line(`one caller, ${name} ÷ bare, time`, ratioText(one), '–', `${one.a.toFixed(3)} ÷ ${one.b.toFixed(3)} ms`);
}

await records.close();
bare.close();
rmSync(folder, { recursive: true, force: true });
