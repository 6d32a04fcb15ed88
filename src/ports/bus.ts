import type { Analysis } from '../contract/analysis.ts';
import type { RuleVersion } from '../contract/rule.ts';

export type BusEvent =
  | { readonly type: 'positioning_analyzed'; readonly analysis: Analysis }
  | { readonly type: 'mug_detected'; readonly analysis_id: string; readonly count: number }
  | { readonly type: 'rule_changed'; readonly rule_id: string; readonly action: RuleVersion['action'] }
  | { readonly type: 'rule_triggered'; readonly analysis_id: string; readonly rule_id: string }
  | {
      readonly type: 'batch_completed';
      readonly batch_id: string;
      readonly successful: number;
      readonly failed: number;
    }
  | { readonly type: 'error_occurred'; readonly code: string; readonly request_id: string | null };

export interface Bus {
  emit(event: BusEvent): void;
  /** Returns the function that unsubscribes. A listener's failure never reaches the emitter. */
  on(listener: (event: BusEvent) => void): () => void;
}
