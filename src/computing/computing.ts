import { interruptible } from '../checkpoint.ts';
import { AppError } from '../errors.ts';
import type { Computation, Computing } from '../ports/computing.ts';
import type { Log } from '../telemetry/log.ts';
import { nextLongTurn } from '../turns.ts';
import { ComputingThreads, type ThreadLimits } from './computing-threads.ts';

/** What takes no longer is done at once: a thread is not faster, and a new one takes a fifth of a second to start. */
export const SHORT_MS = 40;
/** While another computation waits or works here, what takes longer goes to a thread: several in a row hold the loop as one long one does. */
export const SHORT_BESIDE_MS = 5;
/** What was thought to be short and is not is given up after so much processor time, ms, and begun again on a thread. */
export const LONGEST_HERE_MS = 500;

/** Of this thread, where Node tells (from 23.9 on): on a busy machine a short computation takes long by the clock. */
const spentMs = (): number => {
  if (process.threadCpuUsage === undefined) return performance.now();
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

const GIVEN_UP = Symbol('given up');

/** Short computations in a turn of the event loop each, long ones on threads. */
export function createComputing(
  limits: ThreadLimits,
  log: Log,
): Computing & { readonly threads: ComputingThreads; close(): Promise<void> } {
  const threads = new ComputingThreads(limits, log);
  /** Computations that wait for their turn here, or have it. */
  let here = 0;
  return {
    threads,
    async run<Input, Output>(what: Computation<Input, Output>, input: Input, signal?: AbortSignal): Promise<Output> {
      if (what.ms(input) <= (here > 0 ? SHORT_BESIDE_MS : SHORT_MS)) {
        here += 1;
        try {
          await nextLongTurn();
          if (signal?.aborted) throw new AppError('ANALYSIS_006');
          const until = spentMs() + LONGEST_HERE_MS;
          const stop = () => {
            if (spentMs() > until) throw GIVEN_UP;
          };
          return interruptible(stop, () => what.run(input));
        } catch (thrown) {
          if (thrown !== GIVEN_UP) throw thrown;
        } finally {
          here -= 1;
        }
      }
      return (await threads.run(what.name, input, signal)) as Output;
    },
    close: () => threads.close(),
  };
}
