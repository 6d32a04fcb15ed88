import * as z from 'zod';
import { AppError } from '../src/errors.ts';
import { Context, defined, Priority } from '../src/gateway/mcp/arguments.ts';
import { askForSentence, understand } from '../src/gateway/mcp/ask-for-sentence.ts';
import { AUTHOR } from '../src/gateway/mcp/author.ts';
import { draftByHand } from '../src/gateway/mcp/draft-by-hand.ts';
import { RuleChangeOutput, ruleChangeAnswer } from '../src/gateway/mcp/rule-answer.ts';
import { defineTool } from '../src/gateway/mcp/tool.ts';
import { Condition, MAX_CONDITIONS, MAX_SENTENCE } from '../src/rules/schema.ts';

export const createRule = defineTool({
  name: 'create_rule',
  title: 'Create a positioning rule',
  description:
    'Stores a rule from a sentence ("Keep mugs at least 6 inches away from laptops") or from conditions; it states what should hold. What is not fully understood is refused with suggestions. dry_run shows rule and conflicts without storing. Show the canonical sentence to the person.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  readOnlyMode: 'hidden',
  input: z.strictObject({
    text: z.string().min(1).max(MAX_SENTENCE).optional().describe('one sentence; give this or conditions'),
    conditions: z.array(Condition).min(1).max(MAX_CONDITIONS).optional(),
    name: z.string().min(1).max(120).optional(),
    context: Context.optional(),
    priority: Priority.optional(),
    enabled: z.boolean().default(true),
    dry_run: z.boolean().default(false),
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
    const { name, context, priority, enabled, conditions, dry_run } = args;
    const options = defined({ context, priority });
    if (conditions !== undefined) {
      if (!dry_run)
        return ruleChangeAnswer(await rules.create(defined({ conditions, name, enabled, ...options }), AUTHOR));
      const draft = draftByHand(conditions, defined({ name, ...options }));
      return ruleChangeAnswer({ rule: draft, conflicts: await rules.check(draft) });
    }
    const reading = await understand(args.text as string, call, options);
    if (!reading.ok) return askForSentence(reading, call);
    const { sentence, draft } = reading;
    if (dry_run)
      return ruleChangeAnswer({ rule: { ...draft, name: name ?? draft.name }, conflicts: await rules.check(draft) });
    return ruleChangeAnswer(await rules.create(defined({ text: sentence, name, enabled, ...options }), AUTHOR));
  },
});
