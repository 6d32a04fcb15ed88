import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEvent } from '../access/accounts/audit.ts';
import { SERVER_TYPES, type ServerType } from '../contract/server.ts';
import { Lease } from '../lease.ts';
import type { Bus } from '../ports/bus.ts';
import { cloudName, type GpuCloud } from '../ports/gpu-cloud.ts';
import type { Registry } from '../ports/registry.ts';
import { holderHere, letGo } from '../process-holder.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Bills } from './bills.ts';
import { Creator } from './creator.ts';
import { FleetNotes } from './fleet-notes.ts';
import { createFleetService } from './fleet-service.ts';
import { forgetSecrets } from './forget-secrets.ts';
import { type Happening, happeningsOf } from './happenings.ts';
import { Keeper } from './keeper.ts';
import { KnownServers } from './known-servers.ts';
import { measureServers } from './measure-servers.ts';
import { Operator } from './operator.ts';
import { isOver, type ServerRecord } from './record.ts';
import { RolloutDriver } from './rollouts/driver.ts';
import type { RolloutParts, RoutingParts } from './rollouts/parts.ts';
import { createRollouts, heldServers, type Rollouts } from './rollouts/service.ts';
import { RolloutStore } from './rollouts/store.ts';
import { ROLLOUT_TIMES, type RolloutTimes } from './rollouts/times.ts';
import { serverLogs } from './server-logs.ts';
import { hasSecret, tokenOf } from './server-token.ts';
import type { FleetService, ServerPlaces, ServerUse } from './service.ts';
import { nameOf } from './shown.ts';
import { type Changed, ServerStore } from './store.ts';
import { type FleetTimes, TIMES } from './times.ts';
import { UseHere } from './use-here.ts';
import { UseStore } from './uses.ts';
import { sayUnwatched } from './watched.ts';

export interface FleetParts {
  readonly registry: Registry;
  readonly cloud: GpuCloud;
  readonly bus: Pick<Bus, 'emit'>;
  readonly metrics: Pick<Metrics, 'serverCost' | 'scaleEvents' | 'gpuServers' | 'gpuServerIdle'>;
  /** Writes a line of the audit log. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  readonly image: string | null;
  /** What tokens of servers are made of, as it is now; undefined: they get none. */
  readonly secret: () => string | undefined;
  /** The provider is a fake. */
  readonly simulated?: boolean;
  readonly ports: readonly string[];
  readonly adopt: Readonly<Partial<Record<ServerType, string>>>;
  readonly routing: RoutingParts;
  readonly askHealth: RolloutParts['askHealth'];
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly log: Log;
  readonly times?: Partial<FleetTimes>;
  readonly rolloutTimes?: Partial<RolloutTimes>;
  /** Milliseconds; never goes back. */
  readonly clock?: () => number;
  /** Ends early, and resolves, with the signal. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Fleet {
  readonly service: FleetService;
  readonly use: ServerUse;
  readonly rollouts: Rollouts;
  readonly places: ServerPlaces;
  /** Looks after all servers from now on, now and every 30 s. */
  start(): void;
  /** One round of that; false: another process does it. */
  round(): Promise<boolean>;
  /** One look at all rollouts. */
  rollOn(): Promise<void>;
  /** Writes what is in use. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const SYSTEM = 'system';
const SCALING: readonly Happening['event'][] = ['started', 'stopped', 'idle_stopped', 'scaled'];

export function createFleet(parts: FleetParts): Fleet {
  const { registry, cloud, bus, metrics, now, newId, log, audit, secret } = parts;
  const times = { ...TIMES, ...parts.times };
  const sleep = parts.sleep ?? ((ms, signal) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined));
  const store = new ServerStore(registry);
  const uses = new UseStore(registry, now, 3 * times.useMs);
  const use = new UseHere({ store, uses, now, useMs: times.useMs, log });
  const notes = new FleetNotes(registry, now);
  const me = holderHere();
  const end = new AbortController();
  const lease = new Lease(registry, 'fleet', { leaseMs: times.leaseMs, ...(parts.clock && { clock: parts.clock }) });

  function changed(change: Changed): void {
    const { before, after } = change;
    if (after.meter.usd > before.meter.usd) {
      metrics.serverCost.inc({ server_type: after.type }, after.meter.usd - before.meter.usd);
    }
    if (after.state !== 'running' && after.state !== 'updating') use.stopped(after.id);
    for (const what of happeningsOf(change, times.warnMs)) tell(after, what);
  }

  function tell(record: ServerRecord, { event, severity, message }: Happening): void {
    const { id: server_id, type: server_type } = record;
    const about = { server_id, server_type, name: nameOf(record) };
    void bus.emit({ type: 'server_event', event, ...about, message, severity, owner: SYSTEM, scope: 'everyone' });
    log.info({ server: server_id, event }, 'a GPU server changed');
    if (SCALING.includes(event)) metrics.scaleEvents.inc();
  }

  const common = { store, uses, cloud, secret, times, now, newId };
  const operator = new Operator({
    ...common,
    me,
    sleep,
    sayUse: (id) => use.sayNow(id),
    changed,
    closing: end.signal,
  });
  const { image, ports } = parts;
  const creator = new Creator({ ...common, operator, image, ports, sleep, closing: end.signal });
  const bills = new Bills({
    ...{ registry, notes, operator, cloud, times, now, log },
    billed: (type, usd) => {
      if (type === 'serverless') metrics.serverCost.inc({ server_type: type }, usd);
    },
    store,
  });
  const rolloutStore = new RolloutStore(registry);
  const held = () => heldServers({ rollouts: rolloutStore });
  const keeper = new Keeper({
    ...common,
    ...{ operator, notes, bills, lease, me, log, held },
    adopt: parts.adopt,
    alert: (message) =>
      void bus.emit({ type: 'system_alert', part: 'fleet', message, severity: 'error', owner: SYSTEM }),
  });

  let hasLooked = false;
  /** A process that looks after nothing looks when it is asked; at first always, for another key may have looked before. */
  async function refresh(): Promise<void> {
    const { reconciled_at } = await notes.get('look');
    if (hasLooked && reconciled_at !== null && now().getTime() - Date.parse(reconciled_at) < 2 * times.everyMs) return;
    // For this look alone: whoever looks after them all the time is not kept from it.
    const once = new Lease(registry, 'fleet', { leaseMs: times.leaseMs, ...(parts.clock && { clock: parts.clock }) });
    try {
      // Another process has it: that one looks.
      if (await once.holds(0)) await keeper.reconcile();
      hasLooked = true;
    } finally {
      await once.release();
    }
  }

