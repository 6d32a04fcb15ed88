/** How a rule came out in all analyses so far. */
export interface EvaluationStatistics {
  readonly total_evaluations: number;
  readonly violations: number;
  readonly uncertain: number;
  /** Violations over evaluations that were satisfied or violated; null without any. */
  readonly violation_rate: number | null;
  readonly last_executed: string | null;
}
