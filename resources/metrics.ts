import { type FixedResource, json } from '../src/gateway/mcp/protocol/resource.ts';
import { metricsReport } from '../src/presentation/metrics-report.ts';

export const metrics: FixedResource = {
  name: 'metrics',
  title: 'Metrics',
  description: 'What this server process measured so far; null where nothing was measured.',
  uri: 'metrics://current',
  mimeType: 'application/json',
  cache: { ttlMs: 0, cacheScope: 'private' },
  async read(services, ctx) {
    return json(await metricsReport(services, ctx));
  },
};
