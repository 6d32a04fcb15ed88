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
  async read(services) {
    const page = await services.rules.list({}, { limit: MOST, offset: 0 });
    return json({ total: page.total, rules: page.items, conflicts: await services.rules.conflicts() });
  },
};

export const rulesExport: FixedResource = {
  name: 'rules-export',
  title: 'Rules for another store',
  description: 'Every stored rule, complete, in the form that `h200-mug rules import` reads.',
  uri: 'rules://export',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  read: async (services) => json(await services.rules.export()),
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
  async read(services, id) {
    const [current, history, statistics] = await Promise.all([
      services.rules.get(id),
      services.rules.history(id),
      services.rules.statistics(id),
    ]);
    return json({ rule: current, history, statistics });
  },
};
