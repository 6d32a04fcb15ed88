import * as z from 'zod';
import type { CallContext } from '../../contract/call-context.ts';
import { Context } from '../../contract/ids.ts';
import {
  Condition,
  MAX_SENTENCE,
  PriorityChoice,
  type Rule,
  type RuleDraft,
  RuleScope,
  Rule as StoredRule,
} from '../../contract/rule.ts';
import { Timing } from '../../contract/timing.ts';
import { AppError } from '../../errors.ts';
import { notUnderstood, refuseTimedText } from '../../language/reading.ts';
import { RuleChangeOutput, RuleOutput, ruleChangeAnswer, StoredRuleOutput } from '../../presentation/rule-answer.ts';
import type { ReadOptions, RuleBook, RuleChange } from '../../rulebook/types.ts';
import { fitTo } from '../lenient/fit-to.ts';

const Conditions = z.array(Condition);

/** A rule's statement: one sentence, or conditions made by hand, which the rule book checks. */
export const statement = {
  text: z.string().min(1).max(MAX_SENTENCE).optional().describe('one sentence; this or conditions'),
  conditions: z
    .array(z.record(z.string(), z.unknown()))
    .meta({ items: z.toJSONSchema(Condition, { io: 'input' }) })
    .optional(),
  timing: Timing.nullable()
    .optional()
    .describe('with conditions: when it is broken in time; null: whenever it is looked at'),
} as const;

/** What else may be said of a rule. */
export const ruleMeta = {
  name: StoredRule.shape.name.optional(),
  context: Context.optional(),
  priority: PriorityChoice.optional(),
} as const;
/** A rule that is to be stored. */
export const NEW_RULE = {
  input: z.strictObject({
    ...statement,
    ...ruleMeta,
    enabled: z.boolean().default(true),
    scope: RuleScope.default('mine'),
  }),
  aliases: { auto_enable: 'enabled', sentence: 'text' },
};

/** A stored rule, or one that was only read, and what is to be said about it. */
const besides = {
  validation: z.strictObject({
    is_valid: z.literal(true).describe('what is not valid is refused'),
    issues: z.array(z.string()),
    warnings: z.array(z.string()).describe('what was assumed, and conflicts with other rules'),
  }),
  conflicts: RuleChangeOutput.shape.conflicts,
  together: RuleChangeOutput.shape.together,
};
export const RuleAnswer = z.strictObject({ ...RuleOutput.shape, ...besides });
/** Of one that is stored. */
export const StoredRuleAnswer = z.strictObject({ ...StoredRuleOutput.shape, ...besides });

export function ruleAnswer(
  change: Omit<RuleChange, 'rule'> & { readonly rule: RuleDraft | Rule },
  example = false,
): z.input<typeof RuleAnswer> {
  const { rule, conflicts, together } = ruleChangeAnswer(change, example).structured;
  const warnings = [
    ...rule.assumptions.map((assumption) => `assumed: ${assumption}`),
    ...conflicts.map(({ kind, explanation }) => `${kind}: ${explanation}`),
  ];
  return {
    ...rule,
    validation: { is_valid: true, issues: [], warnings },
    conflicts,
    ...(together !== undefined && { together }),
  };
}

interface Statement {
  readonly text?: string | undefined;
  readonly conditions?: readonly unknown[] | undefined;
  readonly timing?: Timing | null | undefined;
}

/** Throws VALIDATION_001 unless there is exactly one statement, RULES_004 for a sentence that is not understood. */
export async function readStatement(
  rules: RuleBook,
  call: CallContext,
  { text, conditions, timing }: Statement,
  given: ReadOptions,
): Promise<RuleDraft> {
  if ((text === undefined) === (conditions === undefined)) {
    throw new AppError('VALIDATION_001', {
      message: 'Give either "text" or "conditions".',
      advice: 'Pass one sentence as "text", or a list of typed "conditions".',
      details: { field: 'text' },
    });
  }
  refuseTimedText(text, timing);
  const typed = () => ({ conditions: fitTo(conditions, Conditions) as readonly unknown[], timing });
  const source = text === undefined ? typed() : { text };
  const reading = await rules.read(call, source, given);
  if (!reading.ok) throw notUnderstood(reading);
  return reading.draft;
}

/** Where a rule holds; null or "everywhere": in every context. */
export const ContextOrNull = z.union([Context, z.null()]);
export const contextOf = (context: string | null | undefined) => (context === 'everywhere' ? null : context);
