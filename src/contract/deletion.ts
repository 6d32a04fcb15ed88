import * as z from 'zod';
import { AppError } from '../errors.ts';
import { UserId } from './account.ts';
import { AnalysisId } from './ids.ts';

/** What is to be deleted: exactly one of the three. */
export const deletionChoice = {
  analysis_id: AnalysisId.optional(),
  older_than_days: z.int().min(1).max(36_500).optional(),
  all: z.boolean().optional(),
} as const;

/** For administrators: in place of the caller's own. */
export const ofRemovedUser = UserId.optional().describe('administrators: a removed user');

const Choice = z.strictObject(deletionChoice);

/** Throws VALIDATION_001 unless exactly one is given; an owner goes with all but an id. */
export function requireOneChoice(given: z.output<typeof Choice> & { owner?: string | undefined }): void {
  const { analysis_id, older_than_days, all, owner } = given;
  if (owner !== undefined && analysis_id !== undefined) {
    throw new AppError('VALIDATION_002', {
      message: 'An owner goes with older_than_days or all.',
      advice: 'Leave out the owner or the analysis_id.',
      details: { field: 'owner' },
    });
  }
  const count = [analysis_id !== undefined, older_than_days !== undefined, all === true].filter(Boolean).length;
  if (count === 1) return;
  throw new AppError('VALIDATION_001', {
    message: count === 0 ? 'Nothing says what is to be deleted.' : 'More than one thing says what is to be deleted.',
    advice: 'Give exactly one of analysis_id, older_than_days and all: true.',
    details: { field: 'analysis_id' },
  });
}
