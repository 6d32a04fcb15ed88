import * as z from 'zod';
import { AppError } from '../errors.ts';
import { AnalysisId } from './ids.ts';

/** What is to be deleted: exactly one of the three. */
export const deletionChoice = {
  analysis_id: AnalysisId.optional(),
  older_than_days: z.int().min(1).max(36_500).optional(),
  all: z.boolean().optional().describe('true: all of yours'),
} as const;

const Choice = z.strictObject(deletionChoice);

/** Throws VALIDATION_001 unless exactly one is given. */
export function requireOneChoice(given: z.output<typeof Choice>): void {
  const { analysis_id, older_than_days, all } = given;
  const count = [analysis_id !== undefined, older_than_days !== undefined, all === true].filter(Boolean).length;
  if (count === 1) return;
  throw new AppError('VALIDATION_001', {
    message: count === 0 ? 'Nothing says what is to be deleted.' : 'More than one thing says what is to be deleted.',
    advice: 'Give exactly one of analysis_id, older_than_days and all: true.',
    details: { field: 'analysis_id' },
  });
}
