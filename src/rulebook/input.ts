import * as z from 'zod';
import type { CallContext } from '../contract/call-context.ts';
import { issueWords } from '../contract/issue-words.ts';
import { isOneLine, ONE_LINE } from '../contract/one-line.ts';
import { Condition, MAX_CONDITIONS, MAX_SENTENCE, Priority, Rule, RuleDraft, RuleScope } from '../contract/rule.ts';
import { Timing } from '../contract/timing.ts';
import { AppError } from '../errors.ts';
import { conditionProblem, SHAPES } from '../language/grammar/check.ts';
import { plainText } from '../plain-text.ts';
import { normalSelector } from '../rules/select.ts';
import type { Author } from './types.ts';

/** What callers may send to the rule book; every field is checked here, whatever its type says. */

const Name = z.string().trim().min(1).max(120).refine(isOneLine, ONE_LINE);
const Context = z.string().trim().min(1).max(64).refine(isOneLine, ONE_LINE);
const Reason = z.string().max(500);

export const Sentence = z.string().min(1).max(MAX_SENTENCE);
export const Conditions = z.array(Condition).min(1).max(MAX_CONDITIONS);

export const ReadInput = z.strictObject({
  name: Name.optional(),
  context: Context.optional(),
  priority: Priority.optional(),
});

export const RulePatchInput = z.strictObject({
  draft: RuleDraft.optional(),
  timing: Timing.nullable().optional(),
  name: Name.optional(),
  priority: Priority.optional(),
  context: Context.nullable().optional(),
  enabled: z.boolean().optional(),
  scope: RuleScope.optional(),
});

export const MAX_IMPORTED = 1000;

export const RuleDocument = z.strictObject({
  version: z.literal(1),
  /** Whose they were says nothing here: they become the importer's. */
  rules: z.array(Rule.partial({ owner: true, scope: true })).max(MAX_IMPORTED),
  /** What the store that wrote it could not read. */
  unreadable: z.array(z.string()).optional(),
});

export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

const MAX_PROBLEMS = 20;

/** RULES_002 with every field that is wrong. */
export function invalid(problems: readonly FieldProblem[]): AppError {
  const [first] = problems;
  return new AppError('RULES_002', {
    message: first ? `The rule is not valid: ${first.field} ${first.problem}.` : 'The rule is not valid.',
    details: { fields: problems.slice(0, MAX_PROBLEMS) },
  });
}

/** The value as the schema understands it, or RULES_002. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, inside = ''): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(
    result.error.issues.slice(0, MAX_PROBLEMS).map((issue) => ({
      field:
        [inside, ...issue.path.map((part) => plainText(String(part)))].filter((part) => part !== '').join('.') ||
        'rule',
      problem: problemOf(issue),
    })),
  );
}

/** Never a key or value that the caller sent. */
function problemOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `has unknown fields (${issue.keys.length})`;
  const text = issueWords(issue);
  return plainText(/^(is|must|has|fits) /.test(text) ? text : `is wrong: ${text}`, 400);
}

/** The caller as the author of a change. */
export function authorOf(ctx: CallContext, reason?: string): Author {
  return { user: ctx.principal.id, ...(reason !== undefined && { reason: checked(Reason, reason, 'reason') }) };
}

/** Conditions made by hand, in normal form: one spelling of every selector, units and table filled in; or RULES_002. */
export function checkedConditions(conditions: readonly Condition[], inside = 'conditions'): Condition[] {
  const normal = conditions.map(normalCondition);
  const problems = normal.flatMap((condition, index) => {
    const problem = conditionProblem(condition);
    return problem === null ? [] : [{ field: `${inside}.${index}`, problem: `is wrong: ${plainText(problem, 300)}` }];
  });
  if (problems.length > 0) throw invalid(problems);
  return normal;
}

function normalCondition(condition: Condition): Condition {
  const shape = SHAPES[condition.operator];
  const { when } = condition;
  const second = condition.object2 ?? (shape.object2 === 'table' ? 'table' : undefined);
  const unit = condition.unit ?? (condition.value !== undefined && shape.value !== 'none' ? shape.value : undefined);
  return {
    ...condition,
    object1: normalSelector(condition.object1),
    ...(second !== undefined && { object2: normalSelector(second) }),
    ...(unit !== undefined && { unit }),
    ...(typeof when === 'object' && { when: { object_present: normalSelector(when.object_present) } }),
  };
}
