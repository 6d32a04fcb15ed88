/** Which analyses are looked for; times are ISO 8601 in UTC with milliseconds, both included. */
export interface AnalysisSearch {
  /** Of `searchTerms`: it has all of them. */
  readonly terms: readonly string[];
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}
