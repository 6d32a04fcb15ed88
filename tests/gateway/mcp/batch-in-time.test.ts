import { afterEach, expect, it } from 'vitest';
import { analyzeBatch } from '../../../src/analysis/batch.ts';
import type { AnalysisDeps } from '../../../src/analysis/deps.ts';
import { MCP_SURFACE } from '../../../src/app/mcp-surface.ts';
import { createHttpGateway, type HttpGateway } from '../../../src/gateway/http/server.ts';
import { mcpPlugin } from '../../../src/gateway/mcp/http-plugin.ts';
import { createFakeServices } from '../fake-services.ts';
import { INITIALIZE, legacy, raw } from '../raw-http.ts';
import { call } from '../stdio-process.ts';

let gateway: HttpGateway | undefined;
afterEach(() => gateway?.close());

it('a batch that would pass the time of its call answers before it, with what is done', async () => {
  const services = createFakeServices();
  const { analyze } = services.analyses;
  const parts = {
    timeoutMs: 60_000,
    newId: () => 'batch_1',
    bus: { emit: async () => {} },
  } as unknown as AnalysisDeps;
  services.analyses.batch = (context, requests) =>
    analyzeBatch(
      parts,
      (ctx, request) => (request.image === 'never.jpg' ? new Promise(() => {}) : analyze(ctx, request)),
      context,
      requests,
    );
  const options = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] };
  gateway = createHttpGateway(services, [mcpPlugin({ ...MCP_SURFACE, callLimitMs: 20_000 })], options);
  const { url } = await gateway.listen();
  const images = ['a.jpg', 'never.jpg', 'b.jpg'];
  const session = (await raw(`${url}/mcp`, legacy(INITIALIZE))).headers['mcp-session-id'] as string;
  const { body } = await raw(`${url}/mcp`, legacy(call(1, 'analyze_batch', { images }), session));
  const { result } = JSON.parse(/(?:^|data: )(\{.*\})\s*$/s.exec(body)?.[1] ?? 'null');
  expect(result.structuredContent).toMatchObject({
    successful: 2,
    failed: 1,
    results: [
      { index: 0, filename: 'a.jpg' },
      { index: 2, filename: 'b.jpg' },
    ],
    errors: [{ index: 1, filename: 'never.jpg', code: 'ANALYSIS_003' }],
  });
  expect(result.content[0].text).toContain('- image 1 "never.jpg": ANALYSIS_003');
}, 60_000);
