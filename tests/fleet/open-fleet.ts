import type { AuditEvent } from '../../src/access/accounts/audit.ts';
import { createFleet, type Fleet, type FleetParts } from '../../src/fleet/create-fleet.ts';
import type { NewEvent } from '../../src/ports/bus.ts';
import { createSqliteRecords } from '../../src/storage/sqlite/records.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { Metrics } from '../../src/telemetry/metrics.ts';
import { callOf } from '../support/caller.ts';
import { InMemoryCloud, TestClock } from './in-memory-cloud.ts';
import { InMemoryRouting } from './rollouts/in-memory-routing.ts';

export const ann = callOf('ann');

/** What outlives a process: the provider, the store, time, and what was told. */
export class World {
  readonly clock = new TestClock();
  /** Between two rounds. */
  everyMs = 30_000;
  readonly cloud = new InMemoryCloud(this.clock);
  readonly records = createSqliteRecords(':memory:');
  readonly routing = new InMemoryRouting(this.clock.now);
  /** What a server's own health page answers. */
  health = { ok: true, status: 200, reason: null as string | null };
  readonly events: NewEvent[] = [];
  readonly audited: AuditEvent[] = [];
  readonly metrics = new Metrics();
  readonly open: Fleet[] = [];

  /** One process of ours. */
  process(given: Partial<FleetParts> = {}): Fleet {
    const fleet = createFleet({
      registry: this.records.registry,
      cloud: this.cloud,
      bus: {
        emit: async (event) => {
          this.events.push(event);
          return null;
        },
      },
      metrics: this.metrics,
      audit: async (event) => void this.audited.push(event),
      image: 'ghcr.io/acme/mug:1',
      secret: () => undefined,
      ports: ['8000/http'],
      adopt: {},
      routing: this.routing,
      askHealth: async (_server, url) => ({ url, tries: 1, ...this.health }),
      now: this.clock.now,
      clock: () => this.clock.now().getTime(),
      newId: (prefix) => `${prefix}_${Math.random().toString(36).slice(2, 12)}`,
      log: createLog('silent'),
      times: { everyMs: this.everyMs, leaseMs: 2.5 * this.everyMs },
      sleep: async (ms) => this.clock.advance(ms),
      ...given,
    });
    this.open.push(fleet);
    return fleet;
  }

  /** Time goes on, and processes look after their fleet as they do. */
  async pass(ms: number, ...fleets: Fleet[]): Promise<void> {
    for (let left = ms; left > 0; left -= this.everyMs) {
      this.clock.advance(Math.min(left, this.everyMs));
      for (const fleet of fleets) {
        await fleet.flush();
        await fleet.round();
      }
    }
  }

  told(event?: string): string[] {
    return this.events.flatMap((one) =>
      one.type === 'server_event' && (event ?? one.event) === one.event ? [one.event] : [],
    );
  }

  async close(): Promise<void> {
    for (const fleet of this.open.splice(0)) await fleet.close();
    await this.records.close();
    this.metrics.close();
  }
}
