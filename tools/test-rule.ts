import * as z from 'zod';
import { AnalyzeRequest } from '../src/contract/analyze-request.ts';
import { ImageSource, RuleId } from '../src/contract/ids.ts';
import { MAX_SENTENCE } from '../src/contract/rule.ts';
import { AppError } from '../src/errors.ts';
import { imageAliases, measuring, requireSource, seen } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { notUnderstood } from '../src/language/reading.ts';
import { RuleTestOutput, ruleTestAnswer } from '../src/presentation/rule-test-answer.ts';

export const testRule = defineTool({
  name: 'test_rule',
  title: 'Try a rule on a photo',
  description:
    'Checks one rule, stored (rule_id) or as a sentence (text), on an image or on your own detections. Other rules are left out and nothing is stored.',
  permission: 'rules:execute',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  readOnlyMode: 'same',
  input: z.strictObject({
    rule_id: RuleId.optional(),
    text: z.string().min(1).max(MAX_SENTENCE).optional().describe('instead of rule_id'),
    image: ImageSource.optional(),
    ...seen,
    ...measuring,
    units: AnalyzeRequest.shape.units,
  }),
  output: RuleTestOutput,
  aliases: { ...imageAliases, sentence: 'text', rule: 'text' },
  async run(args, call) {
    const { rules, analyses } = call.services;
    requireSource(args);
    const { rule_id, text, ...rest } = args;
    const request = { ...rest, include_feedback: false, store: false };
    if (rule_id !== undefined && text === undefined) {
      const { canonical } = await rules.get(call, rule_id);
      return ruleTestAnswer(rule_id, canonical, await analyses.analyze(call, { ...request, only_rules: [rule_id] }));
    }
    if (text === undefined || rule_id !== undefined) {
      throw new AppError('VALIDATION_001', {
        message: 'Give either "rule_id" or "text".',
        advice: 'Pass the id of a stored rule, or one sentence as "text".',
        details: { field: 'rule_id' },
      });
    }
    const parsed = await rules.read(call, { text });
    if (!parsed.ok) throw notUnderstood(parsed);
    const analysis = await analyses.analyze(call, { ...request, only_rules: [], extra_rules: [parsed.draft] });
    return ruleTestAnswer(null, parsed.draft.canonical, analysis);
  },
});
