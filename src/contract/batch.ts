import type { AppError } from '../errors.ts';
import type { Analysis } from './analysis.ts';

export interface BatchResult {
  readonly batch_id: string;
  readonly total_images: number;
  readonly successful: number;
  readonly failed: number;
  readonly results: readonly Analysis[];
  readonly errors: readonly { readonly index: number; readonly filename: string; readonly error: AppError }[];
  readonly total_processing_time_ms: number;
  readonly average_time_per_image_ms: number | null;
  readonly cache_hit_rate: number | null;
}
