import * as z from 'zod';
import { Context, RuleId } from '../src/contract/ids.ts';
import { MAX_SENTENCE, PriorityChoice, type RuleDraft, RuleScope } from '../src/contract/rule.ts';
import type { Timing } from '../src/contract/timing.ts';
import { AppError } from '../src/errors.ts';
import { askForSentence, readConditions, understand } from '../src/gateway/mcp/elicitation/ask-for-sentence.ts';
import type { RoundState } from '../src/gateway/mcp/elicitation/round-state.ts';
import { OnConflict, settleConflicts } from '../src/gateway/mcp/elicitation/settle-conflicts.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { refuseTimedText } from '../src/language/reading.ts';
import { IncludeExample, ruleChangeAnswer } from '../src/presentation/rule-answer.ts';

const Loose = z.record(z.string(), z.unknown());
const ACTIONS = ['edit', 'enable', 'disable', 'delete', 'restore'] as const;

export const updateRule = defineTool({
  name: 'update_rule',
  title: 'Change a rule',
  description:
    'edit changes the given fields; enable and disable switch the rule; delete removes it; restore brings back a version. All changes stay in the history.',
  permission: 'rules:write',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    rule_id: RuleId,
    action: z.enum(ACTIONS).default('edit'),
    text: z.string().min(1).max(MAX_SENTENCE).optional().describe('edit: new sentence'),
    conditions: z.array(z.record(z.string(), z.unknown())).optional().describe('edit: as in create_rule'),
    timing: Loose.optional().describe('{} removes it'),
    name: z.string().min(1).max(120).optional(),
    priority: PriorityChoice.optional(),
    context: Context.optional().describe('edit: "everywhere" removes it'),
    scope: RuleScope.optional(),
    version: z.int().positive().optional().describe('restore: which; before the last change when absent'),
    reason: z.string().min(1).max(300).optional().describe('kept in the history'),
    on_conflict: OnConflict,
    include_example: IncludeExample,
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
    const why = defined({ reason: args.reason });
    if (action === 'delete') {
      await rules.remove(call, rule_id, { ...why, permanent: true });
      return {
        text: `${rule_id} is deleted. Its history stays; update_rule with action "restore" brings it back.`,
        structured: { action, rule_id, deleted: true, conflicts: [] },
      };
    }
    const answer = (change: Parameters<typeof ruleChangeAnswer>[0]) => {
      const { text, structured } = ruleChangeAnswer(change, args.include_example);
      const { stored: _, rule, ...rest } = structured;
      return { text, structured: { action, rule_id, deleted: false, rule: { ...rule }, ...rest } };
    };
    if (action === 'restore') {
      return answer(await rules.restore(call, rule_id, { ...why, ...defined({ version }) }));
    }
    if (action !== 'edit') {
      return answer(await rules.update(call, rule_id, { enabled: action === 'enable' }, why));
    }
    const { text, conditions, name, priority, scope } = args;
    const timing = args.timing && timingOf(args.timing);
    const context = args.context === 'everywhere' ? null : args.context;
    const fields = defined({ timing, name, priority, context, scope });
    refuseTimedText(text, timing);
    if (text === undefined && conditions === undefined && Object.keys(fields).length === 0) {
      throw missing('text, conditions, timing, name, priority, context or scope', action);
    }
    if (text !== undefined && conditions !== undefined) {
      throw new AppError('VALIDATION_001', {
        message: 'Give "text" or "conditions", not both.',
        advice: 'Pass one sentence as "text", or a list of typed "conditions".',
        details: { field: 'text' },
      });
    }
    const place = context === undefined ? (await rules.get(call, rule_id)).context : context;
    const given = defined({ context: place ?? undefined, priority });
    let state: RoundState | null = null;
    let draft: RuleDraft | undefined;
    if (conditions !== undefined) draft = await readConditions(rules, call, { conditions, timing }, given);
    if (text !== undefined) {
      const reading = await understand(text, call, given);
      if (!reading.ok) return askForSentence(reading, call);
      ({ draft, state } = reading);
    }
    const patch = { ...fields, ...defined({ draft }) };
    const preview = () => rules.preview(call, rule_id, patch);
    const settled = await settleConflicts(
      args.on_conflict,
      rule_id,
      async () => (await preview()).conflicts,
      call,
      state,
    );
    if ('asked' in settled) return settled.asked;
    if (!settled.go) return answer({ ...(await preview()), question: settled.why });
    return answer(await rules.update(call, rule_id, patch, { ...why, ...settled.options }));
  },
});

/** The rule book checks it. */
const timingOf = (given: Readonly<Record<string, unknown>>): Timing | null =>
  Object.keys(given).length === 0 ? null : (given as Timing);

function missing(field: string, action: string): AppError {
  return new AppError('VALIDATION_001', {
    message: `Action "${action}" needs ${field}.`,
    advice: `Add ${field}.`,
    details: { field },
  });
}
