import { AppError, toAppError } from '../src/errors.ts';
import { defined } from '../src/gateway/mcp/protocol/arguments.ts';
import { completeRuleId } from '../src/gateway/mcp/protocol/complete.ts';
import { type FixedResource, json, type TemplateResource } from '../src/gateway/mcp/protocol/resource.ts';

const MOST = 500;

export const rules: FixedResource = {
  name: 'rules',
  title: 'Rules',
  description: 'All stored rules, oldest first, and the conflicts among the enabled ones.',
  uri: 'rules://list',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  async read(services, ctx) {
    const page = await services.rules.list(ctx, {}, { limit: MOST });
    const total = await services.rules.count(ctx, {});
    const { items, unreadable } = page;
    const { conflicts, total: conflicts_total } = await services.rules.conflicts(ctx);
    return json({ total, rules: items, ...defined({ unreadable }), conflicts_total, conflicts });
  },
};

export const rulesExport: FixedResource = {
  name: 'rules-export',
  title: 'Rules for another store',
  description: 'Every stored rule, complete, in the form that `h200-mug rules import` reads.',
  uri: 'rules://export',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  read: async (services, ctx) => json(await services.rules.export(ctx)),
};

export const rule: TemplateResource = {
  name: 'rule',
  title: 'One rule with its history',
  description: 'The rule, every version of it with author and reason, and how often it was broken.',
  template: 'rule://{rule_id}',
  variable: 'rule_id',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  complete: completeRuleId,
  async read(services, ctx, id) {
    const { versions: history, unreadable } = await services.rules.history(ctx, id);
    const statistics = await services.rules.statistics(ctx, id);
    const last = history.at(-1);
    const rule = await services.rules.get(ctx, id).catch((thrown: unknown) => {
      const error = toAppError(thrown);
      if (error.code === 'RULES_001' || error.code === 'DB_003') return error;
      throw thrown;
    });
    // A rule that is deleted or damaged can still be read: what it was last, and what became of it.
    const lost = rule instanceof AppError ? rule : null;
    return json({
      rule: lost ? last?.rule : rule,
      deleted: lost?.code === 'RULES_001',
      ...(lost?.code === 'DB_003' && { error: lost }),
      history,
      ...(unreadable.length > 0 && { unreadable_versions: unreadable }),
      statistics,
    });
  },
};
