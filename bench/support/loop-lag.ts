import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './measure.ts';

export interface Lag {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** The 99th percentile of what this thread's own work makes late; other programs on the machine do not show in it. */
  readonly own99: number;
}

/** How late a timer of one millisecond comes while `work` runs, ms. */
export async function loopLag<T>(work: () => Promise<T>): Promise<Lag & { result: T }> {
  const late: number[] = [];
  const own: number[] = [];
  const processor = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  let [time, used] = [performance.now(), processor()];
  const probe = setInterval(() => {
    const [now, cpu] = [performance.now(), processor()];
    late.push(Math.max(0, now - time - 1));
    own.push(Math.max(0, cpu - used - 1));
    [time, used] = [now, cpu];
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
  };
}
