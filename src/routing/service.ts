import type { AuditEvent } from '../access/accounts/audit.ts';
import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Routing, RoutingEntry, RoutingReport, SetRouting } from '../contract/routing.ts';
import { AppError } from '../errors.ts';
import type { ServerPlaces } from '../fleet/service.ts';
import type { BackendTraffic, RoutingTable } from '../ports/routing.ts';

/** Where analyses go, for those who look after the servers. */
export interface RoutingService {
  /** servers:read. */
  show(ctx: CallContext): Promise<RoutingReport>;
  /**
   * servers:deploy. Throws SERVER_001, SERVER_005, VALIDATION_002; SERVER_002 where it was changed meanwhile, or a rollout has it
   * (`force`: all the same).
   */
  set(ctx: CallContext, request: SetRouting): Promise<RoutingReport>;
}

interface Deps {
  readonly table: RoutingTable;
  readonly traffic: BackendTraffic;
  /** Null: nothing is rented. */
  readonly places: ServerPlaces | null;
  readonly hasQueue: boolean;
  /** This process routes by it from now on. */
  readonly changed: (routing: Routing) => void;
  /** Writes a line of the audit log. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  readonly now: () => Date;
}

/** Of the measurements that are shown, ms. */
const WINDOW_MS = 300_000;

export function createRoutingService({ table, traffic, places, hasQueue, changed, audit, now }: Deps): RoutingService {
  async function report(routing: Routing): Promise<RoutingReport> {
    const to = now();
    const from = new Date(to.getTime() - WINDOW_MS);
    const backends = await Promise.all(
      routing.entries.map(async (entry) => ({ ...entry, ...(await traffic.between(entry.id, from, to)) })),
    );
    const { revision, changed_at, rollout_id } = routing;
    return { revision, changed_at, rollout_id, window_seconds: WINDOW_MS / 1000, backends };
  }

  /** The kind of a server is what it is. */
  async function entryOf(id: string, weight: number): Promise<RoutingEntry> {
    if (id === 'here') return { id, kind: id, server_id: null, weight };
    if (id === 'queue') {
      if (hasQueue) return { id, kind: id, server_id: null, weight };
      throw new AppError('VALIDATION_002', {
        message: 'There is no queue: H200_QUEUE is unset here.',
        details: { field: 'weights' },
      });
    }
    if (places === null) throw new AppError('SERVER_005');
    const place = await places.placeOf(id);
    if (place === null) throw new AppError('SERVER_001', { details: { server_id: id } });
    return { id, kind: place.kind, server_id: id, weight };
  }

  return {
    async show({ principal }) {
      demand(principal, 'servers:read');
      return report(await table.get());
    },
    async set({ principal, client }, { weights, revision, force }) {
      demand(principal, 'servers:deploy');
      const before = await table.get();
      if (before.rollout_id !== null && !force) {
        throw new AppError('SERVER_002', {
          message: 'A rollout sets the weights now.',
          advice: 'Wait for its end or roll it back; "force" takes them from it.',
          details: { rollout_id: before.rollout_id },
        });
      }
      const entries = await Promise.all(Object.entries(weights).map(([id, weight]) => entryOf(id, weight)));
      const details = { action: 'route', weights: entries.map(({ id, weight }) => `${id} ${weight}`).join(', ') };
      await audit({
        event: 'server_controlled',
        actor: principal.id,
        target: 'routing',
        client: client ?? null,
        details,
      });
      const after = await table.replace(revision ?? before.revision, entries, null);
      if (after === 'conflict') {
        throw new AppError('SERVER_002', {
          message: 'The routing was changed meanwhile.',
          advice: 'Look at it again. Nothing was changed.',
        });
      }
      changed(after);
      return report(after);
    },
  };
}
