import type { CallContext } from '../contract/call-context.ts';
import type { DeployReport, DeployRequest } from '../contract/deployment.ts';
import type { ControlAnswer, ServerType } from '../contract/server.ts';
import { AppError } from '../errors.ts';
import { Lease } from '../lease.ts';
import type { Registry } from '../ports/registry.ts';
import { type DeployDeps, deploy } from './deploy.ts';
import { type Considered, carryOut, consider, type Wish } from './spending.ts';

/** What doors ask that costs money: it is considered, shown, and then done. */
export interface DeploymentService {
  /** What the wish would begin to cost; see `consider`. */
  consider(ctx: CallContext, wish: Wish): Promise<Considered>;
  /** Does what was considered; see `carryOut`. SERVER_002 while another server of the type is being made. */
  carryOut(ctx: CallContext, wish: Wish, considered: Considered): Promise<ControlAnswer>;
  /** See `deploy`. SERVER_002 while another server of the type is being made. */
  deploy(ctx: CallContext, request: DeployRequest): Promise<DeployReport>;
}

export interface DeploymentParts extends DeployDeps {
  readonly registry: Registry;
}

/** Renewed while it is worked on; whoever died holds it no longer than this where another machine waits, ms. */
const LEASE_MS = 60_000;

export function createDeployments(deps: DeploymentParts): DeploymentService {
  const { fleet, registry, now } = deps;
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
    deploy: (ctx, request) =>
      request.dry_run === true ? deploy(deps, ctx, request) : alone(request.type, () => deploy(deps, ctx, request)),
  };
}

const underWay = (type: ServerType) =>
  new AppError('SERVER_002', {
    message: `A ${type} server is being made by another call.`,
    advice: 'Look at the servers in a moment. Nothing was changed.',
    details: { type },
  });

const madeMeanwhile = (id: string) =>
  new AppError('SERVER_002', {
    message: `Another call made ${id} meanwhile.`,
    advice: 'Use that one. Nothing was changed.',
    details: { server_id: id },
  });
