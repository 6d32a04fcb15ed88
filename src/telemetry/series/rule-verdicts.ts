import type { Outcome } from '../../ports/records.ts';
import { MOST_VERDICTS } from './chunks.ts';
import { addTo } from './point.ts';

/** People whose verdicts wait at once to be written. */
const MOST_OWNERS = 1000;

export const COUNTED = ['violated', 'uncertain', 'satisfied'] as const;
export const verdictKey = (ruleId: string, verdict: (typeof COUNTED)[number]): string => `${ruleId} ${verdict}`;

export type Counts = Readonly<Record<string, number>>;

/** How the rules of each person came out since the last look, in this process. */
export class RuleVerdicts {
  private readonly waiting = new Map<string, Record<string, number>>();
  /** Analyses whose people were too many to be counted. */
  uncounted = 0;

  /** Of one stored analysis. */
  add(owner: string, outcomes: readonly Outcome[]): void {
    const known = this.waiting.get(owner);
    if (outcomes.length === 0) return;
    if (known === undefined && this.waiting.size >= MOST_OWNERS) {
      this.uncounted += 1;
      return;
    }
    const counts = known ?? {};
    const more = outcomes.flatMap(({ rule_id, verdict, count = 1 }) =>
      verdict === 'not_applicable' ? [] : [[verdictKey(rule_id, verdict), count] as const],
    );
    addTo(counts, more, MOST_VERDICTS);
    this.waiting.set(owner, counts);
  }

  owners(): string[] {
    return [...this.waiting.keys()];
  }

  take(owner: string): Counts {
    const counts = this.waiting.get(owner) ?? {};
    this.waiting.delete(owner);
    return counts;
  }
}
