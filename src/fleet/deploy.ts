import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { Deployment, DeployReport, DeployRequest, HealthCheck, Strategy } from '../contract/deployment.ts';
import type { CreateServerInput, ServerInfo, ServerType } from '../contract/server.ts';
import type { ServerPlan } from '../contract/server-plan.ts';
import { AppError } from '../errors.ts';
import { missingImage, noImage } from './no-image.ts';
import { anotherGoesOn } from './rollouts/begin.ts';
import { overlapOf } from './rollouts/overlap.ts';
import type { Rollouts } from './rollouts/service.ts';
import type { FleetService } from './service.ts';
import { ceiling, creationPlan } from './spending.ts';

export interface DeployDeps {
  /** Container of servers that name none; null: none is configured. */
  readonly image: string | null;
  readonly fleet: FleetService;
  /** Null: there is no provider. */
  readonly rollouts: Rollouts | null;
  /** Asks the server whether it is well, until it is or its time is over. Heeds the signal. */
  readonly checkHealth: (server: ServerInfo, path: string, signal: AbortSignal | undefined) => Promise<HealthCheck>;
  readonly now?: () => Date;
  /** Two who find none at the same time must not make two. */
  readonly alone: <T>(type: ServerType, work: () => Promise<T>) => Promise<T>;
}

/** A call waits no longer, ms: what it began goes on. */
const WAIT_MS = 600_000;

export interface DeployOptions {
  /** Whether to wait until the old servers are gone too; else until the new one has taken over. */
  readonly untilOver?: (one: Deployment) => boolean;
  /** Null: as long as it takes. */
  readonly limitMs?: number | null;
}

/**
 * Deploys a server of a type. Without a strategy there must be none of it (SERVER_002). With one, a rollout replaces what is there:
 * it goes on whether somebody waits for it or not.
 */
export async function deploy(
  deps: DeployDeps,
  ctx: CallContext,
  request: DeployRequest,
  options: DeployOptions = {},
): Promise<DeployReport> {
  const { fleet, now = () => new Date() } = deps;
  const { strategy, replaces, health_check, traffic, canary_percent, canary_duration, keep_seconds, ...more } = request;
  const { dry_run: dryRun = false, ...wanted } = more;
  demand(ctx.principal, 'servers:deploy');
  const olds = await thoseThere(fleet, ctx, request);
  if (olds.length > 0) demand(ctx.principal, 'servers:delete');
  const plan = await creationPlan(fleet, ctx, wanted, now);
  const chosen = strategyOf(request, olds);
  const rest = {
    canaryPercent: canary_percent ?? null,
    ...{ canaryS: canary_duration ?? null, keepS: keep_seconds ?? null },
  };
  refuseForeign(chosen, request);
  if (chosen !== null && deps.rollouts !== null) {
    // Before anybody is shown a price and told that it is done now.
    const other = await deps.rollouts.open(ctx, request.type);
    if (other !== null) throw anotherGoesOn(request.type, other);
  }
  const overlap = chosen === null ? null : overlapOf({ strategy: chosen, ...rest }, olds, plan);
  const base = {
    ...{ type: request.type, strategy: chosen ?? ('create' as const), plan, overlap, replaced: olds[0] ?? null },
    ...{ deployment: null, server: null, health: null },
  };
  const isNamed = (wanted.config?.image ?? deps.image) !== null;
  if (dryRun) {
    const warnings = [
      ...(isNamed ? [] : [missingImage()]),
      ...noneFree(plan),
      ...notNeeded(request, chosen),
      ...givenTo(chosen, olds, traffic),
    ];
    return { ...base, outcome: 'dry_run', message: 'Nothing was done: this is a dry run.', warnings };
  }
  // Said before anything is stopped for it.
  if (!isNamed) throw noImage();
  const wait = wanted.wait_for_completion ?? true;
  const most = ceiling(plan, wanted.max_price ?? null);
  const create: CreateServerInput = { ...wanted, max_price: most, wait_for_completion: wait };
  if (chosen === null || overlap === null) {
    return deps.alone(request.type, async () => {
      const [other] = await thoseThere(fleet, ctx, request);
      if (other !== undefined) throw madeMeanwhile(other.id);
      return first(deps, ctx, create, health_check, base);
    });
  }
  if (deps.rollouts === null) throw new AppError('SERVER_005');
  const begun = await deps.rollouts.begin(ctx, {
    ...{ strategy: chosen, create: { ...create, wait_for_completion: false }, olds: olds.map(({ id }) => id) },
    ...{ traffic: traffic ?? null, health: health_check ?? null, overlap, ...rest },
  });
  const { untilOver = () => false, limitMs = WAIT_MS } = options;
  const reached = (one: Deployment) => one.outcome !== null || (HAS_TAKEN_OVER.includes(one.phase) && !untilOver(one));
  const found = wait ? await deps.rollouts.wait(ctx, begun.id, reached, limitMs) : begun;
  return reportOf(fleet, ctx, base, found);
}

const HAS_TAKEN_OVER: readonly Deployment['phase'][] = ['keeping', 'retiring'];

