import * as z from 'zod';
import { AppError } from '../src/errors.ts';
import { Context, defined, Priority, RuleId } from '../src/gateway/mcp/arguments.ts';
import { authorBecause } from '../src/gateway/mcp/author.ts';
import { invalidArguments } from '../src/gateway/mcp/invalid-arguments.ts';
import { RuleChangeOutput, ruleChangeAnswer } from '../src/gateway/mcp/rule-answer.ts';
import { defineTool } from '../src/gateway/mcp/tool.ts';
import { Condition, MAX_CONDITIONS, MAX_SENTENCE } from '../src/rules/schema.ts';

const Conditions = z.object({ conditions: z.array(Condition).min(1).max(MAX_CONDITIONS) });
const ACTIONS = ['edit', 'enable', 'disable', 'delete', 'restore'] as const;

export const updateRule = defineTool({
  name: 'update_rule',
  title: 'Change a rule',
  description:
    'edit changes the given fields; enable and disable switch the rule; delete removes it but keeps its history; restore brings back a version. Every change is kept in the history.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    rule_id: RuleId,
    action: z.enum(ACTIONS).default('edit'),
    text: z.string().min(1).max(MAX_SENTENCE).optional().describe('edit: new sentence'),
    conditions: z.array(z.record(z.string(), z.unknown())).optional().describe('edit: as in create_rule'),
    name: z.string().min(1).max(120).optional(),
    priority: Priority.optional(),
    context: Context.optional().describe('edit: "everywhere" removes it'),
    version: z.int().positive().optional().describe('restore: which version'),
    reason: z.string().min(1).max(300).optional().describe('kept in the history'),
  }),
  output: z.strictObject({
    action: z.enum(ACTIONS),
    rule_id: z.string(),
    deleted: z.boolean(),
    rule: z.record(z.string(), z.unknown()).optional().describe('as create_rule answers'),
    conflicts: RuleChangeOutput.shape.conflicts,
  }),
  aliases: { id: 'rule_id', sentence: 'text' },
  async run(args, call) {
    const { rules } = call.services;
    const { rule_id, action, version } = args;
    const author = authorBecause(args.reason);
    if (action === 'delete') {
      await rules.remove(rule_id, author, { permanent: true });
      return {
        text: `${rule_id} is deleted. Its history stays; update_rule with action "restore" brings a version back.`,
        structured: { action, rule_id, deleted: true, conflicts: [] },
      };
    }
    const change =
      action === 'restore'
        ? await rules.restore(rule_id, required(version, 'version', action), author)
        : await rules.update(rule_id, action === 'edit' ? patch(args) : { enabled: action === 'enable' }, author);
    const { text, structured } = ruleChangeAnswer(change);
    return {
      text,
      structured: { action, rule_id, deleted: false, rule: { ...structured.rule }, conflicts: structured.conflicts },
    };
  },
});

interface Edit {
  readonly text?: string | undefined;
  readonly conditions?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
  readonly priority?: number | undefined;
  readonly context?: string | undefined;
}

function patch(args: Edit) {
  const { text, name, priority } = args;
  const conditions = args.conditions && typed(args.conditions);
  const context = args.context === 'everywhere' ? null : args.context;
  const change = defined({ text, conditions, name, priority, context });
  if (Object.keys(change).length === 0) required(undefined, 'text, conditions, name, priority or context', 'edit');
  return change;
}

/** Their schema is written out once, in create_rule. */
function typed(conditions: readonly unknown[]): Condition[] {
  const checked = Conditions.safeParse({ conditions });
  if (!checked.success) throw invalidArguments(checked.error, updateRule.input);
  return checked.data.conditions;
}

function required<T>(value: T | undefined, field: string, action: string): T {
  if (value !== undefined) return value;
  throw new AppError('VALIDATION_001', {
    message: `Action "${action}" needs ${field}.`,
    advice: `Add ${field}.`,
    details: { field },
  });
}
