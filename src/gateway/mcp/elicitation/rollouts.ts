import type { DeployReport } from '../../../contract/deployment.ts';
import type { ServerTarget } from '../../../contract/server.ts';
import { asPlanned, openDeployment, type ReplaceWish, replaceRequest } from '../../../fleet/rollouts/wish.ts';
import { deploymentText, overlapText } from '../../../presentation/deployment-answer.ts';
import { planText } from '../../../presentation/server-answer.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { confirmSpending } from './confirm-spending.ts';

export const ROLLOUT_ACTIONS = ['deploy', 'promote', 'rollback'] as const;

/** One server is replaced by a new one, once its price was agreed to. It answers as soon as that is written down. */
export async function beginRollout(call: ToolCall, wish: ReplaceWish, confirm: boolean) {
  const { fleet, deployments } = call.services;
  const request = await replaceRequest(fleet, call, wish);
  const planned = await deployments.deploy(call, { ...request, dry_run: true });
  const { plan, overlap } = planned;
  if (plan !== null) {
    const confirmed = confirmSpending(plan, { confirm, maxPrice: wish.max_price ?? undefined }, call, overlap);
    if ('asked' in confirmed) return confirmed.asked;
    if (!confirmed.go) {
      const message = `Nothing was done. ${confirmed.why}`;
      const structured = { done: false, message, plan, overlap };
      return { text: [...priceLines(planned), message].join('\n'), structured };
    }
  }
  const { message, deployment, server, warnings } = await asPlanned(deployments, call, request, planned);
  const text = [...priceLines(planned), deployment === null ? message : deploymentText(deployment), ...warnings];
  return { text: text.join('\n'), structured: { done: true, message, deployment, server, warnings } };
}

export async function endRollout(call: ToolCall, action: 'promote' | 'rollback', target: ServerTarget | undefined) {
  const { deployments } = call.services;
  const { id } = await openDeployment(deployments, call, target);
  const ended = await (action === 'promote' ? deployments.promote(call, id) : deployments.rollBack(call, id));
  return { text: deploymentText(ended), structured: { done: true, message: ended.message, deployment: ended } };
}

const priceLines = ({ plan, overlap }: DeployReport): string[] => [
  ...(plan === null ? [] : [planText(plan)]),
  ...(overlap === null ? [] : [overlapText(overlap)]),
];