/** One where there is none. */
async function first(
  deps: DeployDeps,
  ctx: CallContext,
  create: CreateServerInput,
  path: string | undefined,
  base: Omit<DeployReport, 'outcome' | 'message' | 'warnings'>,
): Promise<DeployReport> {
  const wait = create.wait_for_completion ?? true;
  if (!wait && path !== undefined) throw mustWait();
  ctx.progress?.(0, 2, 'creating the server');
  const made = await deps.fleet.create(ctx, create);
  let health: HealthCheck | null = null;
  if (path !== undefined && made.success) {
    ctx.progress?.(1, 2, 'asking it whether it is well');
    health = await deps.checkHealth(made.server, path, ctx.signal);
  }
  const { server, warnings } = made;
  if (made.success && health?.ok !== false) {
    return { ...base, outcome: wait ? 'deployed' : 'accepted', server, health, message: made.message, warnings };
  }
  // It is left as it is: whoever looks into it finds its logs there.
  const message = health === null ? made.message : `It runs, but ${health.reason ?? 'it is not well'}.`;
  return { ...base, outcome: 'failed', server, health, message, warnings };
}

/** How the rollout stands. */
export async function reportOf(
  fleet: Pick<FleetService, 'get'>,
  ctx: CallContext,
  base: Omit<DeployReport, 'outcome' | 'message' | 'warnings'>,
  deployment: Deployment,
): Promise<DeployReport> {
  const { swaps, phase, outcome, health } = deployment;
  const of = async (id: string | null | undefined) =>
    id === null || id === undefined ? null : await fleet.get(ctx, id).catch(() => null);
  const takenOver = HAS_TAKEN_OVER.includes(phase) ? ('deployed' as const) : ('under_way' as const);
  return {
    ...{ ...base, deployment, health, outcome: outcome ?? takenOver, message: deployment.message },
    server: await of(swaps.at(-1)?.new_server_id),
    replaced: (await of(swaps[0]?.old_server_id)) ?? base.replaced,
    warnings: deployment.attended || outcome !== null ? [] : [UNATTENDED],
  };
}

const UNATTENDED =
  'No program drives this deployment now: it goes on while "h200-mug serve" or "stdio" runs, or somebody waits for it.';

/** Those that are replaced. */
async function thoseThere(fleet: FleetService, ctx: CallContext, request: DeployRequest): Promise<ServerInfo[]> {
  const { type, strategy, replaces } = request;
  if (replaces !== undefined) {
    const named = await fleet.get(ctx, replaces);
    if (named.type === type && strategy !== undefined) return [named];
    throw new AppError('VALIDATION_002', {
      message: strategy === undefined ? '"replaces" needs a strategy.' : `${replaces} is ${named.type}, not ${type}.`,
      details: { field: 'replaces' },
    });
  }
  if (strategy === 'rolling') {
    const all = (await fleet.list(ctx)).servers.filter((one) => one.type === type);
    if (all.length > 1) return all.toReversed();
  }
  let found: ServerInfo;
  try {
    found = await fleet.get(ctx, type);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    if (thrown.code === 'SERVER_001') return [];
    if (thrown.code !== 'VALIDATION_002') throw thrown;
    throw new AppError('VALIDATION_002', {
      message: thrown.message,
      advice: 'Say which one is replaced: "replaces" (--replaces), or replace all with the strategy "rolling".',
      details: thrown.details,
    });
  }
  if (strategy !== undefined) return [found];
  throw new AppError('SERVER_002', {
    message: `There is a ${type} server already: ${found.id}, ${found.state}.`,
    advice:
      'Start, scale or update that one, or give a strategy to replace it ("blue-green" keeps it until the new one has taken over). POST /api/v1/servers makes another one beside it.',
    details: { server_id: found.id, state: found.state },
  });
}

/** Null: it is only created. A first one that is to get analyses is checked before it does. */
function strategyOf({ strategy, traffic = 0 }: DeployRequest, olds: readonly ServerInfo[]): Strategy | null {
  if (olds.length > 0) return strategy as Strategy;
  if (traffic === 0) return null;
  return strategy === 'canary' ? 'canary' : 'blue-green';
}

function refuseForeign(chosen: Strategy | null, { canary_percent, canary_duration }: DeployRequest): void {
  if (chosen === 'canary' || chosen === null || (canary_percent === undefined && canary_duration === undefined)) return;
  throw new AppError('VALIDATION_002', {
    message: '"canary_percent" and "canary_duration" belong to the strategy "canary".',
    details: { field: canary_percent === undefined ? 'canary_duration' : 'canary_percent' },
  });
}

/** Whoever names a strategy where nothing is replaced by it. */
function notNeeded({ type, strategy }: DeployRequest, chosen: Strategy | null): string[] {
  if (strategy === undefined || chosen !== null) return [];
  return [`There is no ${type} server to replace: it is made as the first one, without "${String(strategy)}".`];
}

/** What no server gives it. */
function givenTo(chosen: Strategy | null, olds: readonly ServerInfo[], traffic: number | undefined): string[] {
  if (chosen === null || olds.length > 0 || traffic === undefined) return [];
  return [`It gets ${traffic} % of the analyses once it runs and answers; there is none to replace.`];
}

/** What the catalog says is not to be had now. */
function noneFree({ candidates }: ServerPlan): string[] {
  const [first, ...others] = candidates;
  if (first?.availability !== 'none') return [];
  const left = others.find(({ availability }) => availability !== 'none');
  const then = left === undefined ? 'creating it would probably fail' : `${left.name} would be tried next`;
  const out = candidates.filter(({ availability }) => availability === 'none').map(({ name }) => name);
  return [`None of ${out.join(', ')} is free now by the catalog: ${then}.`];
}

export const madeMeanwhile = (id: string) =>
  new AppError('SERVER_002', {
    message: `Another call made ${id} meanwhile.`,
    advice: 'Use that one. Nothing was changed.',
    details: { server_id: id },
  });

const mustWait = () =>
  new AppError('VALIDATION_002', {
    message: 'A health check needs a server that runs.',
    advice: 'Leave out wait_for_completion (--no-wait). Nothing was changed.',
    details: { field: 'wait_for_completion' },
  });
