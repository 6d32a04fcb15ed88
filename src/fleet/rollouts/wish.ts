import type { CallContext } from '../../contract/call-context.ts';
import type { Deployment, DeployRequest, Strategy } from '../../contract/deployment.ts';
import type { ServerConfig, ServerTarget, ServerType } from '../../contract/server.ts';
import { AppError } from '../../errors.ts';
import type { DeploymentService } from '../deployments.ts';
import type { FleetService } from '../service.ts';
import { ceiling } from '../spending.ts';

/** What an agent says of a server that is to be replaced by a new one. */
export interface ReplaceWish {
  readonly server: ServerTarget;
  readonly strategy?: Strategy | undefined;
  readonly config: Partial<ServerConfig>;
  readonly max_price?: number | undefined;
}

/** The request that is meant, which answers at once; blue-green where nothing is said. */
export async function replaceRequest(
  fleet: Pick<FleetService, 'get'>,
  ctx: CallContext,
  { server, strategy = 'blue-green', config, max_price }: ReplaceWish,
): Promise<DeployRequest> {
  const old = server === 'serverless' || server === 'timed' ? null : await fleet.get(ctx, server);
  return {
    ...{ type: old?.type ?? (server as ServerType), strategy, config, wait_for_completion: false },
    ...(old !== null && { replaces: old.id }),
    ...(max_price !== undefined && { max_price }),
  };
}

/** Does what was planned: nothing dearer than the plan shows is created. */
export async function asPlanned(
  deployments: Pick<DeploymentService, 'deploy'>,
  ctx: CallContext,
  request: DeployRequest,
  { plan }: Pick<Awaited<ReturnType<DeploymentService['deploy']>>, 'plan'>,
) {
  const most = plan === null ? (request.max_price ?? null) : ceiling(plan, request.max_price ?? null);
  return deployments.deploy(ctx, { ...request, max_price: most });
}

/** The deployment that goes on, of this server or type where one is named. */
export async function openDeployment(
  deployments: Pick<DeploymentService, 'list'>,
  ctx: CallContext,
  target: ServerTarget | undefined,
): Promise<Deployment> {
  const open = (await deployments.list(ctx)).filter((one) => one.outcome === null && isOf(one, target));
  const [one] = open;
  if (one === undefined) {
    throw new AppError('SERVER_001', {
      message: 'No such deployment goes on.',
      advice: 'Ask for the status of servers.',
    });
  }
  if (open.length === 1) return one;
  throw new AppError('VALIDATION_002', {
    message: `${open.length} deployments go on.`,
    advice: 'Name a server of the one that is meant.',
    details: { field: 'server', deployment_ids: open.map(({ id }) => id) },
  });
}

const isOf = ({ type, swaps }: Deployment, target: ServerTarget | undefined): boolean =>
  target === undefined ||
  target === type ||
  swaps.some(({ old_server_id: old, new_server_id: fresh }) => old === target || fresh === target);
