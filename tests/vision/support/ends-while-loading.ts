import { writeFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { loadConfig } from '../../../src/config/config.ts';
import { createLog } from '../../../src/telemetry/log.ts';
import { Metrics } from '../../../src/telemetry/metrics.ts';
import { ModelRunner } from '../../../src/vision/runtime/model-runner.ts';

/** Ends with this status while threads open sessions of this model: by `exit` or an uncaught `error`. */
const [how, status, path, sha256, told] = process.argv.slice(2) as [string, string, string, string, string];
const begun = new Int32Array(new SharedArrayBuffer(4));
const runners = [1, 2].map(
  () =>
    new ModelRunner<Float32Array, Float32Array>(
      {
        task: new URL('./opening-task.ts', import.meta.url),
        config: begun,
        model: { name: 'tiny', file: 'tiny.onnx', path, sha256: [sha256] },
      },
      {
        config: loadConfig({ H200_WORKERS: '1', H200_PROVIDER: 'cpu' }),
        metrics: new Metrics(),
        log: createLog('silent'),
      },
    ),
);
for (const runner of runners) runner.pool.load().catch(() => {});
while (Atomics.load(begun, 0) === 0) await turn();
process.on('exit', () => writeFileSync(told, 'told'));
if (how === 'exit') process.exit(Number(status));
throw new Error('nobody catches this');
