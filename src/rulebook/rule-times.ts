import { LRUCache } from 'lru-cache';
import type { RuleStatistics } from '../contract/rule-statistics.ts';
import { roomFor } from '../lru-room.ts';

/** Rules of an owner that are remembered; those that were judged the longest ago are forgotten first. */
const MOST = 10_000;
const NOT_YET = 'this server has not judged the rule since it started';

/** What judging each owner's rules took, in this process: stored answers or not. Another machine takes another time. */
export class RuleTimes {
  private readonly seen = new LRUCache<string, { count: number; ms: number }>(roomFor(MOST));

  add(owner: string, times: readonly { readonly rule_id: string; readonly ms: number }[]): void {
    for (const { rule_id, ms } of times) {
      const key = `${owner} ${rule_id}`;
      const { count, ms: before } = this.seen.get(key) ?? { count: 0, ms: 0 };
      this.seen.set(key, { count: count + 1, ms: before + ms });
    }
  }

  /** The mean, in ms to a thousandth. */
  of(owner: string, ruleId: string): Pick<RuleStatistics, 'avg_execution_time_ms' | 'avg_execution_time_reason'> {
    const seen = this.seen.get(`${owner} ${ruleId}`);
    if (seen === undefined) return { avg_execution_time_ms: null, avg_execution_time_reason: NOT_YET };
    return {
      avg_execution_time_ms: Math.round((1000 * seen.ms) / seen.count) / 1000,
      avg_execution_time_reason: null,
    };
  }
}
