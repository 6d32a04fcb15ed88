import { type FixedResource, json } from '../src/gateway/mcp/protocol/resource.ts';
import { describeVocabulary } from '../src/language/grammar/vocabulary.ts';

export const vocabulary: FixedResource = {
  name: 'operators',
  title: 'Rule vocabulary',
  description: 'What a rule can say: operators with an example sentence each, objects, groups, default distances.',
  uri: 'vocabulary://operators',
  mimeType: 'application/json',
  cache: { ttlMs: 3_600_000, cacheScope: 'public' },
  async read() {
    return json(describeVocabulary());
  },
};
