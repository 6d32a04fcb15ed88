import type { Analysis } from '../contract/analysis.ts';
import type { DelegationTrace } from '../contract/delegation-trace.ts';
import type { Job, JobKind } from '../contract/job.ts';
import type { RuleScope, RuleVersion } from '../contract/rule.ts';

/** What may be listened to. */
export const TOPICS = ['activity', 'alerts', 'metrics', 'logs'] as const;
export type Topic = (typeof TOPICS)[number];

export type EventBody =
  | { readonly type: 'positioning_analyzed'; readonly analysis: Analysis }
  | { readonly type: 'analyses_deleted'; readonly analysis_ids: readonly string[] }
  | { readonly type: 'job_changed'; readonly job_id: string; readonly kind: JobKind; readonly state: Job['state'] }
  | { readonly type: 'mug_detected'; readonly analysis_id: string; readonly count: number }
  | { readonly type: 'rule_changed'; readonly rule_id: string; readonly action: RuleVersion['action'] }
  | { readonly type: 'rule_triggered'; readonly analysis_id: string; readonly rule_id: string }
  | {
      readonly type: 'batch_completed';
      readonly batch_id: string;
      readonly successful: number;
      readonly failed: number;
    };

/** What happened, and whose it is: nobody else may hear of it, unless its scope is everyone. */
export type NewEvent = EventBody & {
  readonly owner: string;
  readonly scope?: RuleScope;
  /** Whom the question came through that it is of: whoever hands it on says so. */
  readonly delegation?: DelegationTrace;
};

export type BusEvent = NewEvent & {
  readonly id: string;
  readonly time: string;
  readonly topic: Topic;
};

export interface Bus {
  emit(event: NewEvent): void;
  /** Returns the function that unsubscribes. A listener's failure never reaches the emitter. */
  on(listener: (event: BusEvent) => void): () => void;
}
