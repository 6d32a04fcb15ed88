import * as z from 'zod';
import { Cursor, Limit, NextCursor, Unreadable } from '../src/contract/ids.ts';
import { RULE_TYPES } from '../src/contract/rule.ts';
import { leftOutLine } from '../src/contract/unreadable.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { defineTool } from '../src/gateway/mcp/protocol/tool.ts';
import { moreLine } from '../src/presentation/more-line.ts';
import { ruleLine, ruleOutput, Unlisted } from '../src/presentation/rule-answer.ts';

/** Not only the enabled ones: all of them, not the disabled ones. */
const onlyEnabled = (given: unknown) => (given === false ? undefined : given);

export const listRules = defineTool({
  name: 'list_rules',
  title: 'List the rules',
  description:
    'Stored rules, oldest first. The resource rule://{rule_id} adds history and statistics of one, also of a deleted one.',
  permission: 'rules:read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  readOnlyMode: 'same',
  input: z.strictObject({
    enabled: z.boolean().optional().describe('only enabled or only disabled rules'),
    type: z.enum(RULE_TYPES).optional(),
    include_deleted: z.boolean().default(false).describe('update_rule restores them'),
    limit: Limit(50, 20),
    cursor: Cursor.optional(),
  }),
  output: z.strictObject({
    rules: z.array(Unlisted).describe('as create_rule answers'),
    total: z.int(),
    next_cursor: NextCursor,
    unreadable: Unreadable,
    deleted: z.array(Unlisted).optional().describe('newest first, with the first page'),
  }),
  aliases: { enabled_only: { name: 'enabled', read: onlyEnabled } },
  async run(args, call) {
    const { limit, cursor, enabled, type } = args;
    const { rules } = call.services;
    const filter = defined({ enabled, type });
    const page = await rules.list(call, filter, { limit, ...defined({ cursor }) });
    const total = await rules.count(call, filter);
    const gone = args.include_deleted && cursor === undefined ? await rules.removed(call, { limit }) : null;
    const unreadable = [...(page.unreadable ?? []), ...(gone?.unreadable ?? [])];
    return {
      text: [
        `${total} rules, ${page.items.length} shown.`,
        ...page.items.map((rule) => `- ${ruleLine(rule)}`),
        ...(gone?.items ?? []).map(
          ({ rule, created_at }) => `- **${rule.rule_id}** (deleted ${created_at}): ${rule.canonical}`,
        ),
        ...leftOutLine(unreadable),
        ...moreLine(page.nextCursor),
      ].join('\n'),
      structured: {
        rules: page.items.map((rule) => ({ ...ruleOutput(rule) })),
        total,
        next_cursor: page.nextCursor,
        ...(unreadable.length > 0 && { unreadable }),
        ...(gone && {
          deleted: gone.items.map(({ rule, version, created_at }) => ({
            ...ruleOutput(rule),
            version,
            deleted_at: created_at,
          })),
        }),
      },
    };
  },
});
