import type { Judgement } from '../../contract/deployment.ts';
import type { Traffic } from '../../ports/routing.ts';

/** A side is judged from so many requests on. */
export const LEAST_REQUESTS = 20;
/** With fewer, so many errors are enough. */
export const ERRORS_AT_ONCE = 5;
export const MOST_ERRORS = 0.05;
/** The new p95 over the old. */
export const MOST_SLOWER = 2;

interface SideOf extends Traffic {
  readonly id: string;
}

/** Whether the new side is as good as the old one, by what both did in the same time. */
export function judge(fresh: SideOf, old: SideOf | null, at: Date): Judgement {
  const { requests, errors, p95_ms: p95 } = fresh;
  const say = (verdict: Judgement['verdict'], reason: string): Judgement => ({
    ...{ at: at.toISOString(), verdict, reason, fresh: shown(fresh) },
    old: old === null ? null : shown(old),
  });
  if (requests < LEAST_REQUESTS) {
    if (errors >= ERRORS_AT_ONCE) return say('bad', `${errors} of its ${requests} requests failed.`);
    return say('too_few', `${requests} of the ${LEAST_REQUESTS} requests that a judgement needs.`);
  }
  const share = errors / requests;
  if (share > MOST_ERRORS) {
    return say('bad', `${percent(share)} of its ${requests} requests failed, more than ${percent(MOST_ERRORS)}.`);
  }
  const fine = `${errors} of its ${requests} requests failed`;
  if (old === null || old.requests < LEAST_REQUESTS || old.p95_ms === null || p95 === null) {
    return say('good', `${fine}; p95 was not compared, the old one had ${old?.requests ?? 0} requests.`);
  }
  if (p95 > MOST_SLOWER * old.p95_ms) {
    return say('bad', `p95 is ${ms(p95)}, more than twice the ${ms(old.p95_ms)} of the old one.`);
  }
  return say('good', `${fine}; p95 ${ms(p95)}, old ${ms(old.p95_ms)}.`);
}

const shown = ({ id, requests, errors, p95_ms }: SideOf) => ({ id, requests, errors, p95_ms });
const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
const ms = (value: number) => `${Math.round(value)} ms`;
