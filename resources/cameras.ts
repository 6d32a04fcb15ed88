import type { Camera } from '../src/contract/camera.ts';
import { type FixedResource, json, type TemplateResource } from '../src/gateway/mcp/protocol/resource.ts';
import { shownAddress } from '../src/presentation/camera-answer.ts';

const NOW = { ttlMs: 0, cacheScope: 'private' } as const;
const MOST = 50;

const MOST_EVENTS = 200;
const dayAgo = () => new Date(Date.now() - 86_400_000).toISOString();
const shown = <T extends Camera>(camera: T): T => ({
  ...camera,
  source: { ...camera.source, address: shownAddress(camera.source.address) },
});

export const cameras: FixedResource = {
  name: 'cameras',
  title: 'Cameras',
  description: 'Your cameras that watch desks.',
  uri: 'cameras://list',
  mimeType: 'application/json',
  cache: NOW,
  async read(services, ctx) {
    const page = await services.cameras.list(ctx, { limit: MOST });
    return json({ total: await services.cameras.count(ctx), cameras: page.items.map(shown) });
  },
};

export const camera: TemplateResource = {
  name: 'camera',
  title: 'One camera',
  description: 'What it sees now, what happened in the last day, and how long rules were broken.',
  template: 'camera://{name}',
  variable: 'name',
  mimeType: 'application/json',
  cache: NOW,
  complete: (services, ctx, typed) => services.cameras.names(ctx, typed, MOST),
  async read(services, ctx, name) {
    const [settings, status, timeline, events] = await Promise.all([
      services.cameras.get(ctx, name),
      services.cameras.status(ctx, name),
      services.cameras.timeline(ctx, name, {}),
      services.cameras.events(ctx, name, { from: dayAgo(), limit: MOST_EVENTS }),
    ]);
    // The status has the last of them once more.
    const { last_events: _, ...now } = status;
    const about = events.length < MOST_EVENTS ? null : 'There may be more: ask camera_status with "since".';
    return json({ camera: shown(settings), status: now, timeline, events_of_24_h: events, more_events: about });
  },
};
