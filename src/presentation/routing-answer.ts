import type { RoutingReport } from '../contract/routing.ts';

/** "Analyses go to: srv_1 10 % (40 sent, 2 failed, p95 310 ms), here 90 % (…); by the last 5 minutes." */
export function routingText({ backends, window_seconds, rollout_id }: RoutingReport): string {
  const parts = backends.map(({ id, weight, requests, errors, p95_ms }) => {
    const times = p95_ms === null ? '' : `, p95 ${Math.round(p95_ms)} ms`;
    return `${id} ${weight} % (${requests} sent, ${errors} failed${times})`;
  });
  const by = rollout_id === null ? '' : `, set by ${rollout_id}`;
  return `Analyses go to: ${parts.join(', ')}; counted over ${window_seconds / 60} minutes${by}.`;
}
