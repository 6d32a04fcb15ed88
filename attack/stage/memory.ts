import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Loaded into the product before its own code: lets set S13 collect what nobody uses any more, and see what is left. */
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  process.on('message', ({ collect: asked }: { collect?: true }) => {
    if (!asked) return;
    collect();
    collect();
    process.send?.({ memory: process.memoryUsage() });
  });
  process.channel?.unref();
}
