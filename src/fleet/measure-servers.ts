import { SERVER_STATES, SERVER_TYPES } from '../contract/server.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { idleness } from './idle.ts';
import { isOver } from './record.ts';
import type { ServerStore } from './store.ts';
import type { FleetTimes } from './times.ts';
import type { UseStore } from './uses.ts';

interface Parts {
  readonly store: Pick<ServerStore, 'all'>;
  readonly uses: Pick<UseStore, 'get'>;
  readonly times: Pick<FleetTimes, 'warnMs'>;
  readonly now: () => Date;
  readonly metrics: Pick<Metrics, 'gpuServers' | 'gpuServerIdle'>;
}

/** How many servers are rented, and how long the longest idle one of each type runs for nobody, as it is stored now. */
export async function measureServers({ store, uses, times, now, metrics }: Parts): Promise<void> {
  const records = (await store.all()).map(({ record }) => record).filter((record) => !isOver(record));
  for (const server_type of SERVER_TYPES) {
    const ofType = records.filter(({ type }) => type === server_type);
    for (const state of SERVER_STATES) {
      metrics.gpuServers.set({ server_type, state }, ofType.filter((one) => one.state === state).length);
    }
    let longest = 0;
    for (const record of ofType) {
      const { since } = idleness(record, await uses.get(record.id), now(), times.warnMs);
      if (since !== null) longest = Math.max(longest, (now().getTime() - since.getTime()) / 1000);
    }
    metrics.gpuServerIdle.set({ server_type }, longest);
  }
}
