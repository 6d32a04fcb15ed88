import { createRequire, syncBuiltinESMExports } from 'node:module';
import { isMainThread, type Worker } from 'node:worker_threads';

/**
 * Loaded into the product before its own code: lets set S12 end its threads and move its clock, which nobody can do from outside.
 */
if (isMainThread) {
  const threads = createRequire(import.meta.url)('node:worker_threads') as { Worker: typeof Worker };
  /**
   * With whether a model runs there. Those are left: onnxruntime's native code throws when its thread is ended by force, which
   * ends the process; tests/vision lets them die where that can be told apart.
   */
  const running = new Map<Worker, boolean>();
  threads.Worker = class extends threads.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      running.set(this, (args[1]?.workerData as { model?: unknown } | null)?.model !== undefined);
      this.once('exit', () => running.delete(this));
    }
  };
  syncBuiltinESMExports();

  let ahead = 0;
  const Clock = globalThis.Date;
  globalThis.Date = new Proxy(Clock, {
    construct: (target, args) =>
      args.length === 0 ? new target(target.now() + ahead) : Reflect.construct(target, args),
    get: (target, name) => (name === 'now' ? () => target.now() + ahead : Reflect.get(target, name)),
  });

  process.on('message', (message: { endThreads?: true; clockAheadMs?: number }) => {
    if (message.clockAheadMs !== undefined) ahead = message.clockAheadMs;
    if (message.endThreads) for (const [worker, hasModel] of running) if (!hasModel) void worker.terminate();
    if (message.clockAheadMs !== undefined || message.endThreads) process.send?.({ done: true });
  });
  // The channel alone keeps no process alive.
  process.channel?.unref();
}
