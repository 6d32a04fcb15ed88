import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreThread } from '../src/storage/sqlite/thread/store-thread.ts';
import { killRounds } from '../tests/events/outbox/kill-rounds.ts';
import { manyEvents } from '../tests/events/outbox/many-events.ts';

/**
 * Messages that leave: 10,000 events through five targets, all living and with one that is gone, and twenty kills in the
 * middle of delivery (`--events=N`, `--kills=N`). Nothing may be lost or out of order; the one that is gone may cost the others
 * nothing.
 */
const option = (name: string, usual: number): number => {
  const given = process.argv.find((one) => one.startsWith(`--${name}=`));
  return given === undefined ? usual : Number(given.slice(name.length + 3));
};
const [events, kills] = [option('events', 10_000), option('kills', 20)];
const folder = mkdtempSync(join(tmpdir(), 'h200-outbox-'));
let failed = false;
try {
  for (const allLive of [true, false]) {
    const store = new StoreThread(join(folder, `${allLive}.db`));
    const reports = await manyEvents(store, events, { allLive });
    await store.close();
    console.log(`${events} events, ${allLive ? 'five targets that live' : 'four that live and one that is gone'}`);
    console.table(reports);
    failed ||= reports.some(({ lost, reordered }) => lost + reordered > 0);
  }
  const report = await killRounds(join(folder, 'killed.db'), kills);
  console.log(`${kills} kills in the middle of delivery`);
  console.table([report]);
  failed ||= report.lost + report.reordered > 0;
} finally {
  rmSync(folder, { recursive: true });
}
if (failed) process.exitCode = 1;
