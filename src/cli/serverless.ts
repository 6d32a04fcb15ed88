import { Command, InvalidArgumentError, Option } from 'commander';
import { print, tellLine } from './terminal.ts';

type Mode = 'auto' | 'queue' | 'load-balancer';

interface Flags {
  mode: Mode;
  host: string;
  concurrency?: number;
  testInput?: string;
}

/** After SIGTERM, jobs that run may take so long, ms. */
const GRACE_MS = 30_000;

function jobs(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 256)
    throw new InvalidArgumentError('must be a whole number, 1 to 256');
  return value;
}

export const serverlessCommand = (done: (status: number) => void) =>
  new Command('serverless')
    .description('a worker on a GPU machine of RunPod: takes jobs from its queue, or answers behind its load balancer')
    .addOption(
      new Option('--mode <mode>', 'auto: a queue where RunPod names one')
        .choices(['auto', 'queue', 'load-balancer'])
        .default('auto'),
    )
    .option('--concurrency <n>', 'jobs at once; default: H200_WORKERS, or one for each core', jobs)
    .option('--host <address>', 'address that the load balancer reaches', '0.0.0.0')
    .option('--test-input <json>', 'run one job with this input, print its result and end')
    .action(async (flags: Flags) => {
      const { runServerless } = await import('./run-serverless.ts');
      const status = await runServerless(flags, { print, tellLine, graceMs: GRACE_MS });
      if (status !== 0) done(status);
    });
