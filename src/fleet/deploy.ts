import { demand } from '../access/can.ts';
import type { CallContext } from '../contract/call-context.ts';
import type { DeployReport, DeployRequest, HealthCheck, Strategy } from '../contract/deployment.ts';
import type { ControlAnswer, CreateServerInput, ServerInfo } from '../contract/server.ts';
import type { ServerPlan } from '../contract/server-plan.ts';
import { AppError, toAppError } from '../errors.ts';
import { noImage } from './no-image.ts';
import type { FleetService } from './service.ts';
import { creationPlan } from './spending.ts';

export interface DeployDeps {
  /** Container of servers that name none; null: none is configured. */
  readonly image: string | null;
  readonly fleet: FleetService;
  /** Asks the server whether it is well, until it is or its time is over. Heeds the signal. */
  readonly checkHealth: (server: ServerInfo, path: string, signal: AbortSignal | undefined) => Promise<HealthCheck>;
  readonly now?: () => Date;
}

/** Stops before it throws away: what goes wrong behind the stop starts the old one again. */
const STEPS = 5;

/**
 * Deploys a server of a type. Without a strategy there must be none of it (SERVER_002); `recreate` stops the one that is there,
 * makes the new one, and terminates the old one once the new one is well, else starts it again. SERVER_006 for the strategies
 * that move traffic: this version has none.
 */
export async function deploy(deps: DeployDeps, ctx: CallContext, request: DeployRequest): Promise<DeployReport> {
  const { fleet, now = () => new Date() } = deps;
  const { strategy, health_check: path, dry_run: dryRun = false, ...wanted } = request;
  demand(ctx.principal, 'servers:deploy');
  refuseUnbuilt(strategy as Strategy | undefined);
  const old = await theOneThere(fleet, ctx, request, strategy !== undefined);
  if (old !== null) demand(ctx.principal, 'servers:delete');
  const wait = wanted.wait_for_completion ?? true;
  if (!wait && (old !== null || path !== undefined)) throw mustWait(old !== null);
  const plan = await creationPlan(fleet, ctx, wanted, now);
  const base = {
    ...{ type: request.type, plan, replaced: old, warnings: [] as readonly string[] },
    strategy: old === null ? ('create' as const) : ('recreate' as const),
  };
  const report = (rest: Pick<DeployReport, 'outcome' | 'message'> & Partial<DeployReport>): DeployReport => ({
    ...base,
    ...{ server: null, health: null },
    ...rest,
    warnings: [...(rest.warnings ?? [])],
  });
  const isNamed = (wanted.config?.image ?? deps.image) !== null;
  if (dryRun) {
    const warnings = [...(isNamed ? [] : [missingImage()]), ...noneFree(plan)];
    return report({ outcome: 'dry_run', message: 'Nothing was done: this is a dry run.', warnings });
  }
  // Said before anything is stopped for it.
  if (!isNamed) throw noImage();

  const prices = plan.candidates.map(({ price_per_hour }) => price_per_hour);
  const ceiling = prices.includes(null) ? wanted.max_price : Math.max(...(prices as number[]));
  const creating: CreateServerInput = { ...wanted, max_price: ceiling ?? null, wait_for_completion: wait };
  if (old !== null) {
    if (old.protected) throw isProtected(old);
    ctx.progress?.(0, STEPS, `stopping ${old.id}`);
    if (old.state !== 'stopped') demandStopped(await fleet.control(ctx, old.id, { action: 'stop' }));
  }
  let made: ControlAnswer | null = null;
  let health: HealthCheck | null = null;
  let failure: AppError | null = null;
  try {
    ctx.progress?.(1, STEPS, 'creating the server');
    made = await fleet.create(ctx, creating);
    if (path !== undefined && made.success) {
      ctx.progress?.(2, STEPS, 'asking it whether it is well');
      health = await deps.checkHealth(made.server, path, ctx.signal);
    }
  } catch (thrown) {
    failure = toAppError(thrown);
  }
  const isWell = failure === null && made?.success === true && (health === null || health.ok);
  if (isWell && made !== null) {
    if (old === null) {
      const outcome = wait ? 'deployed' : 'accepted';
      return report({ outcome, server: made.server, health, message: made.message, warnings: made.warnings });
    }
    ctx.progress?.(3, STEPS, `terminating ${old.id}`);
    const warnings = [...made.warnings, ...(await attempt(() => fleet.control(ctx, old.id, { action: 'terminate' })))];
    return report({ outcome: 'deployed', server: made.server, health, message: made.message, warnings });
  }
  if (old === null) {
    if (failure !== null) throw failure;
    // It is left as it is: whoever looks into it finds its logs there.
    const message = health === null ? made!.message : `It runs, but ${health.reason ?? 'it is not well'}.`;
    return report({ outcome: 'failed', server: made!.server, health, message, warnings: made!.warnings });
  }
  return back(deps, ctx, old, { made, health, failure }, report);
}

