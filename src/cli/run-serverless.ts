import { availableParallelism } from 'node:os';
import { blankImage } from '../annotate/blank.ts';
import { type App, createApp } from '../app/create-app.ts';
import { readSettings } from '../app/read-settings.ts';
import { readVariables } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';
import { RUNPOD_WORKER } from '../config/runpod-worker.ts';
import { endProcess } from '../end-process.ts';
import { stopSignal } from '../gateway/mcp/transports/stop-signal.ts';
import { BalancedServer } from '../gateway/worker/balanced-server.ts';
import { ColdStart } from '../gateway/worker/cold-start.ts';
import { jobError } from '../gateway/worker/job-error.ts';
import { JobQueue } from '../gateway/worker/job-queue.ts';
import { QueueWorker } from '../gateway/worker/queue-worker.ts';
import { jobRunner } from '../gateway/worker/run-job.ts';
import { printableJson } from '../plain-text.ts';
import { VERSION } from '../version.ts';
import { call } from './caller.ts';
import { UsageError } from './usage-error.ts';

interface Flags {
  readonly mode: 'auto' | 'queue' | 'load-balancer';
  readonly host: string;
  readonly concurrency?: number;
  readonly testInput?: string;
}

interface Terminal {
  readonly print: (text: string) => void;
  readonly tellLine: (text: string) => void;
  readonly graceMs: number;
}

/** RunPod's side is told who it talks to; its own SDK sends its version here. */
const AGENT = `h200-mug/${VERSION}`;

/** The worker from its start to its end; answers the exit status. */
export async function runServerless(flags: Flags, { print, tellLine, graceMs }: Terminal): Promise<number> {
  const start = new ColdStart();
  start.ended('program');
  const env = readVariables(RUNPOD_WORKER, process.env);
  const isQueue = flags.mode === 'queue' || (flags.mode === 'auto' && env.RUNPOD_WEBHOOK_GET_JOB !== undefined);
  const about = { hostname: env.RUNPOD_POD_HOSTNAME, workerId: env.RUNPOD_POD_ID, version: AGENT };
  if (flags.mode === 'auto' && flags.testInput === undefined && !isQueue && !process.env.PORT) throw notOnRunpod();
  const errorText = (thrown: unknown) => jobError(thrown, about);
  const queue = isQueue && flags.testInput === undefined ? openQueue(env) : null;
  const { config, secrets } = await readSettings(process.env);
  const app = await createApp(config, secrets, { delivery: 'always' });
  const { log, analyses } = app.services;
  const signal = stopSignal();
  try {
    start.ended('parts');
    const run = jobRunner(
      analyses,
      app.compute,
      config.TEMPLATED_API_KEY === undefined ? null : config.TEMPLATED_TEMPLATE_ID,
    );
    if (flags.testInput !== undefined) {
      const result = await run(parsed(flags.testInput), {}).then(
        (output) => ({ output }),
        (thrown: unknown) => ({ error: errorText(thrown) }),
      );
      print(`${printableJson(result, 2)}\n`);
      return 'output' in result ? 0 : 1;
    }
    const server = isQueue
      ? null
      : new BalancedServer({
          host: flags.host,
          port: env.PORT,
          healthPort: env.PORT_HEALTH ?? env.PORT,
          healthPath: env.HEALTH_CHECK_PATH,
          token: () => secrets.get('H200_API_TOKEN'),
          compute: app.compute,
          log,
        });
    try {
      await server?.listen();
      await loadModel(app);
      start.ended('model');
      const report = start.report();
      log.info({ cold_start_ms: report }, 'worker is ready');
      for (const [phase, ms] of Object.entries(report)) app.services.metrics.coldStart.set({ phase }, ms / 1000);
      const where = queue ? 'takes jobs from its queue' : `listens on port ${env.PORT}`;
      tellLine(`h200-mug ${VERSION} ${where}; cold start: ${phrase(report)}`);
      if (queue) {
        const concurrency = flags.concurrency ?? config.H200_WORKERS ?? availableParallelism();
        const worker = new QueueWorker({
          queue,
          run,
          errorText,
          concurrency,
          pingMs: env.RUNPOD_PING_INTERVAL,
          log,
        });
        void signal.stopped.then(() => {
          worker.stop();
          setTimeout(endProcess, graceMs).unref();
        });
        await worker.work();
      } else {
        server?.ready(run, report);
        await signal.stopped;
      }
    } finally {
      await server?.close(graceMs);
    }
    return 0;
  } finally {
    signal.release();
    await app.close();
  }
}

const notOnRunpod = () =>
  new ConfigError([
    'RUNPOD_WEBHOOK_GET_JOB or PORT: RunPod sets one of them for its workers; elsewhere give --mode load-balancer, or --test-input',
  ]);

function openQueue(env: ReturnType<typeof readVariables<typeof RUNPOD_WORKER>>): JobQueue {
  const { RUNPOD_WEBHOOK_GET_JOB: takeUrl, RUNPOD_WEBHOOK_POST_OUTPUT: doneUrl } = env;
  if (takeUrl === undefined || doneUrl === undefined) {
    throw new ConfigError([
      'RUNPOD_WEBHOOK_GET_JOB and RUNPOD_WEBHOOK_POST_OUTPUT: RunPod sets both for workers of a queue; --test-input needs none',
    ]);
  }
  return new JobQueue({
    takeUrl,
    doneUrl,
    pingUrl: env.RUNPOD_WEBHOOK_PING,
    key: env.RUNPOD_AI_API_KEY,
    workerId: env.RUNPOD_POD_ID,
    version: AGENT,
  });
}

/** The whole journey once, so that the first job finds everything loaded. Throws what the first job would. */
async function loadModel(app: App): Promise<void> {
  const bytes = await blankImage(64, 48);
  await app.services.analyses.analyze(call, { bytes, store: false, only_rules: [], use_cache: false });
}

const phrase = (report: Readonly<Record<string, number>>) =>
  Object.entries(report)
    .map(([phase, ms]) => `${phase} ${ms} ms`)
    .join(', ');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError('serverless', ['--test-input: is not JSON']);
  }
}
