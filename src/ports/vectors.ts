import type { AnalysisSearch } from './analysis-search.ts';

export interface Neighbour {
  readonly id: string;
  readonly createdAt: string;
  /** Dot product with the vector asked for, -1 to 1. */
  readonly similarity: number;
}

export interface Nearest extends AnalysisSearch {
  readonly owner: string;
  readonly space: string;
  /** Of length 1. */
  readonly vector: Float32Array;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/** What analyses look like, beside their records; it goes with them. Any call may throw what those of `Records` do. */
export interface Vectors {
  /** Nothing where the analysis is gone. */
  put(analysisId: string, space: string, vector: Float32Array): Promise<void>;
  /** Of those of them that have one in this space, in the order of `ids`. */
  of(ids: readonly string[], space: string): Promise<ReadonlyMap<string, Float32Array>>;
  /** The most similar first; equally similar ones newest first. */
  nearest(query: Nearest): Promise<Neighbour[]>;
  /**
   * Analyses with a stored image and without a vector in this space, behind `after` in the order of their ids; `next`: where
   * to go on, null at the end.
   */
  missing(
    space: string,
    after: string,
    limit: number,
  ): Promise<{ readonly ids: readonly string[]; readonly next: string | null }>;
}
