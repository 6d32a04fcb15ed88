/** How a rule came out in all analyses so far. */
export interface EvaluationStatistics {
  readonly total_evaluations: number;
  readonly violations: number;
  readonly uncertain: number;
  /** Violations over evaluations that were satisfied or violated; null without any. */
  readonly violation_rate: number | null;
  readonly last_executed: string | null;
}

/** The same with what judging it took. */
export interface RuleStatistics extends EvaluationStatistics {
  readonly avg_execution_time_ms: number | null;
  /** Why there is none; null: there is. */
  readonly avg_execution_time_reason: string | null;
}
