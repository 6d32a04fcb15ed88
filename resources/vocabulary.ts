import { type FixedResource, json } from '../src/gateway/mcp/resource.ts';
import { OPERATORS, RULE_TYPES } from '../src/rules/schema.ts';
import { CLASSES } from '../src/vision/detection.ts';

export const vocabulary: FixedResource = {
  name: 'operators',
  title: 'Rule vocabulary',
  description: 'What a rule can say: operators, objects, units, and sentences that are understood.',
  uri: 'vocabulary://operators',
  mimeType: 'application/json',
  cache: { ttlMs: 3_600_000, cacheScope: 'public' },
  async read() {
    return json({ operators: OPERATORS, types: RULE_TYPES, classes: CLASSES, groups: ['beverage', 'electronics'] });
  },
};
