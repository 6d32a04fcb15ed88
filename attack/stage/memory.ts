import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded into the product before its own code: lets set S13 collect what nobody uses any more, and see what is left. As a last
 * resort V8 also gives back the pages that it keeps for later, which an idle process has by the hundred megabytes.
 */
if (isMainThread) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: { type: 'major'; flavor: 'last-resort' }) => void;
  process.on('message', ({ collect: asked }: { collect?: true }) => {
    if (!asked) return;
    collect({ type: 'major', flavor: 'last-resort' });
    collect({ type: 'major', flavor: 'last-resort' });
    process.send?.({ memory: process.memoryUsage() });
  });
  process.channel?.unref();
}
