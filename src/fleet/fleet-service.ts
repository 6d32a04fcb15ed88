import { createHash } from 'node:crypto';
import type { AuditEvent } from '../access/accounts/audit.ts';
import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Permission } from '../contract/principal.ts';
import {
  ControlServer,
  CostRequest,
  CreateServer,
  OffersRequest,
  type ServerAction,
  ServerSettings,
} from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { checkType } from './actions.ts';
import type { Bills } from './bills.ts';
import { costReport } from './cost.ts';
import type { Creator } from './creator.ts';
import type { FleetNotes } from './fleet-notes.ts';
import { offersOf, priceOf, shownOffer } from './gpus.ts';
import type { Happening } from './happenings.ts';
import type { KnownServers } from './known-servers.ts';
import { isInBetween, type Operator, type OperatorParts, unknown } from './operator.ts';
import { demandNoSecrets } from './own-environment.ts';
import { isOver, type ServerRecord } from './record.ts';
import type { FleetService } from './service.ts';
import { nameOf } from './shown.ts';

export interface FleetServiceParts extends Pick<OperatorParts, 'store' | 'cloud' | 'now' | 'newId'> {
  readonly operator: Operator;
  readonly creator: Creator;
  readonly known: KnownServers;
  /** The provider is a fake. */
  readonly simulated: boolean;
  /** Container of servers that name none; null: none is configured. */
  readonly image: string | null;
  readonly notes: FleetNotes;
  readonly bills: Bills;
  /** Writes a line of the audit log. */
  readonly audit: (event: AuditEvent) => Promise<void>;
  /** Looks at the provider where nobody does. */
  readonly refresh: () => Promise<void>;
  readonly tell: (record: ServerRecord, what: Happening) => void;
  /** Servers that a rollout works on, with its id. */
  readonly held: () => Promise<ReadonlyMap<string, string>>;
}

const COST_DAYS = 30;

/** So long a key stands for one request, as at the other routes. */
const KEY_MS = 24 * 3_600_000;

/** The same for the same request: a process that was killed has written the server down, and the next one finds it by this. */
function idOfRequest({ principal, requestKey }: CallContext): string | null {
  if (requestKey === undefined) return null;
  const hash = createHash('sha256').update(JSON.stringify([principal.id, requestKey]));
  return `srv_${hash.digest('base64url').slice(0, 16)}`;
}

/** What an action takes besides servers:control. */
const TAKES: Partial<Record<ServerAction, Permission>> = { terminate: 'servers:delete', update: 'servers:deploy' };

