import type * as z from 'zod';
import { issueWords } from '../../contract/issue-words.ts';
import { AppError } from '../../errors.ts';
import { quotedText } from '../../plain-text.ts';

const MAX_PROBLEMS = 8;

interface Problem {
  readonly field: string;
  readonly problem: string;
}

/** VALIDATION_001 when something required is missing, else VALIDATION_002; every problem with its field. */
export function invalidArguments(error: z.ZodError, schema: z.ZodObject): AppError {
  const problems = describeIssues(error.issues).map((p) => (p.field === 'arguments' ? placed(p, error, schema) : p));
  const missing = error.issues.every((issue) => issue.code === 'invalid_type' && issue.message.includes('undefined'));
  const unknown = error.issues.some((issue) => issue.code === 'unrecognized_keys');
  return new AppError(missing ? 'VALIDATION_001' : 'VALIDATION_002', {
    message: `Invalid arguments: ${problems.map((p) => `${p.field}: ${p.problem}`).join('; ')}.`,
    details: { problems, ...(unknown && { known_arguments: Object.keys(schema.shape) }) },
  });
}

/** Of a name that is unknown here but known inside an argument, where it belongs: `points_px` inside `calibration`. */
function placed(problem: Problem, error: z.ZodError, schema: z.ZodObject): Problem {
  const unknown = error.issues.flatMap((i) => (i.code === 'unrecognized_keys' && i.path.length === 0 ? i.keys : []));
  const homes = Object.entries(schema.shape).flatMap(([name, inner]) => {
    const inside = unknown.filter((key) => hasField(inner as z.core.$ZodType, key)).slice(0, MAX_PROBLEMS);
    return inside.length > 0 ? [`${inside.map((key) => quotedText(key, 60)).join(', ')} inside "${name}"`] : [];
  });
  return homes.length > 0 ? { ...problem, problem: `${problem.problem}; give ${homes.join(', ')}` } : problem;
}

function hasField(schema: z.core.$ZodType, name: string): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
      return hasField(def.innerType, name);
    case 'pipe':
      return hasField(def.out, name);
    case 'union':
      return def.options.some((option) => hasField(option, name));
    case 'object':
      return Object.hasOwn(def.shape, name);
    default:
      return false;
  }
}

/** Every problem with the field that it is about, the first few. */
export function describeIssues(issues: readonly z.core.$ZodIssue[]): Problem[] {
  const said = issues.filter((issue) => !isWeaker(issue, issues));
  return said.flatMap((issue) => describe(issue, [])).slice(0, MAX_PROBLEMS);
}

/** What every whole number must keep to, beside the limit of this one. */
function isWeaker(issue: z.core.$ZodIssue, all: readonly z.core.$ZodIssue[]): boolean {
  const place = issue.path.join('.');
  const same = (other: z.core.$ZodIssue) => other !== issue && other.path.join('.') === place;
  if (issue.code === 'too_big' && Number(issue.maximum) === Number.MAX_SAFE_INTEGER) {
    return all.some((other) => same(other) && other.code === 'too_big');
  }
  if (issue.code === 'too_small' && Number(issue.minimum) === Number.MIN_SAFE_INTEGER) {
    return all.some((other) => same(other) && other.code === 'too_small');
  }
  return false;
}

function describe(issue: z.core.$ZodIssue, above: PropertyKey[]): Problem[] {
  const path = [...above, ...issue.path];
  const field = path.length > 0 ? path.map(String).join('.').slice(0, 120) : 'arguments';
  if (issue.code === 'invalid_union') {
    if (isOfNothing(issue)) return [{ field, problem: 'is missing' }];
    const forms = formsOf(issue.errors);
    if (forms !== null) return [{ field, problem: forms }];
    const nearest = issue.errors.toSorted((a, b) => distance(a) - distance(b))[0];
    if (nearest === undefined) return [{ field, problem: issueWords(issue) }];
    return nearest.flatMap((inner) => describe(inner, path));
  }
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
  return [{ field, problem: issueWords(issue) }];
}

/** Where nothing that was given is a field of any form: the fields that each form needs. */
function formsOf(errors: readonly (readonly z.core.$ZodIssue[])[]): string | null {
  const read = errors.map((issues) => ({
    unknown: issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
    ),
    missing: issues.filter(isMissing).map(({ path }) => String(path[0])),
    others: issues.filter((issue) => issue.code !== 'unrecognized_keys' && !isMissing(issue)),
  }));
  const [first] = read;
  const same = (keys: readonly string[]) => keys.join() === first?.unknown.join();
  if (first === undefined || read.length < 2) return null;
  if (!read.every(({ unknown, missing, others }) => same(unknown) && missing.length > 0 && others.length === 0))
    return null;
  const given = first.unknown.slice(0, MAX_PROBLEMS).map((key) => quotedText(key, 60));
  const forms = read.map(({ missing }) => missing.join(' and '));
  return `${given.length > 0 ? `unknown ${given.join(', ')}; ` : ''}give one of: ${[...new Set(forms)].join('; ')}`;
}

const isMissing = (issue: z.core.$ZodIssue): boolean => issue.path.length === 1 && isOfNothing(issue);

/** What a value that is not there is told: of a union, by its forms. */
const isOfNothing = (issue: z.core.$ZodIssue): boolean =>
  (issue.code === 'invalid_type' && issue.message.includes('undefined')) ||
  (issue.code === 'invalid_union' &&
    issue.errors.some(([first]) => first !== undefined && first.path.length === 0 && isOfNothing(first)));

/** The form of a union that the caller most likely meant: nothing missing or unknown weighs more than a bad value. */
function distance(issues: readonly z.core.$ZodIssue[]): number {
  return issues.reduce((sum, issue) => {
    const missing = issue.code === 'invalid_type' && issue.message.includes('undefined');
    return sum + (missing ? 3 : issue.code === 'unrecognized_keys' ? 2 * issue.keys.length : 1);
  }, 0);
}
