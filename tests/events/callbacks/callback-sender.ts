import { setTimeout as sleep } from 'node:timers/promises';
import { createWebPost } from '../../../src/outgoing/create-web-post.ts';
import { MongoStore } from '../../../src/storage/mongo/mongo-store.ts';
import { recordsOver } from '../../../src/storage/records/records-over.ts';
import { StoreThread } from '../../../src/storage/sqlite/thread/store-thread.ts';
import { testCallbacks } from '../../support/callbacks.ts';

/** Sends to an address of a caller until it is killed, reports each message once it was acknowledged, and delivers meanwhile. */
const [where = '', url = '', round = ''] = process.argv.slice(2);
const records = recordsOver(where.startsWith('mongodb') ? new MongoStore(where) : new StoreThread(where));
const post = createWebPost({ hosts: [new URL(url).host] });
const callbacks = testCallbacks({ registry: records.registry, post, backOffMs: () => 20 });
callbacks.start();
for (let n = 0; ; n += 1) {
  const event_id = `evt_${round.padStart(3, '0')}_${String(n).padStart(6, '0')}`;
  const message = { id: event_id, type: 'test', contentType: 'application/json', body: JSON.stringify({ event_id }) };
  await callbacks.send({ name: 'test/1', owner: 'ann', url, headers: {}, secret: null }, message);
  await new Promise((resolve) => process.send?.(event_id, undefined, undefined, resolve));
  // Beyond a hundred the oldest would become dead letters.
  while (((await callbacks.status())?.waiting ?? 0) > 60) await sleep(5);
}
