import type { BatchItem } from '../contract/batch.ts';
import { batchItemAnswer } from './batch-answer.ts';

/** What is done of a batch that does not come to its end, in the words of its whole answer, and which images are left. */
export function partialBatch(items: readonly BatchItem[], filenames: readonly string[]) {
  const ordered = items.toSorted((a, b) => a.index - b.index).map(batchItemAnswer);
  const results = ordered.flatMap((item) => ('result' in item ? [item.result] : []));
  const errors = ordered.flatMap((item) => ('error' in item ? [item.error] : []));
  const done = new Set(items.map(({ index }) => index));
  return {
    complete: false,
    total_images: filenames.length,
    successful: results.length,
    failed: errors.length,
    results,
    errors,
    not_done: filenames.map((filename, index) => ({ index, filename })).filter(({ index }) => !done.has(index)),
  };
}
