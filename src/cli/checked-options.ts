import type * as z from 'zod';
import { issueWords } from '../contract/issue-words.ts';
import { AppError } from '../errors.ts';

const MOST_PROBLEMS = 8;

/** The request as given, where its schema takes it; else VALIDATION_002, as at the other doors, with the options' names. */
export function checked<T>(schema: z.ZodType<unknown, T>, request: T): T {
  const { error } = schema.safeParse(request);
  if (error === undefined) return request;
  const problems = error.issues.slice(0, MOST_PROBLEMS).map((issue) => ({
    field: optionOf(issue.path),
    problem: issueWords(issue),
  }));
  throw new AppError('VALIDATION_002', {
    message: `${problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ')}.`,
    advice: 'Correct the option. Nothing was changed.',
    details: { field: problems[0]?.field, problems },
  });
}

/** "--gpu-type" of `config.gpu_type`. */
function optionOf(path: readonly PropertyKey[]): string {
  if (path[0] === 'fallback_gpu_types') return '--gpu-type';
  if (path.includes('env')) return '--environment';
  if (path[0] === 'weights') return 'shares';
  if (path[0] === 'health_check') return '--health-check-url';
  return `--${String(path.at(-1) ?? 'option').replaceAll('_', '-')}`;
}
