import * as z from 'zod';
import { Context, RuleId } from '../src/contract/ids.ts';
import { Condition, MAX_CONDITIONS, MAX_SENTENCE, PriorityChoice } from '../src/contract/rule.ts';
import { AppError } from '../src/errors.ts';
import { askForSentence, understand } from '../src/gateway/mcp/elicitation/ask-for-sentence.ts';
import { authorBecause } from '../src/gateway/mcp/elicitation/author.ts';
import type { RoundState } from '../src/gateway/mcp/elicitation/round-state.ts';
import { OnConflict, settle } from '../src/gateway/mcp/elicitation/settle-conflicts.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { invalidArguments } from '../src/gateway/mcp/protocol/invalid-arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { ruleChangeAnswer } from '../src/presentation/rule-answer.ts';
import type { ChangeOptions, RulePatch } from '../src/rulebook/types.ts';

const Conditions = z.object({ conditions: z.array(Condition).min(1).max(MAX_CONDITIONS) });
const Loose = z.record(z.string(), z.unknown());
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
    priority: PriorityChoice.optional(),
    context: Context.optional().describe('edit: "everywhere" removes it'),
    version: z.int().positive().optional().describe('restore: which version'),
    reason: z.string().min(1).max(300).optional().describe('kept in the history'),
    on_conflict: OnConflict,
  }),
  output: z.looseObject({
    action: z.enum(ACTIONS),
    rule_id: z.string(),
    deleted: z.boolean(),
    rule: Loose.optional().describe('this and the rest as create_rule answers'),
    conflicts: z.array(Loose),
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
    const answer = ({ text, structured }: ReturnType<typeof ruleChangeAnswer>) => {
      const { stored: _, rule, ...rest } = structured;
      return { text, structured: { action, rule_id, deleted: false, rule: { ...rule }, ...rest } };
    };
    if (action === 'restore')
      return answer(ruleChangeAnswer(await rules.restore(rule_id, required(version, 'version', action), author)));
    const change = action === 'edit' ? patch(args) : { enabled: action === 'enable' };
    let state: RoundState | null = null;
    let read: ChangeOptions['read'];
    if (change.text !== undefined) {
      const context = change.context ?? (change.context === undefined ? (await rules.get(rule_id)).context : null);
      const given = defined({ context: context ?? undefined, priority: change.priority });
      const reading = await understand(change.text, call, given);
      if (!reading.ok) return askForSentence(reading, call);
      state = reading.state;
      change.text = reading.state.sentence;
      read = async () => ({ ok: true as const, draft: reading.draft });
    }
    const preview = () => rules.preview(rule_id, change, defined({ read }));
    const conflicts = async () => (await preview()).conflicts;
    const settled = await settle(args.on_conflict, rule_id, conflicts, call, state);
    if ('asked' in settled) return settled.asked;
    if (!settled.go) return answer(ruleChangeAnswer({ ...(await preview()), question: settled.why }));
    return answer(
      ruleChangeAnswer(await rules.update(rule_id, change, author, { ...settled.options, ...defined({ read }) })),
    );
  },
});

interface Edit {
  readonly text?: string | undefined;
  readonly conditions?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
  readonly priority?: number | undefined;
  readonly context?: string | undefined;
}

function patch(args: Edit): { -readonly [K in keyof RulePatch]: RulePatch[K] } {
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
