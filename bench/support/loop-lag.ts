import { openSync, readSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './measure.ts';

export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /**
   * The 99th percentile without the time in which the thread was ready but others had the processor; a little low on a
   * busy machine, since the thread may also have waited before the timer was due.
   */
  readonly own99: number;
  /** The longest of those. */
  readonly ownMax: number;
}

const schedule = process.platform === 'linux' ? openSync('/proc/thread-self/schedstat', 'r') : null;
const text = Buffer.alloc(64);

/** How long this thread has waited for a processor, ms; 0 where the system does not tell. */
function kept(): number {
  if (schedule === null) return 0;
  const length = readSync(schedule, text, 0, text.length, 0);
  return Number(text.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

/** How late a timer of one millisecond comes while `work` runs, ms. */
export async function loopLag<T>(work: () => Promise<T>): Promise<Lag & { result: T }> {
  const late: number[] = [];
  const own: number[] = [];
  let [time, before] = [performance.now(), kept()];
  const probe = setInterval(() => {
    const [now, after] = [performance.now(), kept()];
    late.push(Math.max(0, now - time - 1));
    own.push(Math.max(0, now - time - 1 - (after - before)));
    [time, before] = [now, after];
  }, 1);
  const result = await work();
  await sleep(5);
  clearInterval(probe);
  return {
    result,
    p50: quantile(late, 0.5),
    p99: quantile(late, 0.99),
    max: Math.max(...late),
    own99: quantile(own, 0.99),
    ownMax: Math.max(...own),
  };
}