type Ended = {
  readonly made: ControlAnswer | null;
  readonly health: HealthCheck | null;
  readonly failure: AppError | null;
};

/** The old one runs again, and the new one is gone. */
async function back(
  { fleet }: DeployDeps,
  ctx: CallContext,
  old: ServerInfo,
  { made, health, failure }: Ended,
  report: (rest: Pick<DeployReport, 'outcome' | 'message'> & Partial<DeployReport>) => DeployReport,
): Promise<DeployReport> {
  // Whoever asked may have gone by now: the old one is started all the same.
  const { signal: _, ...stays } = ctx;
  ctx.progress?.(3, STEPS, `going back to ${old.id}`);
  let ended: ControlAnswer | null = null;
  const warnings = [
    ...(made?.warnings ?? []),
    ...(made === null
      ? []
      : await attempt(async () => {
          ended = await fleet.control(stays, made.server.id, { action: 'terminate', force: true });
        })),
  ];
  const why =
    failure !== null
      ? failure.message
      : health !== null && !health.ok
        ? (health.reason ?? 'it was not well')
        : made!.message;
  let restarted: ControlAnswer | null = null;
  if (old.state !== 'stopped') {
    warnings.push(
      ...(await attempt(async () => {
        restarted = await fleet.control(stays, old.id, { action: 'start' });
      })),
    );
  }
  const isBack = old.state === 'stopped' || (restarted as ControlAnswer | null)?.success === true;
  const replaced = await fleet.get(stays, old.id).catch(() => old);
  const server = (ended as ControlAnswer | null)?.server ?? made?.server ?? null;
  return report({
    ...{ outcome: isBack ? 'rolled_back' : 'failed', server, replaced, health, warnings },
    message: isBack
      ? `The new server was not taken (${why}); ${old.id} is as it was.`
      : `The new server was not taken (${why}), and ${old.id} could not be started again.`,
  });
}

async function theOneThere(
  fleet: FleetService,
  ctx: CallContext,
  { type }: DeployRequest,
  replace: boolean,
): Promise<ServerInfo | null> {
  let found: ServerInfo;
  try {
    found = await fleet.get(ctx, type);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'SERVER_001') return null;
    throw thrown;
  }
  if (replace) return found;
  throw new AppError('SERVER_002', {
    message: `There is a ${type} server already: ${found.id}, ${found.state}.`,
    advice:
      'Start, scale or update that one, or give the strategy "recreate" to replace it. POST /api/v1/servers makes another one beside it.',
    details: { server_id: found.id, state: found.state },
  });
}

function refuseUnbuilt(strategy: Strategy | undefined): void {
  if (strategy === undefined || strategy === 'recreate') return;
  throw new AppError('SERVER_006', {
    message: `The strategy "${strategy}" is not built: this version moves no traffic between servers.`,
    advice: 'Use "recreate", which stops the old server before it makes the new one. Nothing was changed.',
    details: { strategy },
  });
}

function demandStopped({ success, server, message }: ControlAnswer): void {
  if (success) return;
  throw new AppError('SERVER_002', {
    message: `${server.id} did not stop: ${message}`,
    advice: 'Look at its state, then try again. No new server was made.',
    details: { server_id: server.id, state: server.state },
  });
}

const missingImage = () => {
  const { message, advice } = noImage();
  return `${message} Creating it would be refused. ${advice}`;
};

/** What the catalog says is not to be had now. */
function noneFree({ candidates }: ServerPlan): string[] {
  const [first, ...others] = candidates;
  if (first?.availability !== 'none') return [];
  const left = others.find(({ availability }) => availability !== 'none');
  const then = left === undefined ? 'creating it would probably fail' : `${left.name} would be tried next`;
  return [`None of ${first.name} is free now by the catalog: ${then}.`];
}

const mustWait = (replaces: boolean) =>
  new AppError('VALIDATION_002', {
    message: replaces
      ? 'To replace a server, it must be known that the new one runs.'
      : 'A health check needs a server that runs.',
    advice: 'Leave out wait_for_completion (--no-wait). Nothing was changed.',
    details: { field: 'wait_for_completion' },
  });

const isProtected = ({ id }: ServerInfo) =>
  new AppError('SERVER_002', {
    message: `${id} is protected: it is not replaced.`,
    advice: 'Take the protection off first ("protected": false, or "h200-mug deploy unprotect"). Nothing was changed.',
    details: { server_id: id },
  });

/** What went wrong, as a warning. */
async function attempt(work: () => Promise<unknown>): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return [`${code}: ${message}`];
  }
}
