import * as z from 'zod';
import { STRATEGIES } from '../src/contract/deployment.ts';
import { ControlServer, CreateServer, ServerConfig, ServerTarget } from '../src/contract/server.ts';
import { AppError } from '../src/errors.ts';
import type { Wish } from '../src/fleet/spending.ts';
import { confirmSpending } from '../src/gateway/mcp/elicitation/confirm-spending.ts';
import { beginRollout, endRollout, ROLLOUT_ACTIONS } from '../src/gateway/mcp/elicitation/rollouts.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { deploymentText, isUnderWay } from '../src/presentation/deployment-answer.ts';
import { routingText } from '../src/presentation/routing-answer.ts';
import { controlText, planText, serversText } from '../src/presentation/server-answer.ts';

const ACTIONS = ['status', 'start', 'stop', 'restart', 'scale'] as const;

export const controlServer = defineTool({
  name: 'control_server',
  title: 'GPU servers',
  description:
    'Rented GPU servers: status (the default), start, stop, restart, scale. Starting a type that there is none of creates one; deploy replaces it by a new one, promote and rollback end that. What costs money answers its price first and is done after a yes of the person, or with confirm: true and that max_price after showing it to them. Ask status for how it went on.',
  permission: 'servers:read',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    action: z.enum([...ACTIONS, ...ROLLOUT_ACTIONS]).default('status'),
    server: ServerTarget.optional(),
    gpu_type: ServerConfig.shape.gpu_type.unwrap().optional().describe('of a new one, "H200"'),
    gpu_count: ServerConfig.shape.gpu_count.unwrap().optional().describe('of a new one'),
    max_price: CreateServer.shape.max_price.unwrap().unwrap().optional().describe('US dollars per hour'),
    min_instances: ControlServer.shape.min_instances.describe('serverless: these always run'),
    max_instances: ControlServer.shape.max_instances.describe('serverless'),
    strategy: z.enum(STRATEGIES).optional().describe('of deploy'),
    image: z.string().max(512).optional().describe('of deploy'),
    force: z.boolean().default(false).describe('also while it is used'),
    confirm: z.boolean().default(false).describe('the person agreed to the price'),
  }),
  output: z.looseObject({ done: z.boolean(), message: z.string() }),
  aliases: {
    server_id: 'server',
    id: 'server',
    type: 'server',
    server_type: 'server',
    gpu: 'gpu_type',
    min_workers: 'min_instances',
    max_workers: 'max_instances',
  },
  async run(args, call) {
    const { fleet, deployments, routing } = call.services;
    const { action, server: target, confirm } = args;
    if (action === 'status') {
      const [list, routed] = await Promise.all([fleet.list(call), routing.show(call)]);
      const servers = target === undefined ? list.servers : [await fleet.get(call, target)];
      const open = (await deployments.list(call)).filter(isUnderWay);
      const shown = {
        ...list,
        servers,
        unknown: target === undefined ? list.unknown : [],
        deployments: open,
        routing: routed,
      };
      const lines = [serversText(shown), ...open.map((one) => `- ${deploymentText(one)}`), routingText(routed)];
      const message = lines.join('\n');
      return { text: message, structured: { done: true, message, ...shown } };
    }
    if (action === 'promote' || action === 'rollback') return endRollout(call, action, target);
    if (target === undefined) throw noServer();
    if (action === 'deploy') {
      const { strategy, max_price, image, gpu_type, gpu_count, min_instances, max_instances } = args;
      const config = defined({ image, gpu_type, gpu_count, min_instances, max_instances });
      return beginRollout(call, { server: target, strategy, max_price, config }, confirm);
    }
    const wish = wishOf({ ...args, action, server: target });
    const considered = await deployments.consider(call, wish);
    const { plan } = considered;
    if (plan !== null) {
      const confirmed = confirmSpending(plan, { confirm, maxPrice: args.max_price }, call);
      if ('asked' in confirmed) return confirmed.asked;
      if (!confirmed.go) {
        const message = `Nothing was done. ${confirmed.why}`;
        return { text: `${planText(plan)}\n${message}`, structured: { done: false, message, plan } };
      }
    }
    const answer = await deployments.carryOut(call, wish, considered);
    const { message, server, warnings } = answer;
    const structured = { done: answer.success, message, server, warnings, ...(plan && { plan }) };
    return { text: [...(plan ? [planText(plan)] : []), controlText(answer)].join('\n'), structured };
  },
});

type Given = Pick<Wish, 'action'> & {
  readonly server: ServerTarget;
  readonly gpu_type?: string | undefined;
  readonly gpu_count?: number | undefined;
  readonly max_price?: number | undefined;
  readonly min_instances?: number | undefined;
  readonly max_instances?: number | undefined;
  readonly force: boolean;
};

/** It answers once RunPod took it: nobody waits in a call until a machine runs. */
function wishOf({ action, server, gpu_type, gpu_count, max_price, min_instances, max_instances, force }: Given): Wish {
  const instances = defined({ min_instances, max_instances });
  const config = action === 'start' ? defined({ gpu_type, gpu_count, ...instances }) : {};
  return {
    ...{ action, target: server, force, wait: false },
    ...defined({ max_price }),
    ...(action === 'scale' && instances),
    ...(Object.keys(config).length > 0 && { create: { config } }),
  };
}

const noServer = () =>
  new AppError('VALIDATION_001', {
    message: 'There is no "server".',
    advice: 'Name its id (srv_…), or its type: "serverless" or "timed".',
    details: { field: 'server' },
  });
