import { setTimeout as wait } from 'node:timers/promises';
import type { AuditEvent } from '../access/accounts/audit.ts';
import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission } from '../contract/principal.ts';
import {
  ControlServer,
  CostRequest,
  CreateServer,
  LogsRequest,
  OffersRequest,
  type ServerAction,
  type ServerInfo,
  ServerSettings,
  type ServerTarget,
  type ServerType,
} from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { Lease } from '../lease.ts';
import type { Bus } from '../ports/bus.ts';
import type { GpuCloud } from '../ports/gpu-cloud.ts';
import type { Registry } from '../ports/registry.ts';
import { holderHere, letGo } from '../process-holder.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { checkType } from './actions.ts';
import { Bills } from './bills.ts';
import { costReport } from './cost.ts';
import { FleetNotes } from './fleet-notes.ts';
import { offersOf, priceOf, shownOffer } from './gpus.ts';
import { happeningsOf } from './happenings.ts';
import { Keeper } from './keeper.ts';
import { fits, lastLines, shownLine, tailOf } from './logs.ts';
import { Operator, unknown } from './operator.ts';
import { isOver, type ServerRecord } from './record.ts';
import type { FleetService, ServerUse } from './service.ts';
import { nameOf, shown } from './shown.ts';
import { type Changed, ServerStore } from './store.ts';
import { type FleetTimes, TIMES } from './times.ts';
import { UseHere } from './use-here.ts';
import { UseStore } from './uses.ts';

