import { type FixedResource, json } from '../src/gateway/mcp/protocol/resource.ts';

export const models: FixedResource = {
  name: 'models',
  title: 'Detection models',
  description: 'Card, licence, state and execution provider of every model of the manifest.',
  uri: 'models://list',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  async read(services, ctx) {
    return json({ models: services.models(ctx) });
  },
};
