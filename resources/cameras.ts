import { type FixedResource, json, type TemplateResource } from '../src/gateway/mcp/protocol/resource.ts';

const NOW = { ttlMs: 0, cacheScope: 'private' } as const;
const MOST = 50;

export const cameras: FixedResource = {
  name: 'cameras',
  title: 'Cameras',
  description: 'Your cameras that watch desks.',
  uri: 'cameras://list',
  mimeType: 'application/json',
  cache: NOW,
  async read(services, ctx) {
    const page = await services.cameras.list(ctx, { limit: MOST });
    return json({ total: await services.cameras.count(ctx), cameras: page.items });
  },
};

export const camera: TemplateResource = {
  name: 'camera',
  title: 'One camera',
  description: 'What it sees now, its last events, and how long rules were broken in the last day.',
  template: 'camera://{name}',
  variable: 'name',
  mimeType: 'application/json',
  cache: NOW,
  complete: (services, ctx, typed) => services.cameras.names(ctx, typed, MOST),
  async read(services, ctx, name) {
    const [settings, status, timeline] = await Promise.all([
      services.cameras.get(ctx, name),
      services.cameras.status(ctx, name),
      services.cameras.timeline(ctx, name, {}),
    ]);
    return json({ camera: settings, status, timeline });
  },
};
