import { expect, it } from 'vitest';
import { StoreThread } from '../../../src/storage/sqlite/thread/store-thread.ts';
import { manyEvents } from './many-events.ts';

/** `npm run bench -- outbox` has 10,000 of them. */
it('300 events through five targets of which one is gone: none lost, none out of order, none twice', async () => {
  const store = new StoreThread(':memory:');
  const reports = await manyEvents(store, 300, { limitMs: 60_000 });
  await store.close();
  expect(reports).toHaveLength(4);
  for (const one of reports) expect(one).toMatchObject({ came: 300, lost: 0, reordered: 0, repeated: 0 });
}, 90_000);
