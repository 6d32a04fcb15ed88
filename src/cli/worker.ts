import { Command } from 'commander';
import { tellLine } from './terminal.ts';
import { warnOfSettings } from './warn-of-settings.ts';

/** Analyses that it has may take so long after a request to stop; then others get them, ms. */
const FINISH_MS = 20_000;
/** The process ends so long after that, whatever still loads. */
const END_MS = 2000;

export const workerCommand = (_done: (status: number) => void) =>
  new Command('worker')
    .description('takes analyses from the queue of H200_QUEUE_NAME in Redis; start as many as you like, anywhere')
    .action(async () => {
      const [{ createWorker }, { openMetrics }, { readSettings }, { stopSignal }, { endProcess }] = await Promise.all([
        import('../app/create-worker.ts'),
        import('./metrics-port.ts'),
        import('../app/read-settings.ts'),
        import('../gateway/mcp/transports/stop-signal.ts'),
        import('../end-process.ts'),
      ]);
      const { config, secrets } = await readSettings(process.env);
      const signal = stopSignal();
      const worker = await createWorker(config, secrets);
      let closeMetrics = async () => {};
      try {
        await warnOfSettings(config);
        closeMetrics = await openMetrics(config, worker.metrics);
        const isUp = worker.ready().then((trouble) => {
          const does = trouble === null ? `takes analyses, ${worker.concurrency} at once` : `TAKES NOTHING: ${trouble}`;
          tellLine(`h200-mug worker ${worker.name} ${does}`);
        });
        isUp.catch(() => undefined);
        await signal.stopped;
        tellLine(`h200-mug worker ${worker.name} ends what it has begun`);
        setTimeout(endProcess, FINISH_MS + END_MS).unref();
      } finally {
        await worker.close(FINISH_MS);
        await closeMetrics();
        await secrets.close();
      }
    });