export function createFleetService(parts: FleetServiceParts): Omit<FleetService, 'logs' | 'follow'> {
  const { store, cloud, now, newId, operator, creator, known, notes, bills, audit, refresh, tell, held } = parts;
  const live = () => known.live();

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
      server: await known.info(record),
      message: success ? words : waits ? `It is ${record.state}.` : `RunPod was asked; it is ${record.state} now.`,
      duration_seconds: Math.round((now().getTime() - begun) / 100) / 10,
      warnings,
    };
  }

  /** The idle time of its type where none is given. */
  async function withDefaults(given: unknown): Promise<CreateServer> {
    const request = CreateServer.parse(given);
    const { config } = given as { config?: { idle_timeout_seconds?: number } };
    if (config?.idle_timeout_seconds !== undefined) return request;
    const { idle_timeout_seconds: byType } = await notes.get('defaults');
    return { ...request, config: { ...request.config, idle_timeout_seconds: byType[request.type] ?? 600 } };
  }

  return {
    async list({ principal }) {
      demand(principal, 'servers:read');
      await refresh();
      const [look, defaults, servers] = await Promise.all([notes.get('look'), notes.get('defaults'), live()]);
      const latest = await Promise.all(servers.map((one) => known.upToDate(one)));
      return {
        servers: await Promise.all(latest.filter((one) => !isOver(one)).map((one) => known.info(one))),
        provider: {
          state: look.error === null ? 'ok' : look.refused ? 'refused' : 'unreachable',
          reason: look.error,
          simulated: parts.simulated,
          reconciled_at: look.reconciled_at,
        },
        idle_timeout_seconds: defaults.idle_timeout_seconds,
        unknown: look.unknown,
      };
    },
    async get({ principal }, target) {
      demand(principal, 'servers:read');
      return known.info(await known.upToDate(await known.one(target)));
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
      const { candidates, refused } = await creator.choose(request);
      const instances = type === 'timed' ? 1 : config.max_instances;
      const prices = candidates.map((offer) => priceOf(offer, type, config.gpu_count));
      const highest = prices.includes(null) ? null : Math.max(...prices.map((price) => price ?? 0)) * instances;
      return {
        candidates: candidates.map((offer) => shownOffer(offer, type, config.gpu_count)),
        refused: [...refused],
        price_per_hour: prices[0] ?? null,
        highest_price_per_hour: highest,
        image: config.image ?? parts.image,
        env: Object.keys(config.env),
      };
    },
    async create(ctx, given) {
      demand(ctx.principal, 'servers:deploy');
      const begun = now().getTime();
      const request = await withDefaults(given);
      const { type, config } = request;
      const details = { type, gpu: config.gpu_type, count: String(config.gpu_count) };
      const runs = ({ state }: ServerRecord) => state === 'running';
      const asked = idOfRequest(ctx);
      const made = asked === null ? null : await store.get(asked);
      const isSame = made !== null && begun - Date.parse(made.created_at) < KEY_MS;
      if (isSame && made.type !== type) throw new AppError('IDEMPOTENCY_001');
      if (isSame && (made.provider_id !== null || isInBetween(made))) {
        return answer(ctx, made.id, begun, request.wait_for_completion, runs, 'The same request has made it before.');
      }
      const id = made === null && asked !== null ? asked : newId('srv');
      await creator.create(request, (one) => audit(line(ctx, 'server_created', one, details)), id);
      const record = await store.get(id);
      if (record !== null)
        tell(record, { event: 'created', severity: 'info', message: 'It was made at the provider.' });
      return answer(ctx, id, begun, request.wait_for_completion, runs, 'The server was made.');
    },
    async control(ctx, target, given) {
      const request = ControlServer.parse(given);
      const { action, force, wait_for_completion: waits } = request;
      demand(ctx.principal, TAKES[action] ?? 'servers:control');
      const begun = now().getTime();
      const { id, type } = await known.one(target);
      checkType(type, action);
      const rollout = force ? undefined : (await held()).get(id);
      if (rollout !== undefined) throw isRolledOut(id, rollout);
      demandNoSecrets(request.env ?? {});
      const config = configOf(request);
      const before = () => audit(line(ctx, 'server_controlled', id, { action, force: String(force) }));
      // To others new requests come meanwhile, so that what is under way never ends.
      const drains = action === 'stop' || action === 'terminate' || (action === 'restart' && type === 'timed');
      await operator.act(id, action, { force, config, before, drains });
      const record = await store.get(id);
      if (record !== null && action === 'scale') {
        const { min_instances: min, max_instances: max } = record.config;
        const message = `It has ${min} to ${max} instances from now on.`;
        tell(record, { event: 'scaled', severity: 'info', message });
      }
      return answer(ctx, id, begun, waits, (one) => hasReached(one, action), DONE[action]);
    },
    async configure(ctx, target, given) {
      demand(ctx.principal, 'servers:control');
      const settings = ServerSettings.parse(given);
      const { min_instances, max_instances, ...rest } = settings;
      const scales = min_instances !== undefined || max_instances !== undefined;
      const isType = target === 'serverless' || target === 'timed';
      const isDefault = isType && Object.keys(settings).every((name) => name === 'idle_timeout_seconds');
      // The idle time of a type is that of all; anything else is of one server, which is to be named where there are several.
      const all = isDefault ? (await live()).filter(({ type }) => type === target) : [await known.one(target)];
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
        servers: await Promise.all(all.map(({ id }) => known.infoOf(id))),
        idle_timeout_seconds: isType ? ((await notes.get('defaults')).idle_timeout_seconds[target] ?? null) : null,
      };
    },
    async cost({ principal }, given = {}) {
      demand(principal, 'servers:read');
      const { since } = CostRequest.parse(given);
      await refresh();
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
      return { ...costReport(made, from, now(), await notes.get('bills')), simulated: parts.simulated };
    },
  };
}

const isRolledOut = (id: string, rollout: string) =>
  new AppError('SERVER_002', {
    message: `${id} belongs to the deployment ${rollout}, which goes on.`,
    advice: 'Promote it or roll it back, or wait until it is over; "force": true does it all the same.',
    details: { server_id: id, deployment_id: rollout },
  });

const line = (
  { principal, client }: CallContext,
  event: 'server_created' | 'server_controlled',
  target: string,
  details: Record<string, string>,
): AuditEvent => ({ event, actor: principal.id, target, client: client ?? null, details });

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
  const { protected: isProtected, idle_timeout_seconds } = settings;
  return {
    ...record,
    protected: isProtected ?? record.protected,
    config: {
      ...record.config,
      ...(idle_timeout_seconds !== undefined && { idle_timeout_seconds }),
    },
  };
}
