import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Deployment, DeployReport, DeployRequest } from '../contract/deployment.ts';
import type { Permission } from '../contract/principal.ts';
import type { ControlAnswer, ServerType } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { Lease } from '../lease.ts';
import type { Registry } from '../ports/registry.ts';
import { type DeployDeps, type DeployOptions, deploy, madeMeanwhile } from './deploy.ts';
import type { Rollouts } from './rollouts/service.ts';
import { type Considered, carryOut, consider, type Wish } from './spending.ts';

/** What doors ask that costs money: it is considered, shown, and then done. */
export interface DeploymentService {
  /** What the wish would begin to cost; see `consider`. */
  consider(ctx: CallContext, wish: Wish): Promise<Considered>;
  /** Does what was considered; see `carryOut`. SERVER_002 while another server of the type is being made. */
  carryOut(ctx: CallContext, wish: Wish, considered: Considered): Promise<ControlAnswer>;
  /** See `deploy`. SERVER_002 while another server of the type is being made. */
  deploy(ctx: CallContext, request: DeployRequest, options?: DeployOptions): Promise<DeployReport>;
  /** What replaces servers, newest first. Empty without a provider. */
  list(ctx: CallContext): Promise<Deployment[]>;
  /** As those of `Rollouts`; SERVER_005 without a provider. */
  get(ctx: CallContext, id: string): Promise<Deployment>;
  promote(ctx: CallContext, id: string): Promise<Deployment>;
  rollBack(ctx: CallContext, id: string): Promise<Deployment>;
  wait: Rollouts['wait'];
}

export interface DeploymentParts extends Omit<DeployDeps, 'alone'> {
  readonly registry: Registry;
}

/** Renewed while it is worked on; whoever died holds it no longer than this where another machine waits, ms. */
const LEASE_MS = 60_000;

export function createDeployments(deps: DeploymentParts): DeploymentService {
  const { fleet, registry, rollouts, now } = deps;
  function demandRollouts({ principal }: CallContext, permission: Permission): Rollouts {
    demand(principal, permission);
    if (rollouts === null) throw new AppError('SERVER_005');
    return rollouts;
  }
  const making = new Set<ServerType>();
  /** Those that another process had when they were wanted: they remember what they saw. */
  const wanted = new Map<ServerType, Lease>();

  /** Two who find none at the same time must not make two, in whichever processes they are. */
  async function alone<T>(type: ServerType, work: () => Promise<T>): Promise<T> {
    if (making.has(type)) throw underWay(type);
    making.add(type);
    try {
      const lease = wanted.get(type) ?? new Lease(registry, `deploy ${type}`, { leaseMs: LEASE_MS });
      wanted.set(type, lease);
      if (!(await lease.holds(LEASE_MS / 2))) throw underWay(type);
      wanted.delete(type);
      const renewal = setInterval(() => void lease.holds(LEASE_MS / 2).catch(() => undefined), LEASE_MS / 4).unref();
      try {
        return await work();
      } finally {
        clearInterval(renewal);
        await lease.release().catch(() => undefined);
      }
    } finally {
      making.delete(type);
    }
  }
  return {
    consider: (ctx, wish) => consider(fleet, ctx, wish, now),
    carryOut(ctx, wish, considered) {
      if (considered.plan?.action !== 'create') return carryOut(fleet, ctx, wish, considered);
      return alone(considered.plan.type, async () => {
        const { server } = await consider(fleet, ctx, wish, now);
        if (server !== null) throw madeMeanwhile(server.id);
        return carryOut(fleet, ctx, wish, considered);
      });
    },
    deploy: (ctx, request, options) => deploy({ ...deps, alone }, ctx, request, options),
    async list(ctx) {
      demand(ctx.principal, 'servers:read');
      return rollouts === null ? [] : rollouts.list(ctx);
    },
    get: async (ctx, id) => demandRollouts(ctx, 'servers:read').get(ctx, id),
    promote: async (ctx, id) => demandRollouts(ctx, 'servers:deploy').promote(ctx, id),
    rollBack: async (ctx, id) => demandRollouts(ctx, 'servers:deploy').rollBack(ctx, id),
    wait: async (ctx, id, reached, limitMs) => demandRollouts(ctx, 'servers:read').wait(ctx, id, reached, limitMs),
  };
}

const underWay = (type: ServerType) =>
  new AppError('SERVER_002', {
    message: `A ${type} server is being made by another call.`,
    advice: 'Look at the servers in a moment. Nothing was changed.',
    details: { type },
  });
