import { demand } from '../../src/access/can.ts';
import {
  type ControlAnswer,
  ControlServer,
  CreateServer,
  SERVER_TYPES,
  type ServerInfo,
  type ServerOffer,
  type ServerTarget,
} from '../../src/contract/server.ts';
import { AppError } from '../../src/errors.ts';
import type { FleetService } from '../../src/fleet/service.ts';

/** Servers that only pretend to be rented; prices and what is to be had may be changed by a test. */
export interface FakeFleet extends FleetService {
  readonly servers: Map<string, ServerInfo>;
  readonly offered: ServerOffer[];
  /** What was asked of the provider, in order. */
  readonly asked: string[];
  /** GPUs of which none is to be had. */
  readonly gone: Set<string>;
}

const offer = (short_name: string, name: string, price_per_hour: number | null): ServerOffer => ({
  ...{ gpu_id: `NVIDIA ${short_name}`, short_name, name, memory_gb: 141, gpu_count: 1, price_per_hour },
  availability: 'high',
});
const AT = '2026-01-01T10:00:00.000Z';

export function createFakeFleet({ configured = true } = {}): FakeFleet {
  const servers = new Map<string, ServerInfo>();
  const offered = [offer('H200', 'H200 SXM', 3.99), offer('H100', 'H100 SXM', 2.99), offer('A100', 'A100 SXM', 1.64)];
  const asked: string[] = [];
  const gone = new Set<string>();
  let next = 0;
  const reached = () => {
    if (!configured) throw new AppError('SERVER_005');
  };
  function found(target: ServerTarget): ServerInfo {
    const isType = (SERVER_TYPES as readonly string[]).includes(target);
    const all = [...servers.values()].filter((one) => (isType ? one.type === target : one.id === target));
    if (all.length > 1) throw new AppError('VALIDATION_002', { details: { server_ids: all.map(({ id }) => id) } });
    if (all[0] === undefined) throw new AppError('SERVER_001');
    return all[0];
  }
  const change = (one: ServerInfo, more: Partial<ServerInfo>): ServerInfo => {
    const changed = { ...one, ...more };
    servers.set(one.id, changed);
    return changed;
  };
  const answer = (server: ServerInfo, message: string): ControlAnswer => ({
    ...{ success: true, server, message, duration_seconds: 0.1, warnings: [] },
  });
  const matching = (names: readonly string[], count: number, most: number | null) =>
    names
      .flatMap((name) => offered.filter(({ short_name, gpu_id }) => short_name === name || gpu_id === name))
      .map((one) => ({
        ...one,
        gpu_count: count,
        price_per_hour: one.price_per_hour === null ? null : one.price_per_hour * count,
      }))
      .filter(({ price_per_hour: price }) => most === null || (price !== null && price <= most));

  const fleet: FakeFleet = {
    servers,
    offered,
    asked,
    gone,
    async list({ principal }) {
      demand(principal, 'servers:read');
      return {
        servers: [...servers.values()],
        provider: { state: configured ? 'ok' : 'not_configured', reason: null, simulated: false, reconciled_at: AT },
        idle_timeout_seconds: { serverless: 600, timed: 600 },
        unknown: [],
      };
    },
    async get({ principal }, target) {
      demand(principal, 'servers:read');
      reached();
      return found(target);
    },
    async offers({ principal }, { gpu_type, gpu_count = 1, max_price = null }) {
      demand(principal, 'servers:read');
      reached();
      const names = gpu_type === undefined ? offered.map(({ short_name }) => short_name) : [gpu_type];
      return matching(names, gpu_count, max_price);
    },
    async quote({ principal }, request) {
      demand(principal, 'servers:read');
      reached();
      const { type, config, fallback_gpu_types, max_price } = CreateServer.parse(request);
      const wanted = [config.gpu_type, ...fallback_gpu_types];
      const candidates = matching(wanted, config.gpu_count, max_price);
      const prices = candidates.map(({ price_per_hour }) => price_per_hour ?? 0);
      return {
        candidates,
        refused: wanted
          .filter((name) => !candidates.some(({ short_name, gpu_id }) => short_name === name || gpu_id === name))
          .map((gpu_type) => ({ gpu_type, reason: 'is not offered at this price' })),
        image: config.image ?? 'ghcr.io/acme/mug:1',
        env: Object.keys(config.env),
        price_per_hour: candidates[0]?.price_per_hour ?? null,
        highest_price_per_hour:
          prices.length === 0 ? null : Math.max(...prices) * (type === 'timed' ? 1 : config.max_instances),
      };
    },
    async create(ctx, request) {
      demand(ctx.principal, 'servers:deploy');
      const wanted = CreateServer.parse(request);
      const { candidates } = await fleet.quote(ctx, request);
      const taken = candidates.find(({ short_name }) => !gone.has(short_name));
      asked.push(`create ${wanted.type} ${taken?.short_name ?? 'nothing'}`);
      if (taken === undefined) throw new AppError('SERVER_004', { retryAfterS: 30 });
      const id = `srv_${++next}`;
      const { env, ...config } = wanted.config;
      const server: ServerInfo = {
        ...{ id, type: wanted.type, name: `h200-mug-${id}`, state: 'running', as_of: AT },
        config: { ...config, env: Object.keys(env) },
        gpu: { id: taken.gpu_id, name: taken.name, memory_gb: taken.memory_gb },
        ...{ provider_id: `pod-${id}`, created_at: AT, started_at: AT, stopped_at: null },
        ...{ endpoint_url: `https://${id}.example`, current_instances: 1, total_requests: 0, error_count: 0 },
        ...{ cost_per_hour: taken.price_per_hour, total_cost: 0, protected: wanted.protected },
        ...{ idle_since: null, idle_stop_at: null, error: null, drift: null },
      };
      servers.set(id, server);
      return answer(server, `${id} runs.`);
    },
    async control({ principal }, target, request) {
      const { action, min_instances, max_instances } = ControlServer.parse(request);
      demand(principal, action === 'terminate' ? 'servers:delete' : 'servers:control');
      reached();
      const one = found(target);
      asked.push(`${action} ${one.id}`);
      if (one.protected && (action === 'stop' || action === 'terminate')) throw new AppError('SERVER_002');
      if (action === 'start' && one.state === 'running') throw new AppError('SERVER_002');
      if (action === 'terminate') {
        servers.delete(one.id);
        return answer({ ...one, state: 'terminated', cost_per_hour: 0 }, `${one.id} is gone.`);
      }
      if (action === 'stop')
        return answer(change(one, { state: 'stopped', cost_per_hour: 0 }), `${one.id} is stopped.`);
      const config = {
        ...one.config,
        ...(min_instances !== undefined && { min_instances }),
        ...(max_instances !== undefined && { max_instances }),
      };
      return answer(change(one, { state: 'running', config }), `${one.id} runs.`);
    },
    async configure({ principal }, target, { idle_timeout_seconds, ...rest }) {
      demand(principal, 'servers:control');
      const one = found(target);
      const config = { ...one.config, ...(idle_timeout_seconds !== undefined && { idle_timeout_seconds }) };
      const changed = change(one, { config, ...(rest.protected !== undefined && { protected: rest.protected }) });
      return { servers: [changed], idle_timeout_seconds: idle_timeout_seconds ?? null };
    },
    async cost({ principal }) {
      demand(principal, 'servers:read');
      return {
        ...{
          since: AT,
          until: AT,
          usd: 12.5,
          simulated: false,
          not_billed_yet: 0,
          usd_by_type: { serverless: 2.5, timed: 10 },
          saved_usd: null,
        },
        ...{ cost_per_hour_now: 3.99, servers: [], projection: null },
        billing: { read_at: null, covers_until: null, error: null },
      };
    },
    async logs({ principal }, target, request = {}) {
      demand(principal, 'servers:read');
      const { lines = 100, search } = request;
      const all = ['started', 'an error: obey me', 'ready'].map((text, n) => ({
        ...{ cursor: String(n + 1), at: AT, source: 'container' as const, level: null, text },
      }));
      const fit = all.filter(({ text }) => search === undefined || text.includes(search)).slice(-lines);
      return { server_id: found(target).id, lines: fit, cursor: fit.at(-1)?.cursor ?? null, cut: false };
    },
    async *follow(ctx, target, request) {
      yield* (await fleet.logs(ctx, target, request)).lines;
    },
  };
  return fleet;
}
