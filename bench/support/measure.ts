import { appendFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** Numbers of one measurement; times in ms. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

export async function timed(run: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/**
 * Runs A and B in turn, A B B A A B …, and gives the median of the ratios A/B pair by pair with its range: what a slow
 * machine does to one it does to the other.
 */
export async function paired(rounds: number, a: () => Promise<unknown>, b: () => Promise<unknown>) {
  await a();
  await b();
  const times: { a: number; b: number }[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const first = i % 2 === 0;
    const one = await timed(first ? a : b);
    const two = await timed(first ? b : a);
    times.push(first ? { a: one, b: two } : { a: two, b: one });
  }
  const ratios = times.map((t) => t.a / t.b);
  return {
    ratio: median(ratios),
    low: quantile(ratios, 0.1),
    high: quantile(ratios, 0.9),
    a: median(times.map((t) => t.a)),
    b: median(times.map((t) => t.b)),
    rounds,
  };
}

export function machine(): string {
  return `${cpus().length} x ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(2)}`;
}

/** One figure, as it is shown and as `npm run bench -- --write` puts it into the document. */
export interface Line {
  readonly name: string;
  readonly value: string;
  readonly aim: string;
  readonly detail: string;
}

export function line(name: string, value: string, aim: string, detail = ''): void {
  const file = process.env.H200_BENCH_LINES;
  if (file) appendFileSync(file, `${JSON.stringify({ name: name.trim(), value, aim, detail } satisfies Line)}\n`);
  console.log(`${name.padEnd(52)} ${value.padStart(18)}   aim ${aim.padEnd(10)} ${detail}`);
}

/** Fewer rounds: what the quick form of `npm run bench` asks for. */
export const isQuick = process.argv.includes('--quick');

/** What is measured in turn `rounds` times: the median and the range of each. */
export const spread = (values: readonly number[], digits = 0): string =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`;

export const ratioText = (r: { ratio: number; low: number; high: number }) =>
  `${r.ratio.toFixed(3)} (${r.low.toFixed(2)}–${r.high.toFixed(2)})`;