export interface FleetParts {
  readonly registry: Registry;
  readonly cloud: GpuCloud;
  readonly bus: Pick<Bus, 'emit'>;
  readonly metrics: Pick<Metrics, 'serverCost' | 'scaleEvents'>;
  /** Writes a line of the audit log. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  readonly image: string | null;
  readonly ports: readonly string[];
  readonly adopt: Readonly<Partial<Record<ServerType, string>>>;
  readonly now: () => Date;
  readonly newId: (prefix: string) => string;
  readonly log: Log;
  readonly times?: Partial<FleetTimes>;
  /** Ends early, and resolves, with the signal. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface Fleet {
  readonly service: FleetService;
  readonly use: ServerUse;
  /** Looks after all servers from now on, now and every 30 s. */
  start(): void;
  /** One round of that; false: another process does it. */
  round(): Promise<boolean>;
  /** Writes what is in use. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const SYSTEM = 'system';
const COST_DAYS = 30;
/** What an action takes besides servers:control. */
const TAKES: Partial<Record<ServerAction, Permission>> = { terminate: 'servers:delete', update: 'servers:deploy' };

export function createFleet(parts: FleetParts): Fleet {
  const { registry, cloud, bus, metrics, now, newId, log, audit } = parts;
  const times = { ...TIMES, ...parts.times };
  const sleep = parts.sleep ?? ((ms, signal) => wait(ms, undefined, { signal, ref: false }).catch(() => undefined));
  const store = new ServerStore(registry);
  const uses = new UseStore(registry, now, 3 * times.useMs);
  const use = new UseHere({ store, uses, now, useMs: times.useMs, log });
  const notes = new FleetNotes(registry, now);
  const me = holderHere();
  const end = new AbortController();
  const lease = new Lease(registry, 'fleet', { leaseMs: times.leaseMs, clock: () => now().getTime() });

  function changed(change: Changed): void {
    const { before, after } = change;
    if (after.meter.usd > before.meter.usd) {
      metrics.serverCost.inc({ server_type: after.type }, after.meter.usd - before.meter.usd);
    }
    if (after.state !== 'running' && after.state !== 'updating') use.stopped(after.id);
    for (const { event, severity, message } of happeningsOf(change)) tell(after, event, severity, message);
  }

  function tell(
    record: ServerRecord,
    event: Parameters<typeof emit>[1],
    severity: Parameters<typeof emit>[2],
    message: string,
  ) {
    emit(record, event, severity, message);
    log.info({ server: record.id, event }, 'a GPU server changed');
    if (event === 'started' || event === 'stopped' || event === 'idle_stopped' || event === 'scaled') {
      metrics.scaleEvents.inc();
    }
  }

  function emit(
    record: ServerRecord,
    event: ReturnType<typeof happeningsOf>[number]['event'],
    severity: ReturnType<typeof happeningsOf>[number]['severity'],
    message: string,
  ) {
    const { id: server_id, type: server_type } = record;
    const about = { server_id, server_type, name: nameOf(record) };
    void bus.emit({ type: 'server_event', event, ...about, message, severity, owner: SYSTEM, scope: 'everyone' });
  }

  const common = { store, uses, cloud, times, now, newId };
  const operator = new Operator({
    ...common,
    image: parts.image,
    ports: parts.ports,
    me,
    sleep,
    changed,
    closing: end.signal,
  });
  const bills = new Bills({
    ...{ registry, notes, operator, cloud, times, now, log },
    billed: (type, usd) => {
      if (type === 'serverless') metrics.serverCost.inc({ server_type: type }, usd);
    },
    store,
  });
  const keeper = new Keeper({
    ...common,
    ...{ operator, notes, bills, lease, log },
    adopt: parts.adopt,
    alert: (message) =>
      void bus.emit({ type: 'system_alert', part: 'fleet', message, severity: 'error', owner: SYSTEM }),
  });

  async function live(): Promise<ServerRecord[]> {
    return (await store.all()).map(({ record }) => record).filter((record) => !isOver(record));
  }

  async function one(target: ServerTarget): Promise<ServerRecord> {
    if (target !== 'serverless' && target !== 'timed') {
      const found = await store.get(target);
      if (found === null || isOver(found)) throw unknown(target);
      return found;
    }
    const found = (await live()).filter(({ type }) => type === target);
    const [first] = found;
    if (first === undefined) {
      throw new AppError('SERVER_001', { message: `There is no ${target} server.`, details: { type: target } });
    }
    if (found.length === 1) return first;
    throw new AppError('VALIDATION_002', {
      message: `There are ${found.length} ${target} servers.`,
      advice: 'Name one by its id.',
      details: { field: 'server', server_ids: found.map(({ id }) => id) },
    });
  }

  async function billed({ type, provider_id }: ServerRecord): Promise<number | null> {
    if (type === 'timed' || provider_id === null) return null;
    const all = await bills.of(provider_id);
    return all.length === 0 ? null : all.reduce((total, { usd }) => total + usd, 0);
  }

  async function info(record: ServerRecord): Promise<ServerInfo> {
    return shown(record, await uses.get(record.id), await billed(record), now(), times.warnMs);
  }

  async function infoOf(id: string): Promise<ServerInfo> {
    const record = await store.get(id);
    if (record === null) throw unknown(id);
    return info(record);
  }

  /** A process that looks after nothing looks when it is asked. */
  async function refresh(): Promise<void> {
    const { reconciled_at } = await notes.get('look');
    if (reconciled_at !== null && now().getTime() - Date.parse(reconciled_at) < 2 * times.everyMs) return;
    if (await lease.holds(0)) await keeper.reconcile();
  }

  const line = (
    { principal, client }: CallContext,
    event: 'server_created' | 'server_controlled',
    target: string,
    details: Record<string, string>,
  ): AuditEvent => ({ event, actor: principal.id, target, client: client ?? null, details });

  async function answer(
    ctx: CallContext,
    id: string,
    begun: number,
    waits: boolean,
    reached: (record: ServerRecord) => boolean,
    words: string,
  ) {
    if (waits) await operator.wait(id, ctx.signal ?? new AbortController().signal);
    const record = await store.get(id);
    if (record === null) throw unknown(id);
    const success = reached(record);
    const warnings = [...(record.drift === null ? [] : [record.drift])];
    if (waits && !success) warnings.push(record.error ?? 'It is not there yet; look at its state later.');
    return {
      success: success || (!waits && record.state !== 'error'),
      server: await info(record),
      message: waits && !success ? `It is ${record.state}.` : words,
      duration_seconds: Math.round((now().getTime() - begun) / 100) / 10,
      warnings,
    };
  }

  const service: FleetService = {
    async list({ principal }) {
      demand(principal, 'servers:read');
      await refresh();
      const [look, defaults, servers] = await Promise.all([notes.get('look'), notes.get('defaults'), live()]);
      return {
        servers: await Promise.all(servers.map(info)),
        provider: {
          state: look.error === null ? 'ok' : 'unreachable',
          reason: look.error,
          reconciled_at: look.reconciled_at,
        },
        idle_timeout_seconds: defaults.idle_timeout_seconds,
        unknown: look.unknown,
      };
    },
    async get({ principal }, target) {
      demand(principal, 'servers:read');
      return info(await one(target));
    },
    async offers({ principal }, given) {
      demand(principal, 'servers:read');
      const request = OffersRequest.parse(given);
      return offersOf(await operator.ask((signal) => cloud.catalog(request.type, signal)), request);
    },
    async quote({ principal }, given) {
      demand(principal, 'servers:read');
      const request = CreateServer.parse(given);
      const { type, config } = request;
      const { candidates, refused } = await operator.choose(request);
      const instances = type === 'timed' ? 1 : config.max_instances;
      const prices = candidates.map((offer) => priceOf(offer, type, config.gpu_count));
      const highest = prices.includes(null) ? null : Math.max(...prices.map((price) => price ?? 0)) * instances;
      return {
        candidates: candidates.map((offer) => shownOffer(offer, type, config.gpu_count)),
        refused: [...refused],
        price_per_hour: prices[0] ?? null,
        highest_price_per_hour: highest,
      };
    },
    async create(ctx, given) {
      demand(ctx.principal, 'servers:deploy');
      const begun = now().getTime();
      const request = await withDefaults(given);
      const { type, config } = request;
      const details = { type, gpu: config.gpu_type, count: String(config.gpu_count) };
      const id = await operator.create(request, (made) => audit(line(ctx, 'server_created', made, details)));
      const record = await store.get(id);
      if (record !== null) tell(record, 'created', 'info', 'It was made at the provider.');
      const runs = ({ state }: ServerRecord) => state === 'running';
      return answer(ctx, id, begun, request.wait_for_completion, runs, 'The server was made.');
    },
    async control(ctx, target, given) {
      const request = ControlServer.parse(given);
      const { action, force, wait_for_completion: waits } = request;
      demand(ctx.principal, TAKES[action] ?? 'servers:control');
      const begun = now().getTime();
      const { id, type } = await one(target);
      checkType(type, action);
      const config = configOf(request);
      const before = () => audit(line(ctx, 'server_controlled', id, { action, force: String(force) }));
      await operator.act(id, action, { force, config, before });
      const record = await store.get(id);
      if (record !== null && action === 'scale') {
        const { min_instances: min, max_instances: max } = record.config;
        tell(record, 'scaled', 'info', `It has ${min} to ${max} instances from now on.`);
      }
      return answer(ctx, id, begun, waits, (one) => hasReached(one, action), DONE[action]);
    },
    async configure(ctx, target, given) {
      demand(ctx.principal, 'servers:control');
      const settings = ServerSettings.parse(given);
      const { min_instances, max_instances, ...rest } = settings;
      const scales = min_instances !== undefined || max_instances !== undefined;
      const isType = target === 'serverless' || target === 'timed';
      const all = isType ? (await live()).filter(({ type }) => type === target) : [await one(target)];
      for (const { type } of all) if (scales) checkType(type, 'scale');
      await audit(
        line(ctx, 'server_controlled', target, { action: 'configure', what: Object.keys(settings).join(', ') }),
      );
      const { idle_timeout_seconds: idle } = rest;
      if (isType && idle !== undefined) {
        await notes.change('defaults', (before) => ({
          idle_timeout_seconds: { ...before.idle_timeout_seconds, [target]: idle },
        }));
      }
      for (const { id } of all) {
        await operator.change(id, (record) =>
          isOver(record) ? null : { ...configured(record, rest), warned_at: null },
        );
        if (scales) await operator.act(id, 'scale', { config: configOf(settings) });
      }
      return {
        servers: await Promise.all(all.map(({ id }) => infoOf(id))),
        idle_timeout_seconds: isType ? ((await notes.get('defaults')).idle_timeout_seconds[target] ?? null) : null,
      };
    },
    async cost({ principal }, given = {}) {
      demand(principal, 'servers:read');
      const { since } = CostRequest.parse(given);
      const from = since === undefined ? new Date(now().getTime() - COST_DAYS * 86_400_000) : new Date(since);
      const all = (await store.all()).map(({ record }) => record);
      const spent = await Promise.all(
        all.map(async (record) => ({
          record,
          name: nameOf(record),
          hours: await store.hours(record),
          bills: record.provider_id === null ? [] : await bills.of(record.provider_id),
        })),
      );
      // What was asked for and never made costs nothing.
      const made = spent.filter(({ record, hours }) => record.provider_id !== null || hours.length > 0);
      return costReport(made, from, now(), await notes.get('bills'));
    },
    async logs(ctx, target, given = {}) {
      demand(ctx.principal, 'servers:read');
      const request = LogsRequest.parse(given);
      const { id, type, provider_id } = await one(target);
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, end.signal, ...(ctx.signal ? [ctx.signal] : [])]);
      try {
        const server = await providers(id, type, provider_id);
        const stream = cloud.logs(server, { after: request.after ?? null, tail: tailOf(request) }, signal);
        return { server_id: id, ...(await lastLines(stream, request)) };
      } finally {
        stop.abort();
      }
    },
    async *follow(ctx, target, given = {}) {
      demand(ctx.principal, 'servers:read');
      const request = LogsRequest.parse(given);
      const { id, type, provider_id } = await one(target);
      const server = await providers(id, type, provider_id);
      const stop = new AbortController();
      const signal = AbortSignal.any([stop.signal, end.signal, ...(ctx.signal ? [ctx.signal] : [])]);
      try {
        for await (const raw of cloud.logs(server, { after: request.after ?? null, tail: tailOf(request) }, signal)) {
          const shownOne = shownLine(raw);
          if (fits(shownOne, request)) yield shownOne;
        }
      } catch (thrown) {
        if (!signal.aborted) throw thrown;
      } finally {
        stop.abort();
      }
    },
  };

  async function providers(id: string, type: ServerType, providerId: string | null) {
    const server = providerId === null ? null : await operator.ask((signal) => cloud.get(type, providerId, signal));
    if (server !== null) return server;
    throw new AppError('SERVER_002', {
      message: 'The provider has no such server, so there are no lines of it.',
      advice: 'Wait until it has been made.',
      details: { server_id: id },
    });
  }

  /** The idle time of its type where none is given. */
  async function withDefaults(given: unknown): Promise<CreateServer> {
    const request = CreateServer.parse(given);
    const { config } = given as { config?: { idle_timeout_seconds?: number } };
    if (config?.idle_timeout_seconds !== undefined) return request;
    const { idle_timeout_seconds: byType } = await notes.get('defaults');
    return { ...request, config: { ...request.config, idle_timeout_seconds: byType[request.type] ?? 600 } };
  }

  let timers: NodeJS.Timeout[] = [];
  let running: Promise<unknown> = Promise.resolve();
  const round = () => {
    if (end.signal.aborted) return;
    running = running
      .then(() => keeper.round())
      .catch((err: unknown) => log.warn({ err }, 'the fleet could not be looked after; it is tried again'));
  };
  return {
    service,
    use,
    start() {
      if (timers.length > 0) return;
      round();
      timers = [setInterval(round, times.everyMs).unref(), setInterval(() => void use.flush(), times.useMs).unref()];
    },
    round: () => keeper.round(),
    flush: () => use.flush(),
    async close() {
      for (const timer of timers) clearInterval(timer);
      end.abort();
      await running;
      await use.flush();
      await lease.release().catch(() => undefined);
      uses.close();
      letGo(me);
    },
  };
}

