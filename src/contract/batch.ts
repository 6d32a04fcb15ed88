import type { AppError } from '../errors.ts';
import type { Analysis } from './analysis.ts';

export interface BatchError {
  /** Place of the image among those that were given. */
  readonly index: number;
  readonly filename: string;
  readonly error: AppError;
}

export type BatchItem = { readonly index: number; readonly filename: string; readonly analysis: Analysis } | BatchError;

export interface BatchResult {
  readonly batch_id: string;
  readonly total_images: number;
  readonly successful: number;
  readonly failed: number;
  /** What the caller called each image that was given. */
  readonly filenames: readonly string[];
  readonly results: readonly Analysis[];
  readonly errors: readonly BatchError[];
  readonly total_processing_time_ms: number;
  readonly average_time_per_image_ms: number | null;
  readonly cache_hit_rate: number | null;
}
