import type { Overlap } from '../../contract/deployment.ts';
import type { ServerInfo } from '../../contract/server.ts';
import type { ServerPlan } from '../../contract/server-plan.ts';
import { longestS, type NewRollout } from './begin.ts';
import { ROLLOUT_TIMES } from './times.ts';

type Wanted = Pick<NewRollout, 'strategy' | 'canaryPercent' | 'canaryS' | 'keepS'>;

/** What runs on beside the new server, and what both cost together at most. `recreate` has stopped the old one before. */
export function overlapOf(wanted: Wanted, olds: readonly ServerInfo[], plan: ServerPlan): Overlap {
  const running = wanted.strategy === 'recreate' ? [] : olds.filter(({ state }) => state !== 'stopped');
  const price_per_hour = sum(running.map(({ cost_per_hour: price }) => price));
  // A serverless one may run more than it does now.
  const most = sum(running.map(({ type, cost_per_hour: price }) => (type === 'timed' ? price : null)));
  const count = Math.max(1, olds.length);
  // "rolling": those that were replaced are stopped, one more than before runs at a time; the new ones are all paid in the end.
  const fresh = plan.highest_price_per_hour === null ? null : plan.highest_price_per_hour * count;
  return {
    server_ids: running.map(({ id }) => id),
    price_per_hour,
    together_per_hour: sum([most, fresh]),
    at_most_seconds: longestS(wanted, count, ROLLOUT_TIMES),
  };
}

function sum(prices: readonly (number | null)[]): number | null {
  if (prices.includes(null)) return null;
  return Number((prices as number[]).reduce((all, one) => all + one, 0).toFixed(4));
}
