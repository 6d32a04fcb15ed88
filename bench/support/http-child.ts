import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { createApp } from '../../src/app/create-app.ts';
import { MCP_SURFACE } from '../../src/app/mcp-surface.ts';
import { loadConfig } from '../../src/config/config.ts';
import { createHttpGateway } from '../../src/gateway/http/server.ts';
import { livePlugin } from '../../src/gateway/live/live-plugin.ts';
import { mcpPlugin } from '../../src/gateway/mcp/http-plugin.ts';
import { restPlugin } from '../../src/gateway/rest/rest-plugin.ts';

/** A server in a process of its own: `bare` a Fastify route, else ours. Tells its port; emits so many events when asked. */
const PAUSE_MS = 50;
process.on('message', (asked) => {
  if (asked === 'cpu') process.send?.({ cpu: process.cpuUsage() });
});

if (process.argv[2] === 'bare') {
  const app = Fastify();
  // What ours answers, so that both write as much.
  let answer: object = {};
  process.on('message', (told) => {
    if (typeof told === 'object' && told !== null) answer = told;
  });
  app.get('/noop', () => answer);
  await app.listen({ port: 0, host: '127.0.0.1' });
  process.send?.({ port: (app.server.address() as AddressInfo).port });
} else {
  const folder = mkdtempSync(join(tmpdir(), 'h200-bench-rest-'));
  const app = await createApp(loadConfig({ H200_DATA_DIR: folder, LOG_LEVEL: 'silent' }));
  const gateway = createHttpGateway(app.services, [mcpPlugin(MCP_SURFACE), restPlugin(), livePlugin()], {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
  });
  const { port } = await gateway.listen();
  process.send?.({ port });
  process.on('message', async (events: unknown) => {
    if (typeof events !== 'number') return;
    for (let n = 0; n < events; n += 1) {
      const sent = performance.timeOrigin + performance.now();
      app.services.bus.emit({ type: 'analyses_deleted', analysis_ids: [`ana_${sent}`], owner: 'local' });
      await new Promise((done) => setTimeout(done, PAUSE_MS));
    }
  });
  process.on('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit();
  });
}
process.on('disconnect', () => process.exit());
