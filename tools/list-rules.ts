import * as z from 'zod';
import { Limit } from '../src/contract/ids.ts';
import { RULE_TYPES } from '../src/contract/rule.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { RuleOutput, ruleLine } from '../src/presentation/rule-answer.ts';

export const listRules = defineTool({
  name: 'list_rules',
  title: 'List the rules',
  description: 'Stored rules, oldest first. The resource rule://{rule_id} adds history and statistics of one.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    enabled: z.boolean().optional().describe('only enabled or only disabled rules'),
    type: z.enum(RULE_TYPES).optional(),
    limit: Limit(50, 20),
    offset: z.int().min(0).default(0),
  }),
  output: z.strictObject({ rules: z.array(RuleOutput), total: z.int() }),
  aliases: { enabled_only: 'enabled' },
  async run(args, call) {
    const { limit, offset, enabled, type } = args;
    const page = await call.services.rules.list(defined({ enabled, type }), { limit, offset });
    return {
      text: [
        `${page.total} rules, ${page.items.length} shown.`,
        ...page.items.map((rule) => `- ${ruleLine(rule)}`),
      ].join('\n'),
      structured: { rules: [...page.items], total: page.total },
    };
  },
});
