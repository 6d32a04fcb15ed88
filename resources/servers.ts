import { ServerTarget } from '../src/contract/server.ts';
import { AppError } from '../src/errors.ts';
import { completeServerId } from '../src/gateway/mcp/protocol/complete.ts';
import { type FixedResource, json, type TemplateResource } from '../src/gateway/mcp/protocol/resource.ts';
import { serverMetrics } from '../src/presentation/server-metrics.ts';

const NOW = { ttlMs: 0, cacheScope: 'private' } as const;

export const servers: FixedResource = {
  name: 'servers',
  title: 'GPU servers',
  description: 'The rented GPU servers, how the provider is, and what runs there that was not made here.',
  uri: 'servers://list',
  mimeType: 'application/json',
  cache: NOW,
  read: async (services, ctx) => json(await services.fleet.list(ctx)),
};

export const serversCost: FixedResource = {
  name: 'servers-cost',
  title: 'Cost of the GPU servers',
  description: 'What they cost in the last 30 days, what idle shutdown saved, and a projection with its formula.',
  uri: 'servers://cost',
  mimeType: 'application/json',
  cache: NOW,
  read: async (services, ctx) => json(await services.fleet.cost(ctx)),
};

export const server: TemplateResource = {
  name: 'server',
  title: 'One GPU server',
  description: 'State, price, cost and what was measured of it.',
  template: 'server://{server_id}',
  variable: 'server_id',
  mimeType: 'application/json',
  cache: NOW,
  complete: completeServerId,
  async read(services, ctx, id) {
    const target = ServerTarget.safeParse(id);
    if (!target.success) throw new AppError('SERVER_001');
    const found = await services.fleet.get(ctx, target.data);
    return json({ server: found, metrics: serverMetrics(found, new Date()) });
  },
};
