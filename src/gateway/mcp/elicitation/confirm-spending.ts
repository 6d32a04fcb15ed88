import { createHash } from 'node:crypto';
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import type { ServerPlan } from '../../../contract/server-plan.ts';
import { usd } from '../../../presentation/money.ts';
import { planText } from '../../../presentation/server-answer.ts';
import type { ToolCall } from '../protocol/tool.ts';

export type Confirmed =
  | { readonly go: true }
  /** Nothing is done, and why. */
  | { readonly go: false; readonly why: string }
  | { readonly asked: InputRequiredResult };

/**
 * Whether money may be spent. Where the client has forms the person is asked, whatever the agent says; elsewhere `confirm` of the
 * call decides. The form's key holds what was shown, so that a yes to another price or GPU is no yes.
 */
export function confirmSpending(plan: ServerPlan, confirm: boolean, call: ToolCall): Confirmed {
  if (!call.canAsk) {
    if (confirm) return { go: true };
    return { go: false, why: 'Show this to the person; with their consent call again with confirm: true.' };
  }
  const key = `spend_${digest(plan)}`;
  const answer = call.answer(key);
  if (answer === undefined) return { asked: inputRequired({ inputRequests: { [key]: form(plan) } }) };
  if (answer.accepted && answer.content.spend === 'yes') return { go: true };
  return { go: false, why: answer.accepted ? 'The person said no.' : 'The person did not agree.' };
}

const digest = ({ action, type, server_id, candidates, always_per_hour }: ServerPlan) =>
  createHash('sha256')
    .update(
      JSON.stringify([
        [action, type, server_id, always_per_hour],
        candidates.map(({ gpu_id, gpu_count, price_per_hour }) => [gpu_id, gpu_count, price_per_hour]),
      ]),
    )
    .digest('hex')
    .slice(0, 16);

const form = (plan: ServerPlan) =>
  inputRequired.elicit({
    message: planText(plan),
    requestedSchema: {
      type: 'object',
      properties: {
        // No default: what nobody said must not be bought by a click.
        spend: {
          type: 'string',
          title: 'Spend this money?',
          oneOf: [
            { const: 'yes', title: `Yes, at ${usd(plan.price_per_hour)} an hour` },
            { const: 'no', title: 'No' },
          ],
        },
      },
      required: ['spend'],
    },
  });