const DONE: Readonly<Record<ServerAction, string>> = {
  start: 'The server was started.',
  stop: 'The server was stopped.',
  restart: 'The server was restarted.',
  scale: 'The server was scaled.',
  update: 'The server was updated.',
  terminate: 'The server was terminated.',
};

function hasReached(record: ServerRecord, action: ServerAction): boolean {
  const { state, terminated_at } = record;
  if (action === 'terminate') return terminated_at !== null;
  if (action === 'stop') return state === 'stopped';
  if (action === 'start' || action === 'restart') return state === 'running';
  return state === 'running' || state === 'stopped';
}

const configOf = ({ min_instances, max_instances, image, env }: Partial<ControlServer>) => ({
  ...(min_instances !== undefined && { min_instances }),
  ...(max_instances !== undefined && { max_instances }),
  ...(image !== undefined && { image }),
  ...(env !== undefined && { env }),
});

function configured(
  record: ServerRecord,
  settings: Omit<ServerSettings, 'min_instances' | 'max_instances'>,
): ServerRecord {
  const { protected: isProtected, idle_timeout_seconds, target_utilization } = settings;
  return {
    ...record,
    protected: isProtected ?? record.protected,
    config: {
      ...record.config,
      ...(idle_timeout_seconds !== undefined && { idle_timeout_seconds }),
      ...(target_utilization !== undefined && { target_utilization }),
    },
  };
}
