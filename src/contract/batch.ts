import type { AppError } from '../errors.ts';
import type { Analysis } from './analysis.ts';

interface BatchPlace {
  /** Place of the image among those that were given. */
  readonly index: number;
  /** What the caller called it: a file name, a path, an address. */
  readonly filename: string;
}

export interface BatchAnalysis extends BatchPlace {
  readonly analysis: Analysis;
}

export interface BatchError extends BatchPlace {
  readonly error: AppError;
}

export type BatchItem = BatchAnalysis | BatchError;

export interface BatchResult {
  readonly batch_id: string;
  readonly total_images: number;
  readonly successful: number;
  readonly failed: number;
  readonly results: readonly BatchAnalysis[];
  readonly errors: readonly BatchError[];
  readonly total_processing_time_ms: number;
  readonly average_time_per_image_ms: number | null;
  readonly cache_hit_rate: number | null;
}
