import type * as z from 'zod';
import { AppError } from '../../errors.ts';
import { quotedText } from '../../plain-text.ts';

const MAX_PROBLEMS = 8;

interface Problem {
  readonly field: string;
  readonly problem: string;
}

/** VALIDATION_001 when something required is missing, else VALIDATION_002; every problem with its field. */
export function invalidArguments(error: z.ZodError, schema: z.ZodObject): AppError {
  const problems = describeIssues(error.issues);
  const missing = error.issues.every((issue) => issue.code === 'invalid_type' && issue.message.includes('undefined'));
  const unknown = error.issues.some((issue) => issue.code === 'unrecognized_keys');
  return new AppError(missing ? 'VALIDATION_001' : 'VALIDATION_002', {
    message: `Invalid arguments: ${problems.map((p) => `${p.field}: ${p.problem}`).join('; ')}.`,
    details: { problems, ...(unknown && { known_arguments: Object.keys(schema.shape) }) },
  });
}

/** Every problem with the field that it is about, the first few. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): Problem[] {
  return issues.flatMap((issue) => describe(issue, [])).slice(0, MAX_PROBLEMS);
}

function describe(issue: z.core.$ZodIssue, above: PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  const field = path.length > 0 ? path.map(String).join('.').slice(0, 120) : 'arguments';
  if (issue.code === 'invalid_union') {
    const nearest = issue.errors.toSorted((a, b) => distance(a) - distance(b))[0];
    if (nearest === undefined) return [{ field, problem: 'fits none of the allowed forms' }];
    return nearest.flatMap((inner) => describe(inner, path));
  }
  if (issue.code === 'invalid_value')
    return [{ field, problem: `must be one of ${issue.values.map(String).join(', ')}` }];
  if (issue.code === 'unrecognized_keys') {
    return [
      {
        field,
        problem: `unknown ${issue.keys
          .slice(0, MAX_PROBLEMS)
          .map((key) => quotedText(key, 60))
          .join(', ')}`,
      },
    ];
  }
  return [{ field, problem: issue.message.replace(/^Invalid input: /, '') }];
}

/** The form of a union that the caller most likely meant: nothing missing or unknown weighs more than a bad value. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
    return sum + (missing ? 3 : issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1);
  }, 0);
}
