import { createHash } from 'node:crypto';
import { type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server';
import type { Overlap } from '../../../contract/deployment.ts';
import type { ServerPlan } from '../../../contract/server-plan.ts';
import { overlapText } from '../../../presentation/deployment-answer.ts';
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
 * call decides, with the price that it is for. The form's key holds what was shown, so that a yes to another price or GPU is no yes.
 */
export function confirmSpending(
  plan: ServerPlan,
  { confirm, maxPrice }: { readonly confirm: boolean; readonly maxPrice: number | undefined },
  call: ToolCall,
  overlap: Overlap | null = null,
): Confirmed {
  if (!call.canAsk) {
    // It names what was agreed to: a price that rose meanwhile is above it.
    const isBounded = maxPrice !== undefined || plan.price_per_hour === null;
    if (confirm && isBounded) return { go: true };
    const bound = dearestOf(plan) === null ? '' : ` and max_price: ${dearestOf(plan)}`;
    return { go: false, why: `Show this to the person; with their consent call again with confirm: true${bound}.` };
  }
  const key = `spend_${digest(plan, overlap)}`;
  const answer = call.answer(key);
  if (answer === undefined) return { asked: inputRequired({ inputRequests: { [key]: form(plan, overlap) } }) };
  if (answer.accepted && answer.content.spend === 'yes') return { go: true };
  return { go: false, why: answer.accepted ? 'The person said no.' : 'The person did not agree.' };
}

/** Of one instance, of the GPUs that may be taken. */
const dearestOf = ({ candidates }: ServerPlan): number | null => {
  const prices = candidates.map(({ price_per_hour }) => price_per_hour ?? Number.POSITIVE_INFINITY);
  const most = Math.max(...prices);
  return Number.isFinite(most) ? most : null;
};

const digest = ({ action, type, server_id, candidates, always_per_hour }: ServerPlan, overlap: Overlap | null) =>
  createHash('sha256')
    .update(
      JSON.stringify([
        [action, type, server_id, always_per_hour],
        candidates.map(({ gpu_id, gpu_count, price_per_hour }) => [gpu_id, gpu_count, price_per_hour]),
        ...(overlap === null ? [] : [[overlap.server_ids, overlap.together_per_hour]]),
      ]),
    )
    .digest('hex')
    .slice(0, 16);

const form = (plan: ServerPlan, overlap: Overlap | null) =>
  inputRequired.elicit({
    message: [planText(plan), ...(overlap === null ? [] : [overlapText(overlap)])].join('\n'),
    requestedSchema: {
      type: 'object',
      properties: {
        // No default: what nobody said must not be bought by a click.
        spend: {
          type: 'string',
          title: 'Spend this money?',
          oneOf: [
            { const: 'yes', title: `Yes, ${priceWords(plan, overlap)} an hour` },
            { const: 'no', title: 'No' },
          ],
        },
      },
      required: ['spend'],
    },
  });

/** What is agreed to is the most that it may come to. */
function priceWords({ price_per_hour: price, highest_price_per_hour: highest }: ServerPlan, overlap: Overlap | null) {
  const most = overlap === null ? highest : overlap.together_per_hour;
  if (price === null) return 'at a price that is not known';
  return most === null || most === price ? `at ${usd(price)}` : `at ${usd(price)}, at most ${usd(most)}`;
}
