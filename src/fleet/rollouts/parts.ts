import type { AuditEvent } from '../../access/accounts/audit.ts';
import type { HealthCheck } from '../../contract/deployment.ts';
import type { RoutingEntry } from '../../contract/routing.ts';
import type { Registry } from '../../ports/registry.ts';
import type { BackendProbe, BackendTraffic, RoutingTable } from '../../ports/routing.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Creator } from '../creator.ts';
import type { Operator, OperatorParts } from '../operator.ts';
import type { ServerRecord } from '../record.ts';
import type { RolloutRecord } from './record.ts';
import type { RolloutStore } from './store.ts';
import type { RolloutTimes } from './times.ts';

/** How analyses are moved from one server to another. */
export interface RoutingParts {
  readonly table: RoutingTable;
  readonly traffic: BackendTraffic;
  readonly probe: BackendProbe;
  /** Who computes where no server does: this process, or the queue. */
  readonly home: RoutingEntry;
}

export interface RolloutParts
  extends Pick<OperatorParts, 'store' | 'uses' | 'now' | 'newId' | 'sleep' | 'closing' | 'me'> {
  readonly registry: Registry;
  readonly rollouts: RolloutStore;
  readonly operator: Operator;
  readonly creator: Creator;
  readonly routing: RoutingParts;
  /** Asks a server once whether it is well. */
  readonly askHealth: (
    server: Pick<ServerRecord, 'type' | 'endpoint_url'>,
    path: string,
    signal: AbortSignal,
  ) => Promise<HealthCheck>;
  readonly audit: (event: AuditEvent) => Promise<void>;
  /** Tells everybody how far it is. */
  readonly tell: (record: RolloutRecord, message: string, severity: 'info' | 'success' | 'warning' | 'error') => void;
  readonly times: RolloutTimes;
  readonly clock: (() => number) | undefined;
  readonly log: Log;
}
