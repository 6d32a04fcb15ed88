import * as z from 'zod';
import { demand } from '../../../access/can.ts';
import { type Deployment, type Overlap, StrategyName } from '../../../contract/deployment.ts';
import { ServerConfig, ServerTarget } from '../../../contract/server.ts';
import { AppError } from '../../../errors.ts';
import { asPlanned, openDeployment, replaceRequest } from '../../../fleet/rollouts/wish.ts';
import type { Wish } from '../../../fleet/spending.ts';
import { deploymentText, overlapText } from '../../../presentation/deployment-answer.ts';
import { controlText, planText } from '../../../presentation/server-answer.ts';
import { defined } from '../../lenient/defined.ts';
import { readArguments } from '../../lenient/read-arguments.ts';
import type { Outcome, Skill } from './outcome.ts';
import { saysNo, saysYes } from './yes-or-no.ts';

const input = z.strictObject({
  action: z.enum(['start', 'stop', 'restart', 'scale', 'deploy', 'promote', 'rollback']),
  server: ServerTarget.optional(),
  strategy: StrategyName.optional(),
  image: ServerConfig.shape.image.unwrap().unwrap().optional(),
  gpu_type: ServerConfig.shape.gpu_type.unwrap().optional(),
  gpu_count: ServerConfig.shape.gpu_count.unwrap().optional(),
  max_price: z.number().positive().max(1000).optional(),
  min_instances: z.int().min(0).max(10).optional(),
  max_instances: z.int().min(1).max(10).optional(),
  force: z.boolean().default(false),
  confirm: z.boolean().optional(),
});
const aliases = { type: 'server', server_type: 'server', server_id: 'server', id: 'server' };

/** What costs money is asked back with its price, and done after a yes to just that price. */
export const controlServer: Skill = async (given, { ctx, services, text: said, asked }) => {
  demand(ctx.principal, 'servers:control');
  const { shown, ...rest } = given;
  const {
    confirm,
    action,
    server: target,
    force,
    max_price,
    gpu_type,
    gpu_count,
    strategy,
    image,
    ...some
  } = readArguments({ input, aliases }, rest);
  const confirming = asked?.about === 'confirmation';
  // A yes before the price was told is none.
  const answer = confirming ? (confirm ?? (saysYes(said) ? true : saysNo(said) ? false : undefined)) : undefined;
  if (answer === false) return nothing('Nothing was done.');
  if (services.capabilities.readOnly) return nothing('Nothing was done: this server changes nothing.');
  if (action === 'promote' || action === 'rollback') {
    const { id } = await openDeployment(services.deployments, ctx, target);
    const { deployments } = services;
    return rolledOut(await (action === 'promote' ? deployments.promote(ctx, id) : deployments.rollBack(ctx, id)));
  }
  if (target === undefined) throw new AppError('VALIDATION_001', { details: { field: 'server' } });
  const instances = defined(some);
  if (action === 'deploy') {
    const wanted = { ...defined({ image, gpu_type, gpu_count }), ...instances };
    const request = await replaceRequest(services.fleet, ctx, { server: target, strategy, config: wanted, max_price });
    const planned = await services.deployments.deploy(ctx, { ...request, dry_run: true });
    const { plan, overlap } = planned;
    const prices = plan === null ? '' : `${pricesOf(plan)}; ${overlap?.together_per_hour ?? ''}`;
    if (plan !== null && !(answer === true && shown === prices)) {
      const again = { ...rest, confirm: undefined, shown: prices };
      return confirmation(plan, again, (asked?.times ?? 0) + 1, overlap);
    }
    const { deployment, message } = await asPlanned(services.deployments, ctx, request, planned);
    return deployment === null ? nothing(message) : rolledOut(deployment);
  }
  const config = action === 'start' ? defined({ gpu_type, gpu_count, ...some }) : {};
  const wish: Wish = {
    ...{ action, target, force, wait: false },
    ...defined({ max_price }),
    ...(action === 'scale' && instances),
    ...(Object.keys(config).length > 0 && { create: { config } }),
  };
  const considered = await services.deployments.consider(ctx, wish);
  const { plan } = considered;
  if (plan !== null && !(answer === true && shown === pricesOf(plan))) {
    return confirmation(plan, { ...rest, confirm: undefined, shown: pricesOf(plan) }, (asked?.times ?? 0) + 1);
  }
  const done = await services.deployments.carryOut(ctx, wish, considered);
  const { message, server, warnings, success } = done;
  const data = { done: success, message, server, warnings, ...(plan && { plan }) };
  return { kind: 'done', name: 'server', data, text: controlText(done) };
};

type Plan = Parameters<typeof planText>[0];
/** A yes is to this, and to nothing that became dearer meanwhile. */
const pricesOf = ({ candidates, always_per_hour }: Plan): string =>
  [always_per_hour, ...candidates.map(({ gpu_id, price_per_hour }) => `${gpu_id} ${price_per_hour}`)].join('; ');

const nothing = (text: string): Outcome => ({ kind: 'done', name: 'server', data: { done: false }, text });

const rolledOut = (deployment: Deployment): Outcome => {
  const text = deploymentText(deployment);
  return { kind: 'done', name: 'deployment', data: { done: true, message: deployment.message, deployment }, text };
};

const confirmation = (plan: Plan, args: object, times: number, overlap: Overlap | null = null): Outcome => ({
  kind: 'ask',
  question: { about: 'confirmation', times },
  text: `${planText(plan)}${overlap === null ? '' : `\n${overlapText(overlap)}`}\nSpend this? Answer "yes" or "no", or send {"confirm": true}.`,
  data: { plan },
  args: { ...args },
});