  const rolloutParts: RolloutParts = {
    ...{ ...common, rollouts: rolloutStore, registry, operator, creator, me, sleep, closing: end.signal, audit, log },
    ...{ routing: parts.routing, askHealth: parts.askHealth, clock: parts.clock },
    tell: (rollout, message, severity) =>
      void tellRollout(rollout, message, severity).catch((err: unknown) =>
        log.warn({ err, rollout: rollout.id }, 'it could not be told how a deployment goes on'),
      ),
    times: { ...ROLLOUT_TIMES, ...parts.rolloutTimes },
  };
  const driver = new RolloutDriver(rolloutParts);
  const rollouts = createRollouts({ ...rolloutParts, driver, notes, watchMs: times.leaseMs });

  async function tellRollout(...[rollout, message, severity]: Parameters<RolloutParts['tell']>): Promise<void> {
    const { id: deployment_id, type: server_type, phase, swaps, at } = rollout;
    const { fresh, old } = swaps[at] ?? { fresh: null, old: null };
    const server_id = fresh ?? old ?? deployment_id;
    const { entries } = await parts.routing.table.get();
    const weights = entries.map(({ id, weight }) => ({ id, weight }));
    const about = { server_id, server_type, name: cloudName(server_id), message, severity };
    const deployment = { deployment_id, phase, weights };
    await bus.emit({ type: 'server_event', event: 'rollout', ...about, deployment, owner: SYSTEM, scope: 'everyone' });
    log.info({ rollout: deployment_id, phase }, 'a deployment went on');
  }

  const known = new KnownServers({ ...common, operator, bills, notes });
  const service: FleetService = {
    ...createFleetService({
      ...common,
      simulated: parts.simulated ?? false,
      image,
      operator,
      creator,
      known,
      notes,
      bills,
      audit,
      refresh,
      tell,
      held,
    }),
    ...serverLogs({ cloud, secret, closing: end.signal, operator, known }),
  };

  let timers: NodeJS.Timeout[] = [];
  let running: Promise<unknown> = Promise.resolve();
  for (const server_type of SERVER_TYPES) metrics.serverCost.inc({ server_type }, 0);
  async function lookAfterAll(): Promise<boolean> {
    try {
      const isMine = await keeper.round();
      hasLooked ||= isMine;
      return isMine;
    } finally {
      await measureServers({ store, uses, times, now, metrics }).catch(() => undefined);
    }
  }
  async function sayForgotten(): Promise<void> {
    for await (const { id, names } of forgetSecrets(registry)) {
      const message = `${names.join(', ')} of ${id}: the values were stored in clear text by an earlier version and are removed now. Backups made before have them: change these secrets.`;
      log.warn({ id, names }, message);
      await bus.emit({ type: 'system_alert', part: 'fleet', message, severity: 'warning', owner: SYSTEM });
    }
  }
  async function saySharing(): Promise<void> {
    if (secret() === undefined) return;
    const ids = (await store.all()).flatMap(({ record }) => (hasSecret(record) ? [record.id] : []));
    if (ids.length > 0)
      log.warn({ ids }, 'GPU servers have H200_SERVER_TOKEN itself: an update gives each a token of its own');
  }
  const round = () => {
    if (end.signal.aborted) return;
    running = running
      .then(lookAfterAll)
      .catch((err: unknown) => log.warn({ err }, 'the fleet could not be looked after; it is tried again'));
  };
  return {
    service,
    use,
    rollouts,
    places: {
      async placeOf(id) {
        const record = await store.get(id);
        if (record === null || isOver(record) || record.provider_id === null) return null;
        const { type, serving, provider_id: providerId } = record;
        const about = { providerId, token: tokenOf(secret(), record) };
        if (type === 'timed') return { kind: 'pod', ...about };
        return { kind: serving === 'queue' ? 'endpoint_jobs' : 'endpoint_http', ...about };
      },
    },
    start() {
      if (timers.length > 0) return;
      running = running
        .then(sayForgotten)
        .then(saySharing)
        .catch((err: unknown) =>
          log.warn({ err }, 'stored values of servers could not be checked; the next start does'),
        );
      round();
      driver.start();
      timers = [setInterval(round, times.everyMs).unref(), setInterval(() => void use.flush(), times.useMs).unref()];
    },
    round: lookAfterAll,
    rollOn: () => driver.passAll(),
    flush: () => use.flush(),
    async close() {
      for (const timer of timers) clearInterval(timer);
      end.abort();
      await running;
      await driver.close();
      await use.flush();
      await sayUnwatched(notes, me).catch(() => undefined);
      await lease.release().catch(() => undefined);
      uses.close();
      letGo(me);
    },
  };
}
