import * as z from 'zod';
import type { Deletion } from '../analysis/service.ts';

export const DeletionOutput = z.strictObject({
  deleted: z.int().describe('dry_run: how many would be'),
  remaining: z.int().describe('stored after it'),
  complete: z.boolean().describe('false: time was over; call again'),
  dry_run: z.boolean(),
});

export function deletionAnswer({ deleted, remaining, complete }: Deletion, dryRun: boolean) {
  const text = dryRun
    ? `Analyses that would be deleted with their photos: ${deleted}. Remaining: ${remaining}. Nothing was deleted.`
    : `Analyses deleted with their photos: ${deleted}. Remaining: ${remaining}.`;
  return {
    text: complete
      ? text
      : `${text} Not all could be deleted in the time of one call: call again; where nothing more goes, h200-mug doctor says why.`,
    structured: { deleted, remaining, complete, dry_run: dryRun },
  };
}
