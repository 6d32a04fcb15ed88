import { closeSync, openSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../../src/telemetry/log.ts';

/** Logs to whatever stderr is, then, where a path is given, to a file in its place. */
const log = createLog('info');
for (let i = 1; i <= 3; i++) {
  log.info(`first ${i}`);
  await sleep(20);
}
console.log('goes on');
const [path] = process.argv.slice(2);
if (path !== undefined) {
  writeFileSync(path, '');
  closeSync(2);
  if (openSync(path, 'a') !== 2) throw new Error('stderr is not replaced');
  log.info('second 1');
  await sleep(50);
}
log.info('last but one');
log.info('last, right before the end');
process.exit(0);
