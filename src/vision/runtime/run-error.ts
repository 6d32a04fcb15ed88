import { AppError } from '../../errors.ts';
import { firstLine, isOutOfMemory } from './native-error.ts';
import { ShapeError } from './shape-error.ts';

/** What a caller is told when a run of `model` fails. */
export function runError(error: unknown, model: string): AppError {
  if (error instanceof AppError) return error;
  const details = { model, problem: firstLine(error) };
  if (error instanceof ShapeError) return new AppError('ANALYSIS_007', { details });
  return new AppError(isOutOfMemory(error) ? 'ANALYSIS_002' : 'ANALYSIS_005', { details });
}
