import * as z from 'zod';
import { Context } from '../src/contract/ids.ts';
import { Condition, MAX_SENTENCE, PriorityChoice, type RuleDraft, RuleScope } from '../src/contract/rule.ts';
import { AppError } from '../src/errors.ts';
import { askForSentence, readConditions, understand } from '../src/gateway/mcp/elicitation/ask-for-sentence.ts';
import type { RoundState } from '../src/gateway/mcp/elicitation/round-state.ts';
import { OnConflict, settleConflicts } from '../src/gateway/mcp/elicitation/settle-conflicts.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { listFor } from '../src/gateway/mcp/protocol/schema.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { refuseTimedText } from '../src/language/reading.ts';
import { IncludeExample, RuleChangeOutput, ruleChangeAnswer } from '../src/presentation/rule-answer.ts';

export const createRule = defineTool({
  name: 'create_rule',
  title: 'Create a positioning rule',
  description:
    'Stores a rule from a sentence ("Keep mugs at least 6 inches away from laptops") or from conditions; it states what should hold. What is not fully understood is refused with suggestions. dry_run shows rule and conflicts without storing. Show the canonical sentence to the person.',
  permission: 'rules:write',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    text: z.string().min(1).max(MAX_SENTENCE).optional().describe('one sentence; give this or conditions'),
    conditions: listFor(Condition).optional(),
    timing: z.record(z.string(), z.unknown()).optional().describe('with conditions'),
    name: z.string().min(1).max(120).optional(),
    context: Context.optional(),
    priority: PriorityChoice.optional(),
    enabled: z.boolean().default(true),
    scope: RuleScope.default('mine').describe('whose analyses it is for'),
    dry_run: z.boolean().default(false),
    on_conflict: OnConflict.describe('user: asks first'),
    include_example: IncludeExample,
  }),
  output: RuleChangeOutput,
  aliases: { sentence: 'text', rule: 'text', auto_enable: 'enabled', preview: 'dry_run' },
  async run(args, call) {
    const { rules } = call.services;
    if ((args.text === undefined) === (args.conditions === undefined)) {
      throw new AppError('VALIDATION_001', {
        message: 'Give either "text" or "conditions".',
        advice: 'Pass one sentence as "text", or a list of typed "conditions".',
        details: { field: 'text' },
      });
    }
    const {
      name,
      context,
      priority,
      enabled,
      scope,
      conditions,
      timing,
      dry_run,
      on_conflict,
      include_example: example,
    } = args;
    refuseTimedText(args.text, timing);
    const given = defined({ name, context, priority });
    let draft: RuleDraft;
    let state: RoundState | null = null;
    if (conditions !== undefined) {
      draft = await readConditions(rules, call, { conditions, timing }, given);
    } else {
      const reading = await understand(args.text as string, call, given);
      if (!reading.ok) return askForSentence(reading, call);
      ({ draft, state } = reading);
    }
    if (dry_run) return ruleChangeAnswer({ rule: draft, ...(await rules.check(call, draft)) }, example);
    const conflicts = async () => (enabled ? (await rules.check(call, draft)).conflicts : []);
    const settled = await settleConflicts(on_conflict, 'draft', conflicts, call, state);
    if ('asked' in settled) return settled.asked;
    if (!settled.go) {
      return ruleChangeAnswer({ rule: draft, conflicts: await conflicts(), question: settled.why }, example);
    }
    return ruleChangeAnswer(await rules.create(call, draft, { ...settled.options, enabled, scope }), example);
  },
});
